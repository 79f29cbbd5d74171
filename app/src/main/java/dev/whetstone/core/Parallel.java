package dev.whetstone.core;

import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Pieces of work done on several threads at once, each as a thread becomes free.
public final class Parallel {
  private Parallel() {}

  /// Returns when all is done. After a failure what was begun is finished, no more is, and the
  /// failure is thrown.
  ///
  /// @param threads at most
  /// @param count of pieces of work, which are numbered from 0
  /// @param prepare runs first on each thread
  /// @throws CancellationException if this thread was interrupted; the interrupt flag stays set
  public static void forEach(int threads, int count, Runnable prepare, IntConsumer work) {
    var next = new AtomicInteger();
    var stopped = new AtomicBoolean();
    int workers = Math.min(threads, count);
    try (var executor = Executors.newFixedThreadPool(Math.max(1, workers))) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < workers; i++) {
        running.add(
            executor.submit(
                () -> {
                  prepare.run();
                  for (int at = next.getAndIncrement();
                      at < count && !stopped.get();
                      at = next.getAndIncrement()) {
                    work.accept(at);
                  }
                }));
      }
      try {
        for (Future<?> worker : running) {
          await(worker);
        }
      } finally {
        stopped.set(true);
      }
    }
  }

  private static void await(Future<?> worker) {
    try {
      worker.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      Progress.stopWhenInterrupted();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
