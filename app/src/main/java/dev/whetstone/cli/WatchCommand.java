package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workshop.DocumentUpdate;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.watch.FolderEvents;
import dev.whetstone.workshop.watch.WatchLog;
import dev.whetstone.workshop.watch.WatchRun;
import dev.whetstone.workshop.watch.Watching;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the index to the documents again and again until it is stopped (Ctrl-C): stages all"
          + " sources again, prepares, embeds, indexes. Nothing is trained or proven.",
      "It runs at the beginning, when files in a staged folder change, and on a schedule, which"
          + " finds what no event tells: buckets and network shares.",
      "What fails is tried again and ends nothing; a folder that vanished removes nothing. Each run"
          + " is recorded in .whetstone/watch.jsonl."
    },
    footer = {
      "",
      "Examples:",
      "  whet watch",
      "  whet watch --every 30s --json",
      "  whet watch --once"
    })
final class WatchCommand implements Callable<Integer>, RunsUntilStopped {
  private static final String NAME = "whet watch";

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "The schedule, as 30s, 5m or 1h; by default ${DEFAULT-VALUE}.")
  private String every = "5m";

  @Option(names = "--once", description = "Run once and end; a failure is the command's own.")
  private boolean once;

  @Override
  public Integer call() {
    Duration schedule = Settings.duration("--every", every);
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    if (once) {
      return once(workspace, terminal);
    }
    try (var events = new FolderEvents(() -> folders(workspace))) {
      if (!output.json()) {
        terminal.line(
            "Watching %s: on changes, and every %s (Ctrl-C stops)",
            String.join(", ", Manifest.read(workspace).sources()).replace("uploads:", "uploads"),
            every);
      }
      var watching = new Watching(this::update, events, schedule, Clock.systemUTC());
      watching.follow(steps(terminal), told(workspace, terminal));
      return 0;
    } catch (IOException e) {
      throw new Failure.Unavailable("changes of files cannot be watched: " + e.getMessage(), e);
    } catch (InterruptedException _) { // between two runs
      if (!output.json()) {
        terminal.line("Watching has ended.");
      }
      return 0;
    }
  }

  private int once(Workspace workspace, Terminal terminal) {
    var watching = new Watching(this::update, _ -> false, Duration.ofHours(1), Clock.systemUTC());
    WatchRun run = watching.once(WatchRun.Trigger.START, steps(terminal));
    told(workspace, terminal).accept(run);
    String message = String.valueOf(run.message());
    return switch (run.outcome()) {
      case UP_TO_DATE, UPDATED -> 0;
      case WAITS -> throw new Failure.Refused(message);
      case FAILED -> throw new Failure.Unavailable(message);
    };
  }

  /// One run, on the settings and documents as they are now.
  private DocumentUpdate.Result update(Workshop.RunListener listener) {
    Workspace workspace = options.workspace();
    try (var _ = options.lock(workspace, NAME)) {
      Workshop workshop = WorkspaceOptions.workshop(workspace, options.progress(NAME));
      var result = workshop.update().run(workshop.sources(), DocumentUpdate.Limits.NONE, listener);
      if (result == DocumentUpdate.Result.UPDATED) {
        options.save(NAME);
      }
      return result;
    }
  }

  /// The folders that documents come from.
  static List<Path> folders(Workspace workspace) {
    return Manifest.read(workspace).sources().stream()
        .filter(source -> !ObjectStores.isBucket(source) && !source.equals(Manifest.UPLOADS))
        .map(Path::of)
        .toList();
  }

  private Workshop.RunListener steps(Terminal terminal) {
    return new Workshop.RunListener() {
      @Override
      public void planned(StepPlan plan) {}

      @Override
      public void ended(StepOutcome<?> outcome) {
        output.step(terminal, outcome);
      }
    };
  }

  private record Line(WatchRun watch) {}

  private Consumer<WatchRun> told(Workspace workspace, Terminal terminal) {
    var log = new WatchLog(workspace);
    return run -> {
      try {
        log.add(run);
      } catch (Failure e) { // a full disk ends nothing
        terminal.error("the run is not recorded: " + e.getMessage());
      }
      if (output.json()) {
        Output.line(terminal, new Line(run));
      } else {
        WatchWords.lines(run).forEach(line -> terminal.line("%s", line));
      }
    };
  }
}
