package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Steps that are dealt out to lanes against those of one lane.
class NetworkTrainingTest {
  private final Sequences<int[]> sequences =
      Sequences.of(NetworkTest.sequences(7, new Random(3).ints(120, 1, 24).toArray()));

  @Test
  void everySequenceIsDealtOutOnceAndEachLaneGetsAsMuch() {
    List<List<Integer>> parts = NetworkTraining.parts(sequences, 16_384, 3);

    assertThat(parts).hasSize(3);
    assertThat(parts.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, sequences.size()).boxed().toList());
    List<Integer> tokens =
        parts.stream()
            .map(part -> part.stream().mapToInt(i -> sequences.ids(i).length).sum())
            .toList();
    int all = tokens.stream().mapToInt(Integer::intValue).sum();
    assertThat(tokens).allSatisfy(each -> assertThat(each).isCloseTo(all / 3, within(all / 50)));
  }

  @Test
  void fewTokensGoToFewLanes() {
    assertThat(NetworkTraining.parts(sequences, 700, 8)).hasSize(2);
    assertThat(NetworkTraining.parts(sequences, 100, 8)).hasSize(1);
    assertThat(NetworkTraining.parts(Sequences.of(List.of(new int[] {1, 2})), 9999, 8)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "INT8", mode = EnumSource.Mode.EXCLUDE)
  void lanesLearnAsOneThatHasAllDoes(Precision precision) {
    float[] one = weights(precision, 1, 16_384);
    float[] three = weights(precision, 3, 16_384);
    float[] inChunks = weights(precision, 3, 800);
    float[] before = flat(RandomWeights.of(NetworkTest.TINY, 3));

    double moved = distance(before, one);
    double tolerance = precision == Precision.BF16 ? .2 : 1e-3;
    assertThat(moved).isGreaterThan(1e-2);
    assertThat(distance(one, three)).isLessThan(tolerance * moved);
    assertThat(distance(one, inChunks)).isLessThan(tolerance * moved);
    assertThat(weights(precision, 3, 800)).isEqualTo(inChunks);
  }

  @Test
  void aStepThatFailsLeavesWhatTheNextOneNeeds() {
    try (var network = Network.of(NetworkTest.TINY, RandomWeights.of(NetworkTest.TINY, 3));
        var training = training(network, Precision.FP32, 3)) {
      float loss = training.step(sequences, 16_384, 0, NetworkTrainingTest::loss);
      long before = Scope.liveTensors();

      assertThatThrownBy(
              () ->
                  training.step(
                      sequences,
                      16_384,
                      1e-3,
                      _ -> {
                        throw new IllegalStateException("no loss");
                      }))
          .hasMessage("no loss");

      assertThat(Scope.liveTensors()).isEqualTo(before);
      assertThat(training.step(sequences, 16_384, 1e-3, NetworkTrainingTest::loss)).isEqualTo(loss);
    }
  }

  private static NetworkTraining training(Network network, Precision precision, int lanes) {
    return new NetworkTraining(
        network, GradientPass::of, precision, ContrastiveTraining.Update.USUAL, lanes);
  }

  private float[] weights(Precision precision, int lanes, int most) {
    try (var network = Network.of(NetworkTest.TINY, RandomWeights.of(NetworkTest.TINY, 3));
        var training = training(network, precision, lanes)) {
      for (int step = 0; step < 3; step++) {
        training.step(sequences, most, 1e-3, NetworkTrainingTest::loss);
      }
      return flat(network.weights());
    }
  }

  /// Pulls each row to a direction of its own.
  private static NetworkTraining.LossGradient loss(Tensor rows) {
    torch.manual_seed(5);
    Tensor directions = torch.randn(rows.size(0), rows.size(1));
    return new NetworkTraining.LossGradient(rows.mul(directions).sum().item_float(), directions);
  }

  private static float[] flat(NamedTensors tensors) {
    var all = new ArrayList<Float>();
    for (String name : tensors.names()) {
      for (float value : tensors.get(name).data()) {
        all.add(value);
      }
    }
    float[] flat = new float[all.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = all.get(i);
    }
    return flat;
  }

  private static double distance(float[] left, float[] right) {
    return Math.sqrt(
        IntStream.range(0, left.length)
            .mapToDouble(i -> (left[i] - right[i]) * (double) (left[i] - right[i]))
            .sum());
  }
}
