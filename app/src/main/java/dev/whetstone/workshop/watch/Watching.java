package dev.whetstone.workshop.watch;

import dev.whetstone.workshop.DocumentUpdate;
import dev.whetstone.workshop.Workshop;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/// Brings the index to the documents again and again: at the beginning, when files change, and on a
/// schedule, which finds what no event tells (buckets, network shares).
///
/// A run that fails, or a source that cannot be read, is tried again after pauses that double from
/// [#FIRST_PAUSE] up to the schedule's; nothing but being told to stop ends the watching. What was
/// staged from a folder that has vanished stays: a share that is not mounted shows as no folder, or
/// as an empty one.
public final class Watching {
  static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

  /// One run of the steps, as the workspace's one writer.
  @FunctionalInterface
  public interface Update {
    /// @throws dev.whetstone.core.Failure.Refused if another process writes to the workspace
    DocumentUpdate.Result run(Workshop.RunListener listener);
  }

  /// Waits for changes.
  @FunctionalInterface
  public interface Changes {
    /// @return whether something changed before the time was over
    boolean await(Duration most) throws InterruptedException;
  }

  private final Update update;
  private final Changes changes;
  private final Duration every;
  private final Clock clock;

  public Watching(Update update, Changes changes, Duration every, Clock clock) {
    this.update = update;
    this.changes = changes;
    this.every = every;
    this.clock = clock;
  }

  /// Runs once.
  ///
  /// @param steps is told of each step that did something
  public WatchRun once(WatchRun.Trigger trigger, Workshop.RunListener steps) {
    return WatchRound.run(trigger, update, steps, clock);
  }

  /// Runs until the thread is interrupted.
  ///
  /// @param steps is told of each step that did something
  /// @param runs is told of each run
  /// @throws InterruptedException when it is told to stop between runs
  /// @throws java.util.concurrent.CancellationException when it is told to stop within one
  public void follow(Workshop.RunListener steps, Consumer<WatchRun> runs)
      throws InterruptedException {
    var trigger = WatchRun.Trigger.START;
    Duration pause = FIRST_PAUSE;
    while (true) {
      WatchRun run = once(trigger, steps);
      runs.accept(run);
      Duration wait = run.whole() || pause.compareTo(every) > 0 ? every : pause;
      pause = run.whole() ? FIRST_PAUSE : pause.multipliedBy(2);
      trigger =
          changes.await(wait)
              ? WatchRun.Trigger.FILES
              : run.whole() ? WatchRun.Trigger.SCHEDULE : WatchRun.Trigger.RETRY;
    }
  }
}
