package dev.whetstone.http;

import dev.whetstone.answer.ModelWait;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/// Bounds how many pieces of work are done at once, on platform threads. A number of callers may
/// wait for a turn, for some time; the others are refused with 429. Safe for many threads.
///
/// Requests are read and answered on virtual threads, of which as many run at once as the machine
/// has cores. Native code (tokenizers, ONNX Runtime, SQLite) holds its carrier until it returns,
/// and so does a loop: two such requests would stop a server of two cores, `/health` included. All
/// that computes therefore runs here, and the request's own thread only waits.
///
/// Work that waits for a language model gives its turn back meanwhile ([ModelWait]): otherwise a
/// few slow replies would refuse all retrieval.
final class WorkPool implements AutoCloseable {
  private final Semaphore working; // fair: first come, first served
  private final Semaphore waiting;
  private final Duration patience;
  private final ExecutorService threads;

  /// @param queue how many callers may wait
  /// @param patience how long a caller may wait for its turn
  WorkPool(String name, int concurrent, int queue, Duration patience) {
    this.working = new Semaphore(concurrent, true);
    this.waiting = new Semaphore(queue);
    this.patience = patience;
    this.threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("work-" + name + "-", 0).factory());
  }

  private final class Outside implements ModelWait {
    @Override
    public <T> T during(Supplier<T> wait) {
      working.release();
      try {
        return wait.get();
      } finally {
        working.acquireUninterruptibly();
      }
    }
  }

  /// @throws Problem if no turn came in time
  <T> T call(Supplier<T> work) {
    return callWaiting(_ -> work.get());
  }

  /// @param work is given how to wait for a language model
  /// @throws Problem if no turn came in time
  <T> T callWaiting(Function<ModelWait, T> work) {
    enter();
    var result = new CompletableFuture<T>();
    try {
      threads.execute(() -> run(work, result));
    } catch (RejectedExecutionException e) {
      working.release();
      throw new Problem(503, "ServiceUnavailable", "The server stops.");
    }
    return await(result);
  }

  private void enter() {
    try {
      if (working.tryAcquire(0, TimeUnit.SECONDS)) {
        return;
      }
      if (!waiting.tryAcquire()) {
        throw Problem.busy();
      }
      try {
        if (!working.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          throw Problem.busy();
        }
      } finally {
        waiting.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.busy();
    }
  }

  private <T> void run(Function<ModelWait, T> work, CompletableFuture<T> result) {
    try {
      T value = work.apply(new Outside());
      working.release(); // before the caller hears of it: its next request finds the turn free
      result.complete(value);
    } catch (RuntimeException | Error e) {
      working.release();
      result.completeExceptionally(e);
    }
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException known -> throw known;
        case Error error -> throw error;
        case null, default -> throw new CompletionException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.busy();
    }
  }

  /// What is under way goes on.
  @Override
  public void close() {
    threads.shutdown();
  }
}
