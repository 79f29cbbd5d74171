package dev.whetstone.workshop.documents;

import dev.whetstone.core.Failure;
import dev.whetstone.documents.UpdateState;
import dev.whetstone.workshop.DocumentUpdate;
import java.time.Duration;
import java.util.Map;

/// Brings the index to the documents that were sent, on a thread of its own, soon after each
/// change.
///
/// Changes that come while it works are taken up together by the next update, so that an update's
/// fixed cost is paid once for a burst of them. Where another process writes to the workspace, or
/// an update fails, it is tried again, after pauses that double up to a limit; a further change is
/// tried at once.
public final class IndexFollower implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(IndexFollower.class.getName());

  /// How long further changes of a burst are waited for.
  private static final Duration QUIET = Duration.ofMillis(150);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /// One update.
  @FunctionalInterface
  public interface Update {
    /// @throws Failure.Refused if another process writes to the workspace
    Outcome run();

    /// Opens what the first one needs, so that its documents do not wait for that.
    default void warm() {}
  }

  /// What came of an update.
  ///
  /// @param rejected documents that could not be staged, and why
  /// @param laterBy who does it in place of this update, as part of a sentence; empty where it is
  ///   done
  public record Outcome(
      DocumentUpdate.Result result, Map<String, String> rejected, String laterBy) {
    public Outcome {
      rejected = Map.copyOf(rejected);
    }
  }

  private final Update update;
  private final Thread thread;
  private boolean requested; // guarded by this
  private UpdateState state = UpdateState.IDLE; // guarded by this
  private Map<String, String> rejected = Map.of(); // guarded by this

  /// @param update runs on one thread at a time
  public IndexFollower(Update update) {
    this.update = update;
    this.thread = Thread.ofPlatform().daemon().name("documents").unstarted(this::follow);
  }

  /// Begins to follow.
  public IndexFollower start() {
    thread.start();
    return this;
  }

  /// The documents have changed.
  public synchronized void request() {
    requested = true;
    if (state.stage() == UpdateState.Stage.IDLE) {
      state = UpdateState.WORKING;
    }
    notifyAll();
  }

  public synchronized UpdateState state() {
    return state;
  }

  /// Documents that could not be staged by the last update, and why.
  synchronized Map<String, String> rejected() {
    return rejected;
  }

  private void follow() {
    warm();
    Duration pause = FIRST_PAUSE;
    try {
      while (true) {
        await();
        Thread.sleep(QUIET);
        if (attempt()) {
          pause = FIRST_PAUSE;
        } else {
          await(pause);
          pause =
              pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                  ? LONGEST_PAUSE
                  : pause.multipliedBy(2);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// What it meets the first update meets again, and tells.
  private void warm() {
    try {
      update.warm();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.DEBUG, "nothing is open for the first update", e);
    }
  }

  private synchronized void await() throws InterruptedException {
    while (!requested) {
      wait();
    }
  }

  /// A change ends the pause; after it, it is tried again in any case.
  private synchronized void await(Duration pause) throws InterruptedException {
    long until = System.nanoTime() + pause.toNanos();
    for (long left = pause.toMillis(); left > 0 && !requested; ) {
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
    requested = true;
  }

  /// @return whether it need not be tried again
  private boolean attempt() throws InterruptedException {
    synchronized (this) {
      requested = false;
      state = UpdateState.WORKING;
    }
    try {
      Outcome outcome = update.run();
      synchronized (this) {
        rejected = outcome.rejected();
        state =
            requested
                ? UpdateState.WORKING
                : outcome.laterBy().isEmpty()
                    ? UpdateState.IDLE
                    : UpdateState.waiting(outcome.laterBy());
      }
      return outcome.laterBy().isEmpty();
    } catch (Failure.Refused e) {
      waiting("another process writes to the workspace", System.Logger.Level.DEBUG, e);
    } catch (Failure e) {
      waiting("the last update failed, see the server's log", System.Logger.Level.WARNING, e);
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      waiting("the last update failed, see the server's log", System.Logger.Level.ERROR, e);
    } catch (Error e) { // of memory, or of a program replaced under it: later updates are tried
      waiting("the last update failed, see the server's log", System.Logger.Level.ERROR, e);
    }
    return false;
  }

  private synchronized void waiting(String reason, System.Logger.Level level, Throwable e) {
    state = UpdateState.waiting(reason);
    if (e instanceof Failure) {
      LOG.log(level, "documents wait: {0}", e.getMessage());
    } else {
      LOG.log(level, "documents wait", e);
    }
  }

  /// An update under way comes to its next place where it can stop.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(15));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
