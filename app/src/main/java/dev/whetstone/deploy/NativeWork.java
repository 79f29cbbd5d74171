package dev.whetstone.deploy;

import dev.whetstone.core.Failure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/// Runs native code on a few platform threads, while its callers wait. Callers are virtual threads,
/// of which as many run at once as the machine has cores: native code on one holds its core's
/// carrier until it returns, and two such calls stop a server of two cores. Safe for many threads.
final class NativeWork implements AutoCloseable {
  private final ExecutorService threads;

  NativeWork(String name, int threads) {
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
  }

  /// Returns what `work` returns, and throws what it throws.
  ///
  /// @throws Failure.Unavailable if this was closed, or the caller is interrupted
  <T> T call(Supplier<T> work) {
    try {
      Future<T> result = threads.submit(work::get);
      return result.get();
    } catch (RejectedExecutionException e) {
      throw new Failure.Unavailable("the server stops: embeddings are no longer computed", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException known -> throw known;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("stopped while embedding", e);
    }
  }

  /// What was handed over is still done.
  @Override
  public void close() {
    threads.shutdown();
  }
}
