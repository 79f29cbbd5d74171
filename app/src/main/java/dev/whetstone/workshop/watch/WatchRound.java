package dev.whetstone.workshop.watch;

import dev.whetstone.core.Failure;
import dev.whetstone.workshop.DocumentUpdate;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// One run of the watching, and what its record says. For one thread and one run.
final class WatchRound implements Workshop.RunListener {
  private final Workshop.RunListener listener;
  private final List<WatchRun.Unusable> unusable = new ArrayList<>();
  private int staged;
  private int added;
  private int changed;
  private int removed;
  private int failed;
  private int passages;

  /// @param listener is told of each step, too
  private WatchRound(Workshop.RunListener listener) {
    this.listener = listener;
  }

  /// Runs an update; a failure is part of the record.
  ///
  /// @throws CancellationException if the program is told to stop
  static WatchRun run(
      WatchRun.Trigger trigger,
      Watching.Update update,
      Workshop.RunListener listener,
      Clock clock) {
    Instant began = clock.instant();
    var round = new WatchRound(listener);
    WatchRun.Outcome outcome;
    @Nullable String message = null;
    try {
      outcome =
          update.run(round) == DocumentUpdate.Result.UP_TO_DATE
              ? WatchRun.Outcome.UP_TO_DATE
              : WatchRun.Outcome.UPDATED;
    } catch (CancellationException e) {
      throw e;
    } catch (Failure.Refused e) {
      outcome = WatchRun.Outcome.WAITS;
      message = e.getMessage();
    } catch (Failure e) {
      outcome = WatchRun.Outcome.FAILED;
      message = e.getMessage();
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      System.getLogger(WatchRound.class.getName())
          .log(System.Logger.Level.ERROR, "a run failed", e);
      outcome = WatchRun.Outcome.FAILED;
      message = e.toString();
    }
    double seconds = (clock.millis() - began.toEpochMilli()) / 1e3;
    int worked = round.added + round.changed;
    return new WatchRun(
        began.toString(),
        trigger,
        outcome,
        new WatchRun.Documents(
            round.staged, round.added, round.changed, round.removed, round.failed, round.passages),
        new WatchRun.Speed(seconds, seconds > 0 ? Math.round(10 * worked / seconds) / 10.0 : 0),
        round.unusable,
        message);
  }

  @Override
  public void planned(StepPlan plan) {
    listener.planned(plan);
  }

  @Override
  public void done(StepOutcome<?> outcome) {
    switch (outcome.result()) {
      case StepResult.Staged of when of.notStaged() != null -> {
        String reason = of.notStaged().reason();
        unusable.add(
            new WatchRun.Unusable(
                of.source(), reason == null ? "it was named on another machine" : reason));
      }
      case StepResult.Staged of -> {
        staged = of.documents().staged();
        added += of.documents().added();
        changed += of.documents().changed();
        removed += of.removed().total();
        failed += of.skipped().unreadable().size();
      }
      case StepResult.Prepared of -> {
        failed += of.unread().total();
        passages = of.passages();
      }
      case null, default -> {}
    }
    listener.done(outcome);
  }

  @Override
  public void ended(StepOutcome<?> outcome) {
    listener.ended(outcome);
  }
}
