package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.ScoreHeads;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListwiseTrainingTest {
  private static final NetworkDescription NETWORK = ScoreHeads.on(Networks.bert());

  private static List<PairTokens> list(long seed, int... lengths) {
    return NetworkTest.sequences(seed, lengths).stream()
        .map(ids -> new PairTokens(ids, ids.length / 3))
        .toList();
  }

  /// Two lists of different sizes.
  private static ListwiseBatch batch() {
    return new ListwiseBatch(List.of(list(1, 9, 14, 20, 11), list(2, 12, 16, 7)));
  }

  private static Network network() {
    return Network.of(NETWORK, RandomWeights.of(NETWORK, 3));
  }

  /// By its definition, from scores that were computed apart.
  private static double expected(Network network, ListwiseBatch batch) {
    double sum = 0;
    for (List<PairTokens> list : batch.lists()) {
      float[] scores = network.score(list, Precision.FP32);
      double all = IntStream.range(0, scores.length).mapToDouble(i -> Math.exp(scores[i])).sum();
      sum += Math.log(all) - scores[0];
    }
    return sum / batch.lists().size();
  }

  @Test
  void theLossIsWhatThePositiveLacksOfItsListsSoftmax() {
    try (var network = network();
        var training = new ListwiseTraining(network, Precision.FP32)) {
      double expected = expected(network, batch());

      assertThat(training.step(batch(), 1e-4)).isCloseTo((float) expected, within(1e-5f));
    }
  }

  @Test
  void thePositivesRiseAboveTheOthers() {
    try (var network = network();
        var training = new ListwiseTraining(network, Precision.FP32)) {
      for (int step = 0; step < 40; step++) {
        var _ = training.step(batch(), 3e-3);
      }

      assertThat(expected(network, batch())).isLessThan(.2);
      for (List<PairTokens> list : batch().lists()) {
        float[] scores = network.score(list, Precision.FP32);
        for (int i = 1; i < scores.length; i++) {
          assertThat(scores[0]).isGreaterThan(scores[i]);
        }
      }
    }
  }

  @Test
  void aStepInChunksIsAStepInOne() {
    var chunks = new ContrastiveTraining.Limits(30);
    try (var one = network();
        var other = network();
        var whole = new ListwiseTraining(one, Precision.FP32);
        var parts = new ListwiseTraining(other, Precision.FP32, chunks)) {
      assertThat(batch().pairs().stream().mapToInt(pair -> pair.ids().length).sum())
          .isGreaterThan(60);

      float loss = whole.step(batch(), 1e-3);
      float lossOfParts = parts.step(batch(), 1e-3);

      assertThat(lossOfParts).isCloseTo(loss, within(1e-5f));
      for (int step = 0; step < 5; step++) {
        loss = whole.step(batch(), 1e-3);
        lossOfParts = parts.step(batch(), 1e-3);
      }
      assertThat(lossOfParts).isCloseTo(loss, within(1e-3f));
      for (List<PairTokens> list : batch().lists()) {
        assertThat(other.score(list, Precision.FP32))
            .containsExactly(one.score(list, Precision.FP32), within(1e-3f));
      }
    }
  }

  @Test
  void aTrainingGoesOnToTheSameBitsFromItsState() {
    NamedTensors weights;
    NamedTensors state;
    float third;
    try (var network = network();
        var training = new ListwiseTraining(network, Precision.FP32)) {
      var _ = training.step(batch(), 1e-3);
      var _ = training.step(batch(), 1e-3);
      weights = network.weights();
      state = training.state();
      third = training.step(batch(), 1e-3);
    }
    try (var network = Network.of(NETWORK, weights);
        var training = new ListwiseTraining(network, Precision.FP32)) {
      training.restore(state);

      assertThat(training.steps()).isEqualTo(2);
      assertThat(training.step(batch(), 1e-3)).isEqualTo(third);
    }
  }

  @Test
  void aStepLeavesNoTensor() {
    try (var network = network();
        var training = new ListwiseTraining(network, Precision.FP32)) {
      var _ = training.step(batch(), 1e-4);
      long before = Scope.liveTensors();

      var _ = training.step(batch(), 1e-4);

      assertThat(Scope.liveTensors()).isEqualTo(before);
    }
  }

  @Test
  void aListWithoutANegativeAndANetworkWithoutAScoreAreRefused() {
    List<PairTokens> alone = list(1, 9);
    assertThatThrownBy(() -> new ListwiseBatch(List.of(alone)))
        .isInstanceOf(IllegalArgumentException.class);
    try (var encoder = Network.of(Networks.bert(), RandomWeights.of(Networks.bert(), 1))) {
      assertThatThrownBy(() -> new ListwiseTraining(encoder, Precision.FP32))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
