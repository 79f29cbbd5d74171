package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// One running [ParserProcess], seen from the program. Used by one thread at a time; [#close()] may
/// come from any.
final class ParserChild implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "SYSTEMROOT");
  private static final ScheduledThreadPoolExecutor WATCH = watch();

  /// Exit codes of a JVM that was stopped by a signal. Ctrl-C reaches this process as well; the
  /// file is not at fault.
  private static final int SIGINT = 130;

  private static final int SIGTERM = 143;

  private final Process process;
  private final ParseLimits limits;
  private final Path temporary; // its folder of temporary files
  private final DataInputStream in;
  private final DataOutputStream out;
  private int parsed;

  private ParserChild(Process process, ParseLimits limits, Path temporary) {
    this.process = process;
    this.temporary = temporary;
    this.limits = limits;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    this.out = new DataOutputStream(process.getOutputStream());
  }

  /// The process ended, or was stopped, before it answered.
  static final class Died extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean timedOut;

    private Died(String reason, boolean timedOut) {
      super(reason);
      this.timedOut = timedOut;
    }

    String reason() {
      return String.valueOf(getMessage());
    }

    boolean timedOut() {
      return timedOut;
    }
  }

  /// Starts a process and waits until it is ready.
  ///
  /// @throws Failure.Unavailable if it does not start
  static ParserChild start(ParseLimits limits) {
    List<String> command = command(limits);
    try {
      Path temporary = Files.createTempDirectory("whetstone-parser");
      command.add(1, "-Djava.io.tmpdir=" + temporary);
      var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(name -> !ENVIRONMENT.contains(name));
      var child = new ParserChild(builder.start(), limits, temporary);
      try {
        child.answer(START);
        return child;
      } catch (Died died) {
        child.close();
        throw new IOException(died.reason());
      }
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot start the parsing process ("
              + command.getFirst()
              + " -Xmx"
              + limits.heapMegabytes()
              + "m): "
              + e.getMessage(),
          e);
    }
  }

  /// The command line of a process with these limits.
  static List<String> command(ParseLimits limits) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + limits.heapMegabytes() + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:MaxMetaspaceSize=256m",
            "-Djava.awt.headless=true",
            "-Dslf4j.internal.verbosity=ERROR",
            "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
            "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog",
            "-cp",
            classPath(),
            ParserProcess.class.getName()));
    command.addAll(limits.options().arguments());
    return command;
  }

  /// The class path of this program, also when a launcher loaded it.
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    if (ParserProcess.class.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        if (url.getProtocol().equals("file")) {
          entries.add(Path.of(URI.create(url.toString())).toString());
        }
      }
    }
    entries.add(System.getProperty("java.class.path", ""));
    return String.join(File.pathSeparator, entries);
  }

  /// The number of files that the process has parsed.
  int parsed() {
    return parsed;
  }

  ParseOutcome parse(SourceFile source) throws Died {
    try {
      PipeProtocol.write(out, PipeProtocol.request(source));
    } catch (IOException _) {
      throw died(false, limits.perFile());
    }
    byte[] payload = answer(limits.perFile());
    try {
      ParseOutcome outcome = PipeProtocol.answer(payload);
      parsed++;
      return outcome;
    } catch (IOException | RuntimeException _) {
      throw new Died("made the parser answer nonsense", false);
    }
  }

  private byte[] answer(Duration limit) throws Died {
    var timedOut = new AtomicBoolean();
    ScheduledFuture<?> alarm =
        WATCH.schedule(
            () -> {
              timedOut.set(true);
              process.destroyForcibly();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      // A character is at most three bytes of UTF-8, a block 21 bytes; notes take the rest.
      long largest =
          3L * limits.options().maxCharacters() + 21L * limits.options().maxBlocks() + (16 << 20);
      return PipeProtocol.read(in, (int) Math.min(largest, Integer.MAX_VALUE - 8));
    } catch (IOException _) {
      throw died(timedOut.get(), limit);
    } finally {
      alarm.cancel(false);
    }
  }

  private Died died(boolean timedOut, Duration limit) {
    if (timedOut) {
      return new Died("took longer than " + seconds(limit) + " s and was stopped", true);
    }
    int code;
    try {
      code = process.waitFor(5, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      code = -1;
    }
    if (code == SIGINT || code == SIGTERM) {
      throw new CancellationException("the parsing process was told to stop");
    }
    return code == SafeParser.EXIT_OUT_OF_MEMORY
        ? new Died("needs more than " + limits.heapMegabytes() + " MB of memory", false)
        : new Died("stopped the parser (exit code " + code + ")", false);
  }

  private static String seconds(Duration limit) {
    return limit.toMillis() % 1000 == 0
        ? Long.toString(limit.toSeconds())
        : Double.toString(limit.toMillis() / 1000.0);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    deleteTemporary();
  }

  /// What a process left that was stopped in the middle of a file.
  private void deleteTemporary() {
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // the system tidies its temporary folder
    }
  }

  private static ScheduledThreadPoolExecutor watch() {
    var threads =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("parser-watch").factory());
    threads.setRemoveOnCancelPolicy(true);
    return threads;
  }
}
