package dev.whetstone.cli;

import dev.whetstone.bench.ServedAnswers;
import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The workspace a command works on, and how much it says.
final class WorkspaceOptions {
  private static final Retry.Limits WRITER =
      Retry.Limits.within(Duration.ofMinutes(2), Duration.ofMillis(200), Duration.ofSeconds(2));

  @Option(
      names = {"-w", "--workspace"},
      paramLabel = "DIR",
      defaultValue = "${env:WHETSTONE_WORKSPACE}",
      description = {
        "The workspace; by default what WHETSTONE_WORKSPACE names, else the nearest folder upwards"
            + " with a whetstone.yaml.",
        "May be s3://bucket/prefix or oss://bucket/prefix."
      })
  private @Nullable String folder;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Option(
      names = Terminal.PROGRESS,
      paramLabel = "FORM",
      description =
          "json: progress and the end as JSON on standard output, one object a line, for programs"
              + " that follow it. By default bars on standard error.")
  private Terminal.ProgressForm progress = Terminal.ProgressForm.BARS;

  private @Nullable SharedWorkspace shared;

  /// Opens the workspace; one in a bucket is brought to this machine first.
  Workspace workspace() {
    if (folder == null) {
      return Workspace.find(Path.of(""));
    }
    if (!ObjectStores.isBucket(folder)) {
      return Workspace.open(ObjectStores.folder(folder));
    }
    if (shared == null) {
      shared = SharedWorkspace.at(folder);
    }
    return shared.open(terminal().progress());
  }

  /// What the user named as the workspace; null for the nearest folder upwards.
  @Nullable String named() {
    return folder;
  }

  /// The bucket that the open workspace stands in, `s3://bucket/prefix/`; null where it stands in
  /// none.
  @Nullable String address() {
    return shared == null ? null : shared.uri();
  }

  Terminal terminal() {
    return new Terminal(System.out, System.err, quiet, progress);
  }

  /// Progress for a step that writes: where the workspace stands in a bucket, what is finished is
  /// saved there now and then.
  Progress progress(String command) {
    Progress progress = terminal().progress();
    return shared == null ? progress : shared.saving(command, progress);
  }

  /// Sends what a command wrote to the bucket that the workspace stands in, if it does. The caller
  /// holds the workspace's lock.
  void save(String command) {
    if (shared != null) {
      shared.save(command, terminal().progress());
    }
  }

  /// The open workspace's writer lock. A command that a program follows waits for another writer,
  /// as a server's update of documents is over in seconds; a person is told at once.
  ///
  /// @throws Failure.Refused if another process writes
  WorkspaceLock lock(Workspace workspace, String command) {
    if (progress == Terminal.ProgressForm.BARS) {
      return take(workspace, command);
    }
    try {
      return new Retry(WRITER, Time.SYSTEM)
          .<WorkspaceLock, RuntimeException>call(
              () -> take(workspace, command), Failure.Refused.class::isInstance);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private WorkspaceLock take(Workspace workspace, String command) {
    return shared == null ? WorkspaceLock.take(workspace.folder(), command) : shared.lock(command);
  }

  /// How `command` writes beside the steps.
  CommitScope writes(String command) {
    return shared == null ? CommitScope.DIRECT : shared.writes(command);
  }

  /// How `command` writes now and then while a person works with it: each write takes the
  /// workspace's lock for its moment, so that other commands can run between them.
  ///
  /// A write throws [dev.whetstone.core.Failure.Refused] or
  /// [dev.whetstone.core.Failure.Unavailable] while a step is at work.
  CommitScope momentaryWrites(Workspace workspace, String command) {
    return shared != null
        ? shared.writes(command)
        : new CommitScope() {
          @Override
          public <T> T carry(Path file, Supplier<T> write) {
            try (var _ = WorkspaceLock.take(workspace.folder(), command)) {
              return write.get();
            }
          }
        };
  }

  /// Fetches what others wrote to the bucket that the workspace stands in, if it does.
  void refresh() {
    if (shared != null) {
      shared.refresh(Progress.NONE);
    }
  }

  /// Runs a step as the workspace's one writer, and tells what it did.
  int write(String command, Output output, Function<Workshop, StepOutcome<?>> step) {
    Workspace workspace = workspace();
    try (var _ = lock(workspace, command)) {
      StepOutcome<?> outcome = step.apply(workshop(workspace, progress(command)));
      save(command);
      output.step(terminal(), outcome);
      return 0;
    }
  }

  /// The workshop with the application that it fits and proves apps by.
  static Workshop workshop(Workspace workspace, Progress progress) {
    return new Workshop(workspace, new ServedAnswers(Chat::open), progress);
  }
}
