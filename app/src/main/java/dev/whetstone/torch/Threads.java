package dev.whetstone.torch;

import dev.whetstone.core.Progress;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.global.torch;

/// libtorch's threads: one team for each thread that calls it, as wide as the machine; or many
/// callers, each a team of one.
final class Threads {
  static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final ThreadLocal<Boolean> READY =
      ThreadLocal.withInitial(
          () -> {
            use(CORES);
            return true;
          });

  private Threads() {}

  static void useAllCores() {
    READY.get();
  }

  /// Sets how many cores this thread's work is shared among.
  static void computeOn(int cores) {
    READY.set(true);
    use(cores);
  }

  /// OpenMP keeps the number by thread; libtorch sets it once more, to the last one that any thread
  /// set, when a thread first asks for it.
  private static void use(int threads) {
    torch.set_num_threads(threads);
    var _ = torch.get_num_threads();
    torch.set_num_threads(threads);
  }

  /// Does work on each core at once, in threads of which each computes alone.
  ///
  /// @param count of pieces of work, which are numbered from 0
  /// @throws CancellationException if this thread was interrupted; the interrupt flag stays set
  static void forEach(int count, IntConsumer work) {
    var next = new AtomicInteger();
    var stopped = new AtomicBoolean();
    try (var executor = Executors.newFixedThreadPool(Math.max(1, Math.min(CORES, count)))) {
      var workers = new ArrayList<Future<?>>();
      for (int i = 0; i < Math.min(CORES, count); i++) {
        workers.add(
            executor.submit(
                () -> {
                  computeOn(1);
                  for (int at = next.getAndIncrement();
                      at < count && !stopped.get();
                      at = next.getAndIncrement()) {
                    work.accept(at);
                  }
                }));
      }
      try {
        for (Future<?> worker : workers) {
          await(worker);
        }
      } finally {
        stopped.set(true); // after a failure, what was begun is finished and no more is
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
