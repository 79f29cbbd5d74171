package dev.whetstone.cli;

import dev.whetstone.pipeline.Lifecycle;
import dev.whetstone.pipeline.StepReport;
import dev.whetstone.pipeline.Workspace;
import dev.whetstone.store.WorkspaceLock;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The workspace a command works on, and how much it says.
final class Place {
  @Option(
      names = {"-w", "--workspace"},
      paramLabel = "DIR",
      description = "The workspace; by default the nearest folder upwards with a whetstone.yaml.")
  private @Nullable Path folder;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  Workspace workspace() {
    return folder == null ? Workspace.find(Path.of("")) : Workspace.open(folder);
  }

  @Nullable Path folder() {
    return folder;
  }

  Terminal terminal() {
    return new Terminal(System.out, System.err, quiet);
  }

  /// Runs steps as the workspace's one writer, and prints what each did.
  int write(String command, Function<Lifecycle, StepReport> step) {
    Workspace workspace = workspace();
    Terminal terminal = terminal();
    try (var _ = WorkspaceLock.take(workspace.folder(), command)) {
      terminal.step(step.apply(new Lifecycle(workspace, terminal.progress())));
      return 0;
    }
  }
}
