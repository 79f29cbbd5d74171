package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLinesTest {
  private static final String FORGED =
      "x\n2026-11-28 FORGED ERROR admin logged in\u001b]0;pwn\u0007" + "y".repeat(100_000);

  private static String jdk(String message, @Nullable Throwable thrown) {
    var line = new LogRecord(java.util.logging.Level.WARNING, message);
    line.setLoggerName("dev.whetstone.Some");
    line.setThrown(thrown);
    return new LogLines.Line().format(line);
  }

  /// As `logback.xml` writes it, after what callers' malformed heads make the server log.
  private static String logback(String message, @Nullable Throwable thrown) {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    var written = new ByteArrayOutputStream();
    PrintStream before = System.err;
    try {
      configurator.doConfigure(
          Objects.requireNonNull(LogLines.class.getResource("/logback.xml"), "logback.xml"));
      System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
      context.getLogger("org.eclipse.jetty.util.HostPort").warn("Bad Authority: [{}]", message);
      context.getLogger("org.eclipse.jetty.http.HttpParser").warn("bad head: {}", message);
      context.getLogger("x").warn(message, thrown);
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    } finally {
      System.setErr(before);
      context.stop();
    }
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aMessageIsOneBoundedLineWhicheverLibraryLogsIt() {
    for (String line : new String[] {jdk(FORGED, null), logback(FORGED, null)}) {
      assertThat(line.strip().lines()).hasSize(1);
      assertThat(line).hasSizeLessThan(2200).contains("WARN", "x\\n2026-11-28 FORGED", "\\u001b]0");
    }
  }

  @Test
  void aTraceIsBoundedAndItsMessagesAreOneLineEach() {
    var thrown = new IllegalStateException(FORGED, new StackOverflowError(FORGED));
    var frames = new StackTraceElement[1000];
    java.util.Arrays.fill(frames, new StackTraceElement("a.B", "c", "B.java", 1));
    thrown.setStackTrace(frames);

    for (String text : new String[] {jdk("m", thrown), logback("m", thrown)}) {
      assertThat(text.lines()).hasSizeLessThan(100);
      assertThat(text.lines().skip(1)).allMatch(line -> line.startsWith("  "));
      assertThat(text).contains("caused by java.lang.StackOverflowError").contains("960 more");
    }
  }
}
