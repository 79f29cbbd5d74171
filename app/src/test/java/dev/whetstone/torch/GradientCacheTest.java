package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.Pooling;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Chunks against one pass over all sequences, in doubles.
class GradientCacheTest {
  private final List<int[]> sequences =
      NetworkTest.sequences(4, new int[] {9, 12, 11, 3, 12, 1, 7, 10});

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#all")
  void rowsAndGradientsAreThoseOfOnePass(NetworkDescription network) {
    List<List<Integer>> one = List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7));
    List<List<Integer>> three = List.of(List.of(6, 0), List.of(5, 3, 1), List.of(2, 7, 4));
    var layout = new ParameterLayout(network);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var small = Weights.of(layout, RandomWeights.of(network, 5));
        var weights = small.copy(ScalarType.Double);
        var gradients = Weights.zeros(layout, ScalarType.Double);
        var arena = new Arena(ScalarType.Double)) {
      weights.flat().mul_(new Scalar(6.0)).add_(new Scalar(.01));
      weights.words().mul_(new Scalar(10.0));
      torch.manual_seed(2);
      Tensor direction = torch.randn(8, network.dimension()).to(ScalarType.Double);

      Outcome whole = outcome(weights, gradients, one, arena, direction);
      Outcome chunked = outcome(weights, gradients, three, arena, direction);

      assertThat(difference(chunked.rows, whole.rows)).isLessThan(1e-12);
      assertThat(whole.ofWeights.abs().max().item_double()).isGreaterThan(1e-3);
      assertThat(difference(chunked.ofWeights, whole.ofWeights)).isLessThan(1e-9);
      assertThat(difference(chunked.ofWords, whole.ofWords)).isLessThan(1e-9);
    }
  }

  /// @param rows in the order of the sequences
  private record Outcome(Tensor rows, Tensor ofWeights, Tensor ofWords) {}

  private Outcome outcome(
      Weights weights,
      Weights gradients,
      List<List<Integer>> chunks,
      Arena arena,
      Tensor direction) {
    Sequences<int[]> all = Sequences.of(sequences);
    var words = StepWords.of(all, weights.words());
    var cache = new GradientCache(GradientPass::of, weights, gradients, words, all, chunks, arena);
    Tensor found = cache.rows();
    Tensor rows = torch.zeros_like(found).index_copy_(0, Device.indices(cache.order()), found);
    Tensor sum = torch.zeros_like(gradients.flat());
    for (int chunk = chunks.size() - 1; chunk >= 0; chunk--) {
      cache.backward(chunk, direction);
      sum.add_(gradients.flat());
    }
    return new Outcome(rows, sum, cache.ofWords());
  }

  @Test
  void aStepInChunksLearnsAsAStepInOne() {
    float whole = lossAfter(20, ContrastiveTraining.Limits.USUAL);
    float chunked = lossAfter(20, new ContrastiveTraining.Limits(30));

    assertThat(chunked).isCloseTo(whole, within(.01f));
    assertThat(whole).isLessThan(lossAfter(1, ContrastiveTraining.Limits.USUAL) / 2);
  }

  /// However many sequences there are, and however often: the memory of intermediates is that of
  /// the largest chunk.
  @Test
  void stepsInChunksTakeTheMemoryOfOneChunk() {
    NetworkDescription network = Networks.bert().withPooling(Pooling.MEAN);
    int most = 60;
    var layout = new ParameterLayout(network);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var masters = Weights.of(layout, RandomWeights.of(network, 5));
        var weights = masters.withLinears(ScalarType.BFloat16);
        var zeros = Weights.zeros(layout, ScalarType.Float);
        var gradients = zeros.withLinears(ScalarType.BFloat16);
        var arena = new Arena(ScalarType.BFloat16)) {
      long largest = 0;
      for (int step = 0; step < 6; step++) {
        int[] lengths = new Random(step).ints(10 + 10 * step, 1, 40).toArray();
        List<int[]> many = NetworkTest.sequences(step, lengths);
        List<List<Integer>> chunks =
            LengthBatches.of(many.size(), i -> lengths[i], most, Integer.MAX_VALUE);
        for (List<Integer> chunk : chunks) {
          var packed = PackedBatch.of(chunk.stream().map(many::get).toList());
          assertThat(packed.tokens()).isLessThanOrEqualTo(most);
          largest = Math.max(largest, TrainingPass.elements(network, packed));
        }
        try (var _ = new Scope()) {
          Sequences<int[]> all = Sequences.of(many);
          var words = StepWords.of(all, weights.words());
          var cache =
              new GradientCache(GradientPass::of, weights, gradients, words, all, chunks, arena);
          Tensor direction = torch.ones_like(cache.rows());
          for (int chunk = chunks.size() - 1; chunk >= 0; chunk--) {
            cache.backward(chunk, direction);
          }
        }

        assertThat(arena.top()).isZero();
        assertThat(arena.mostElements()).isBetween(largest / 2, largest);
        assertThat(2 * largest)
            .isLessThan(most * TrainingMemory.of(network, Precision.BF16, 40).token());
      }
    }
  }

  @Test
  void aStepInChunksLeavesNoTensorBehind() {
    try (var network = Network.of(NetworkTest.TINY, RandomWeights.of(NetworkTest.TINY, 3));
        var training =
            new ContrastiveTraining(network, settings(new ContrastiveTraining.Limits(30)))) {
      training.step(batch(), 1e-3);
      long before = Scope.liveTensors();

      training.step(batch(), 1e-3);

      assertThat(Scope.liveTensors()).isEqualTo(before);
    }
  }

  private static float lossAfter(int steps, ContrastiveTraining.Limits limits) {
    try (var network = Network.of(NetworkTest.TINY, RandomWeights.of(NetworkTest.TINY, 3));
        var training = new ContrastiveTraining(network, settings(limits))) {
      float loss = 0;
      for (int i = 0; i < steps; i++) {
        loss = training.step(batch(), 1e-3);
      }
      return loss;
    }
  }

  private static ContrastiveTraining.StepSettings settings(ContrastiveTraining.Limits limits) {
    return new ContrastiveTraining.StepSettings(
        Precision.FP32,
        new ContrastiveTraining.LossSettings(.1, List.of(16), .5),
        ContrastiveTraining.Update.withLayerDecay(1),
        limits);
  }

  private static ContrastiveBatch batch() {
    return new ContrastiveBatch(
        NetworkTest.sequences(1, new int[] {4, 7, 5}),
        NetworkTest.sequences(2, new int[] {20, 9, 21, 20}),
        new int[] {1, 2, 0},
        new boolean[12],
        List.of(
            List.of(new ContrastiveBatch.Target(1, .9), new ContrastiveBatch.Target(3, .1)),
            List.of(),
            List.of(
                new ContrastiveBatch.Target(0, .8),
                new ContrastiveBatch.Target(2, .1),
                new ContrastiveBatch.Target(3, .1))));
  }

  private static double difference(Tensor left, Tensor right) {
    return left.sub(right).abs().max().item_double();
  }
}
