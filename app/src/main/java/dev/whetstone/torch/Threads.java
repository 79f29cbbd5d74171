package dev.whetstone.torch;

import dev.whetstone.core.Parallel;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.global.torch;

/// libtorch's threads: one team for each thread that calls it, as wide as the machine; or many
/// callers, each a team of one.
///
/// Products in fp32 are OpenBLAS's, which has threads of its own. It is kept to the thread that
/// calls it: with more, no two callers compute at once, its threads spin while they wait, and small
/// products, such as those of attention, are shared at a loss. So large work in fp32 must be dealt
/// out to callers ([#forEach], [Lane]). On 2 cores of an Intel Xeon with AVX-512 and no AMX, `whet
/// embed` of passages of some 450 tokens in 8 bits made 6.6 of them a second with OpenBLAS's
/// threads, 13.2 without.
final class Threads {
  static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final ThreadLocal<Boolean> READY =
      ThreadLocal.withInitial(
          () -> {
            use(CORES);
            return true;
          });

  static {
    var _ = torch.get_num_threads(); // loads libtorch, and OpenBLAS with it
    NativeFunctions.openBlasThreads(1);
  }

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

  /// Does work on each core at once, in threads of which each computes alone, as
  /// [Parallel#forEach].
  static void forEach(int count, IntConsumer work) {
    Parallel.forEach(CORES, count, () -> computeOn(1), work);
  }
}
