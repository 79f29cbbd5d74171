package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.jobs.Job;
import dev.whetstone.jobs.Jobs;
import dev.whetstone.workshop.watch.FolderEvents;
import dev.whetstone.workshop.watch.Watching;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

/// The watching of a server (`serve.watch`): at the start, when files in a staged folder change,
/// and on the schedule, a job brings the index to the documents. What fails is tried again by the
/// next.
final class WatchSchedule implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WatchSchedule.class.getName());

  private final Jobs jobs;
  private final Duration every;
  private final Supplier<? extends Collection<Path>> folders;
  private final Thread thread;

  /// @param folders that documents come from
  WatchSchedule(Jobs jobs, Duration every, Supplier<? extends Collection<Path>> folders) {
    this.jobs = jobs;
    this.every = every;
    this.folders = folders;
    this.thread = Thread.ofPlatform().daemon().name("watch").start(this::follow);
  }

  private void follow() {
    try (var events = new FolderEvents(folders)) {
      follow(events);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "changes of files are found by the schedule alone: {0}",
          e.getMessage());
      follow(
          most -> {
            Thread.sleep(most);
            return false;
          });
    }
  }

  private void follow(Watching.Changes changes) {
    try {
      while (true) {
        try {
          var _ = jobs.start(new Job.Request(StepProcesses.UPDATE, null, false));
        } catch (Failure e) {
          LOG.log(System.Logger.Level.WARNING, "not watched now: {0}", e.getMessage());
        }
        var _ = changes.await(every);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
