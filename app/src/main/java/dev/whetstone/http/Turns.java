package dev.whetstone.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Lets so many work at once; others wait a little, and are sent away when their turn does not
/// come. As many may wait as may work.
final class Turns {
  private final Semaphore working;
  private final Semaphore inside;
  private final Duration wait;

  Turns(int concurrent, Duration wait) {
    this.working = new Semaphore(concurrent, true);
    this.inside = new Semaphore(2 * concurrent);
    this.wait = wait;
  }

  <T> T take(Supplier<T> work) {
    if (!inside.tryAcquire()) {
      throw Problem.busy();
    }
    try {
      if (!working.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        throw Problem.busy();
      }
      try {
        return work.get();
      } finally {
        working.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.busy();
    } finally {
      inside.release();
    }
  }
}
