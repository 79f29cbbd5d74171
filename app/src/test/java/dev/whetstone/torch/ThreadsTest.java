package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  @SuppressWarnings("restricted")
  void openBlasComputesOnTheThreadThatCallsIt() throws Throwable {
    Threads.useAllCores();

    var number = SymbolLookup.loaderLookup().find("openblas_get_num_threads").orElseThrow();
    var get =
        Linker.nativeLinker().downcallHandle(number, FunctionDescriptor.of(ValueLayout.JAVA_INT));
    assertThat((int) get.invokeExact()).isEqualTo(1);
  }
}
