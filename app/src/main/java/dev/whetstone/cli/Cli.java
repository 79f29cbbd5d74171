package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Failure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// `whet`: the root of all commands.
@Command(
    name = "whet",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Cli.VersionProvider.class,
    description = {
      "Sharpens an embedding model on your own documents, proves that it ranks better, and answers"
          + " from them.",
      ""
    },
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      StageCommand.class,
      PrepareCommand.class,
      ModelsCommand.class,
      QuestionsCommand.class,
      TrainCommand.class,
      ProveCommand.class,
      EmbedCommand.class,
      IndexCommand.class,
      ExportCommand.class,
      AppCommand.class,
      ServeCommand.class,
      DeployCommand.class,
      AskCommand.class,
      RunCommand.class,
      WatchCommand.class,
      StatusCommand.class,
      DoctorCommand.class
    },
    footer = {
      "",
      "A first look, on real documents:",
      "  whet demo",
      "On your own documents:",
      "  whet init my-workspace && cd my-workspace",
      "  whet stage ~/docs && whet run",
      "  whet ask \"How do I ...?\"",
      "",
      "`whet COMMAND --help` shows each command's options and an example."
    })
public final class Cli implements Runnable {
  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  /// Exit codes, in the spirit of BSD's sysexits.
  static final int BAD_INPUT = 2;

  static final int REFUSED = 3;
  static final int CORRUPT = 4;
  static final int UNAVAILABLE = 5;
  static final int STOPPED = 130;

  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return new String[] {"whetstone " + (version == null ? "development" : version)};
    }
  }

  @Override
  public void run() {
    java.util.Objects.requireNonNull(spec).commandLine().usage(System.out);
  }

  /// Runs a command line to its end.
  ///
  /// @return the process's exit code
  public static int run(String... arguments) {
    return run(() -> false, arguments);
  }

  /// Runs a command line.
  ///
  /// @param stopping whether the process was asked to end: whatever fails then fails because of it
  /// @return the process's exit code
  public static int run(BooleanSupplier stopping, String... arguments) {
    var line = new CommandLine(new Cli());
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    var failure = new AtomicReference<String>();
    line.setExecutionExceptionHandler(failures(failure, stopping));
    line.setParameterExceptionHandler(
        (ParameterException e, String[] _) -> {
          var error = System.err;
          var command = e.getCommandLine().getCommandSpec().qualifiedName();
          failure.set(words(e, command));
          Terminal.error(error, words(e, command));
          error.println("`" + command + " --help` shows what it takes and an example.");
          return BAD_INPUT;
        });
    int code;
    try {
      code = line.execute(arguments);
    } catch (LinkageError e) {
      code = stopping.getAsBoolean() ? STOPPED : noLibrary(e);
    }
    if (progressAsJson(arguments)) {
      ProgressLines.end(System.out, code, failure.get());
    }
    return code;
  }

  /// Whether a program follows the command, which is to be told its end, too. It is read from the
  /// words: a command line that cannot be parsed has an end as well.
  private static boolean progressAsJson(String... arguments) {
    List<String> words = List.of(arguments);
    int at = words.indexOf(Terminal.PROGRESS);
    return words.stream().anyMatch((Terminal.PROGRESS + "=json")::equalsIgnoreCase)
        || (at >= 0 && at + 1 < words.size() && words.get(at + 1).equalsIgnoreCase("json"));
  }

  /// A word that a command does not take is named with the ones that look like it.
  private static String words(ParameterException e, String command) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      List<String> similar = unmatched.getSuggestions();
      return "`%s` does not take '%s'%s"
          .formatted(
              command,
              word,
              similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?");
    }
    return String.valueOf(e.getMessage());
  }

  /// Native libraries are unpacked before they are loaded, and then fail in their own ways.
  private static int noLibrary(LinkageError e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    Terminal.error(
        System.err,
        "a native library cannot be loaded: "
            + first.getMessage()
            + ". Libraries are unpacked into "
            + System.getProperty("java.io.tmpdir")
            + ": free space there (WHET_JAVA_OPTIONS=-Djava.io.tmpdir=DIR names another place),"
            + " then run the same command again. `whet doctor` says what else is missing");
    return UNAVAILABLE;
  }

  private static IExecutionExceptionHandler failures(
      AtomicReference<String> message, BooleanSupplier stopping) {
    return (e, command, _) -> {
      // First: to be stopped in the middle of a write looks like a failure of the disk.
      if (interrupted(e) || stopping.getAsBoolean()) {
        if (!(command.getCommandSpec().userObject() instanceof RunsUntilStopped)) {
          System.err.println(
              "whet: stopped; what was finished is kept. Run the same command to go on");
        }
        return STOPPED;
      }
      if (e instanceof Failure failure) {
        message.set(Remedies.message(failure));
        Terminal.error(System.err, Remedies.message(failure));
        return code(failure);
      }
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      Path file = Files.createTempFile("whetstone-error-", ".txt");
      Files.writeString(file, trace.toString());
      message.set("a fault of the program: " + e);
      Terminal.error(System.err, "a fault of the program: " + e);
      System.err.println("The details are in " + file + "; please report them");
      return CommandLine.ExitCode.SOFTWARE;
    };
  }

  private static boolean interrupted(Exception e) {
    boolean interrupted = Thread.interrupted();
    for (Throwable at = e; at != null; at = at.getCause()) {
      interrupted |=
          at instanceof InterruptedException
              || at instanceof CancellationException
              || at instanceof ClosedByInterruptException;
    }
    return interrupted;
  }

  private static int code(Failure failure) {
    return switch (failure) {
      case Failure.BadInput _ -> BAD_INPUT;
      case Failure.Refused _ -> REFUSED;
      case Failure.CorruptArtifact _ -> CORRUPT;
      case Failure.Unavailable _ -> UNAVAILABLE;
    };
  }
}
