package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.NetworkDescription;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArenaTest {
  @Test
  void tensorsDoNotOverlapUntilTheyAreReleased() {
    try (var _ = new Scope();
        var arena = new Arena(ScalarType.Float)) {
      arena.reserve(Arena.elements(3, 5) + Arena.elements(2, 7));
      Tensor first = arena.take(3, 5).fill_(new Scalar(1));
      long mark = arena.top();
      Tensor second = arena.take(2, 7).fill_(new Scalar(2));
      Tensor beyond = arena.take(4, 4).fill_(new Scalar(3));

      assertThat(first.sum().item_double()).isEqualTo(15);
      assertThat(second.sum().item_double()).isEqualTo(28);
      assertThat(beyond.sum().item_double()).isEqualTo(48);

      arena.release(mark);
      arena.take(2, 7).fill_(new Scalar(9));
      assertThat(second.sum().item_double()).isEqualTo(126);
      assertThatThrownBy(() -> arena.reserve(1)).isInstanceOf(IllegalStateException.class);
    }
  }

  /// What the plan of a training reckons with, and what is reserved before a pass.
  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#fast")
  void aPassTakesWhatWasReckoned(NetworkDescription network) {
    var random = new Random(11);
    var layout = new ParameterLayout(network);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var masters = Weights.of(layout, RandomWeights.of(network, 5));
        var weights = masters.withLinears(ScalarType.BFloat16);
        var zeros = Weights.zeros(layout, ScalarType.Float);
        var gradients = zeros.withLinears(ScalarType.BFloat16)) {
      for (int i = 0; i < 5; i++) {
        List<int[]> sequences =
            IntStream.range(0, 1 + random.nextInt(30))
                .mapToObj(_ -> random.ints(1 + random.nextInt(40), 1, 50).toArray())
                .toList();
        PackedBatch batch = PackedBatch.of(sequences);
        long reckoned = TrainingPass.elements(network, batch);
        try (var _ = new Scope();
            var arena = new Arena(ScalarType.BFloat16)) {
          arena.reserve(reckoned);
          var pass =
              new TrainingPass(weights, gradients, batch, weights.words(), batch.ids(), arena);
          pass.backward(torch.ones_like(pass.forward()));

          assertThat(arena.top()).isZero();
          assertThat(arena.mostElements()).isBetween(reckoned * 3 / 4, reckoned);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#fast")
  void theMemoryOfATrainingIsReckonedWithoutABatch(NetworkDescription network) {
    var random = new Random(12);
    var memory = TrainingMemory.of(network, Precision.BF16, 40);
    List<int[]> sequences =
        IntStream.range(0, 200)
            .mapToObj(_ -> random.ints(1 + random.nextInt(40), 1, 50).toArray())
            .toList();
    PackedBatch batch = PackedBatch.of(sequences);

    long arena = 2 * TrainingPass.elements(network, batch);

    assertThat(arena)
        .isBetween(batch.tokens() * memory.token() / 4, batch.tokens() * memory.token());
    assertThat(memory.tokens(memory.training(3) + 10 * memory.token(), 3)).isEqualTo(10);
    assertThat(memory.tokens(5, 1)).isZero();
    assertThat(memory.lanes(5, 1)).isEqualTo(1);
    assertThat(memory.lanes(Long.MAX_VALUE / 2, 1)).isEqualTo(NetworkTraining.lanes());
  }
}
