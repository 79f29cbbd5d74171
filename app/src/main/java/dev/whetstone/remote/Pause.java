package dev.whetstone.remote;

import java.time.Duration;
import java.util.concurrent.CancellationException;

/// Waiting, so that tests need not.
@FunctionalInterface
public interface Pause {
  /// @throws CancellationException if the thread is interrupted; it stays so
  void wait(Duration time);

  Pause REAL =
      time -> {
        try {
          Thread.sleep(time);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          throw new CancellationException("interrupted");
        }
      };
}
