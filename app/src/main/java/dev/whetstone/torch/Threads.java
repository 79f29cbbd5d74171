package dev.whetstone.torch;

import org.bytedeco.pytorch.global.torch;

/// libtorch's threads: one team for each thread that calls it, as wide as the machine.
final class Threads {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final ThreadLocal<Boolean> READY =
      ThreadLocal.withInitial(
          () -> {
            torch.set_num_threads(CORES); // OpenMP keeps this number by thread
            return true;
          });

  private Threads() {}

  static void useAllCores() {
    READY.get();
  }
}
