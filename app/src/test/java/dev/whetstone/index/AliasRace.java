package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;

/// Two machines that let different generations serve at the same moment.
final class AliasRace {
  private AliasRace() {}

  /// In each round the first generation serves, and `one` and `other` promote the second and the
  /// third at once: one index has the alias in the end, of one whose promotion did not fail, and
  /// who failed was told why.
  static void run(Indexes one, Indexes other, List<String> generations, int rounds)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < rounds; round++) {
        one.promote(generations.getFirst());
        var start = new CyclicBarrier(2);

        var first = threads.submit(mover(start, one, generations.get(1)));
        var second = threads.submit(mover(start, other, generations.get(2)));

        boolean firstMoved = first.get();
        boolean secondMoved = second.get();
        assertThat(firstMoved || secondMoved).as("round " + round).isTrue();
        String serves = one.current().orElseThrow(); // which refuses an alias of two
        assertThat(serves).isIn(generations.get(1), generations.get(2));
        if (firstMoved != secondMoved) {
          assertThat(serves).isEqualTo(generations.get(firstMoved ? 1 : 2));
        }
      }
    }
  }

  /// Says whether the alias was moved.
  private static Callable<Boolean> mover(CyclicBarrier start, Indexes indexes, String generation) {
    return () -> {
      start.await();
      try {
        indexes.promote(generation);
        return true;
      } catch (Failure.Refused e) {
        assertThat(e).hasMessageContaining("moved by another machine");
        return false;
      }
    };
  }
}
