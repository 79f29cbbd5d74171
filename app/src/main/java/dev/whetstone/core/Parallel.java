package dev.whetstone.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/// Pieces of work done on several threads at once, each as a thread becomes free.
public final class Parallel {
  /// For each thread, so that one long piece of work leaves something for the others.
  private static final int AHEAD = 2;

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

  /// Works on `items` on several threads and hands each result to `consumer`, in the order of the
  /// items, on this thread. At most [#AHEAD] results for each thread wait for one before them.
  ///
  /// After a failure what was begun is finished, no more is, and the failure is thrown.
  ///
  /// @param stop ends what is under way where this thread is interrupted
  /// @throws CancellationException if this thread was interrupted; the interrupt flag stays set
  public static <T, R> void inOrder(
      int threads, List<T> items, Function<T, R> work, Consumer<R> consumer, Runnable stop) {
    try (var executor =
        Executors.newFixedThreadPool(
            Math.clamp(items.size(), 1, threads), Thread.ofPlatform().daemon().factory())) {
      Queue<Future<R>> ahead = new ArrayDeque<>();
      try {
        int next = 0;
        while (next < items.size() || !ahead.isEmpty()) {
          while (next < items.size() && ahead.size() < AHEAD * threads) {
            T item = items.get(next++);
            ahead.add(executor.submit(() -> work.apply(item)));
          }
          consumer.accept(result(ahead.remove()));
        }
      } catch (InterruptedException _) {
        stop.run(); // before the flag is set, so that it may wait
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      } finally {
        ahead.forEach(future -> future.cancel(false));
      }
    }
  }

  private static void await(Future<?> worker) {
    try {
      var _ = result(worker);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static <R> R result(Future<R> worker) throws InterruptedException {
    try {
      return worker.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
