package dev.whetstone.core;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Bounds how many pieces of one kind of work run at once, and runs them on platform threads. Safe
/// for many threads.
///
/// **Problem.** Requests are read and answered on virtual threads, of which as many run at once as
/// the machine has cores. Native code (tokenizers, ONNX Runtime, SQLite) holds its carrier thread
/// until it returns, and so does a loop: two such requests would stop a server of two cores, health
/// checks included.
///
/// **Method.** All limiters share one pool of platform threads; the caller's own thread only waits.
/// Each limiter has permits for one kind of work, so the pool has at most as many threads as all
/// limiters have permits. When none is free a bounded number of callers wait for one, first come,
/// first served, for a limited time; further callers are refused with [Busy]. That time is what the
/// limiter was given, or half of what such work takes of late where that is longer (at most a
/// second): a caller that comes while others work then finds a turn as a rule, and who is let in
/// has waited less than the work itself takes. A question takes ten milliseconds, one that is
/// reranked some hundred and fifty; a fixed time would refuse nearly every third caller of the
/// latter.
///
/// Work that waits for something that takes no processor, such as a language model at another
/// server, gives its permit back meanwhile ([Yield]): otherwise a few slow replies would hold all
/// permits.
///
/// Work whose result the caller can do without is waited for no longer than the caller says
/// ([#callWithin]). Native code cannot be interrupted, so late work goes on, and keeps its permit:
/// never does more of it run than there are permits.
public final class ConcurrencyLimiter {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("work-", 0).factory());

  private static final Duration WITHOUT_END = Duration.ofDays(365);

  private final Semaphore permits; // fair
  private final Semaphore places; // of callers that wait
  private final Duration patience;
  private final LongSupplier clock; // in ns
  private volatile long typical; // ns that the work held its permit, of late

  /// How much the last piece of work counts against those before.
  private static final int MEMORY = 16;

  private static final Duration MOST_PATIENCE = Duration.ofSeconds(1);

  /// Gives a permit back while the work waits.
  public interface Yield {
    /// Runs `wait` on this thread without a permit.
    <T> T during(Supplier<T> wait);
  }

  /// @param permits pieces of work that run at once
  /// @param waiting callers that may wait for a permit
  /// @param patience how long a caller may wait at least
  public ConcurrencyLimiter(int permits, int waiting, Duration patience) {
    this(permits, waiting, patience, System::nanoTime);
  }

  ConcurrencyLimiter(int permits, int waiting, Duration patience, LongSupplier clock) {
    this.clock = clock;
    this.permits = new Semaphore(permits, true);
    this.places = new Semaphore(waiting);
    this.patience = patience;
  }

  /// One whose callers wait until they have a permit.
  public static ConcurrencyLimiter patient(int permits) {
    return new ConcurrencyLimiter(permits, Integer.MAX_VALUE, WITHOUT_END);
  }

  /// Returns what `work` returns, and throws what it throws.
  ///
  /// @throws Busy if no permit was free in time, or the caller was interrupted while it waited for
  ///   one
  public <T> T call(Supplier<T> work) {
    return callYielding(_ -> work.get());
  }

  /// The same, for work that may give its permit back while it waits.
  ///
  /// @throws Busy if no permit was free in time, or the caller was interrupted while it waited for
  ///   one
  public <T> T callYielding(Function<Yield, T> work) {
    enter();
    var result = new CompletableFuture<T>();
    start(
        () -> {
          var yield = new PermitYield();
          long began = clock.getAsLong();
          complete(
              result,
              () -> {
                try {
                  return work.apply(yield);
                } finally {
                  took(clock.getAsLong() - began - yield.waited);
                }
              });
        });
    return await(result);
  }

  private void took(long nanos) {
    long before = typical;
    typical = before == 0 ? nanos : before + (nanos - before) / MEMORY;
  }

  /// How long a caller waits for its turn now.
  Duration patience() {
    Duration half = Duration.ofNanos(typical / 2);
    Duration most = half.compareTo(MOST_PATIENCE) < 0 ? half : MOST_PATIENCE;
    return most.compareTo(patience) > 0 ? most : patience;
  }

  /// What `work` returns, where it has a permit and has ended within `time`. Otherwise empty: then
  /// work that began goes on to its end without the caller, so it must itself close what it holds,
  /// and what it throws is lost.
  ///
  /// @param work returns a value
  /// @param time for the permit and the work together
  /// @throws RuntimeException what `work` throws in time
  public <T> Optional<T> callWithin(Duration time, Supplier<T> work) {
    long until = System.nanoTime() + time.toNanos();
    var result = new CompletableFuture<T>();
    try {
      if (!places.tryAcquire()) {
        return Optional.empty();
      }
      try {
        if (!permits.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS)) {
          return Optional.empty();
        }
      } finally {
        places.release();
      }
      start(() -> complete(result, work));
      return Optional.of(result.get(until - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw unchecked(e);
    }
  }

  private <T> void complete(CompletableFuture<T> result, Supplier<T> work) {
    try {
      T value = work.get();
      permits.release(); // before the caller hears of it: its next call finds the permit free
      result.complete(value);
    } catch (RuntimeException | Error e) {
      permits.release();
      result.completeExceptionally(e);
    }
  }

  /// Starts `work` without waiting for it.
  ///
  /// @return false if no permit is free: nothing was started
  public boolean tryStart(Runnable work) {
    if (!permits.tryAcquire()) {
      return false;
    }
    start(
        () -> {
          try {
            work.run();
          } finally {
            permits.release();
          }
        });
    return true;
  }

  private void start(Runnable work) {
    try {
      THREADS.execute(work);
    } catch (RuntimeException | Error e) { // no thread can be started
      permits.release();
      throw e;
    }
  }

  private void enter() {
    try {
      if (permits.tryAcquire(0, TimeUnit.SECONDS)) {
        return;
      }
      if (!places.tryAcquire()) {
        throw busy();
      }
      try {
        if (!permits.tryAcquire(patience().toMillis(), TimeUnit.MILLISECONDS)) {
          throw busy();
        }
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy();
    }
  }

  private static Busy busy() {
    return new Busy("as much work is under way as is taken on: try again later", 1);
  }

  private final class PermitYield implements Yield {
    private long waited; // ns without a permit

    @Override
    public <T> T during(Supplier<T> wait) {
      long began = clock.getAsLong();
      permits.release();
      try {
        return wait.get();
      } finally {
        permits.acquireUninterruptibly();
        waited += clock.getAsLong() - began;
      }
    }
  }

  /// Waits until the work has ended, also when the caller is interrupted: what it works with, an
  /// encoder perhaps, is closed by the caller.
  private static <T> T await(CompletableFuture<T> result) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw unchecked(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException unchecked(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      case null, default -> new CompletionException(e);
    };
  }
}
