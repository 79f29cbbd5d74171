package dev.whetstone.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;

/// The clock, and waiting for it. What waits takes one, so that tests need not wait. Safe for many
/// threads.
public interface Time extends InstantSource {
  /// The system's clock and [Thread#sleep(Duration)].
  Time SYSTEM =
      new Time() {
        @Override
        public Instant instant() {
          return Instant.now();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
          Thread.sleep(time);
        }
      };

  void sleep(Duration time) throws InterruptedException;

  /// Sleeps in long work that ends when its thread is interrupted.
  ///
  /// @throws CancellationException if the thread is interrupted; it stays so
  default void pause(Duration time) {
    try {
      sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
