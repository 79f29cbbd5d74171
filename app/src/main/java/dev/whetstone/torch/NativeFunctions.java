package dev.whetstone.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Functions of native libraries that libtorch's Java classes do not reach. Where a library lacks
/// one, nothing happens: they change speed and memory, no result.
final class NativeFunctions {
  private NativeFunctions() {}

  /// How many threads OpenBLAS shares a product among. Call it once libtorch is loaded.
  static void openBlasThreads(int threads) {
    call(SymbolLookup.loaderLookup().find("openblas_set_num_threads"), threads);
  }

  /// Gives memory that was freed, but is kept by malloc for later, back to the system (glibc).
  static void trimFreedMemory() {
    call(Linker.nativeLinker().defaultLookup().find("malloc_trim"), 0);
  }

  /// @param function takes an `int`, or a number that is passed as one; its result is not used
  @SuppressWarnings("restricted") // native code is permitted as for libtorch
  private static void call(Optional<MemorySegment> function, int argument) {
    if (function.isEmpty()) {
      return;
    }
    var signature = FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG);
    try {
      Linker.nativeLinker().downcallHandle(function.get(), signature).invokeExact((long) argument);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native function failed", e);
    }
  }
}
