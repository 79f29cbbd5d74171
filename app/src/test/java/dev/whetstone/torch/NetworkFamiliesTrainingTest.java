package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.ScoreHeads;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every family embeds and learns, with tiny random weights.
class NetworkFamiliesTrainingTest {
  private static final List<int[]> QUESTIONS = NetworkTest.sequences(1, new int[] {4, 7, 5});
  private static final List<int[]> PASSAGES = NetworkTest.sequences(2, new int[] {20, 9, 21, 20});

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#all")
  void trainingLowersTheLoss(NetworkDescription description) {
    learns(description, Precision.FP32);
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#all")
  void trainingInBf16LowersTheLoss(NetworkDescription description) {
    learns(description, Precision.BF16);
  }

  private static void learns(NetworkDescription description, Precision precision) {
    var batch = new ContrastiveBatch(QUESTIONS, PASSAGES, new int[] {1, 2, 0}, new boolean[12]);
    var settings = ContrastiveTraining.StepSettings.of(precision, .1);
    try (var network = Network.of(description, RandomWeights.of(description, 3));
        var training = new ContrastiveTraining(network, settings)) {
      float first = training.step(batch, 1e-3);
      long live = Scope.liveTensors();
      float last = first;
      for (int i = 0; i < 29; i++) {
        last = training.step(batch, 1e-3);
      }

      assertThat(last).isLessThan(.8f * first);
      assertThat(Scope.liveTensors()).isEqualTo(live);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#all")
  void aVectorDoesNotDependOnItsBatch(NetworkDescription description) {
    var ids = NetworkTest.sequences(7, new int[] {5, 6, 40, 1, 12, 11, 10, 39});
    try (var network = Network.of(description, RandomWeights.of(description, 3))) {
      float[] together = network.embed(ids, Precision.FP32);

      int dimension = description.dimension();
      for (int i = 0; i < ids.size(); i++) {
        float[] alone = network.embed(List.of(ids.get(i)), Precision.FP32);
        for (int d = 0; d < dimension; d++) {
          assertThat(together[i * dimension + d]).isCloseTo(alone[d], within(2e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#scoring")
  void aScoreDoesNotDependOnItsBatch(NetworkDescription description) {
    var pairs =
        NetworkTest.sequences(7, new int[] {5, 6, 40, 1, 12, 11, 10, 39}).stream()
            .map(ids -> new PairTokens(ids, ids.length / 2))
            .toList();
    try (var network = Network.of(description, RandomWeights.of(description, 3))) {
      float[] together = network.score(pairs, Precision.FP32);

      assertThat(together).hasSize(pairs.size());
      for (int i = 0; i < together.length; i++) {
        float[] alone = network.score(List.of(pairs.get(i)), Precision.FP32);
        assertThat(together[i]).isCloseTo(alone[0], within(2e-6f));
      }
    }
  }

  @Test
  void theSecondTextOfAPairIsOfAnotherTypeWhereTheNetworkTellsThemApart() {
    int[] ids = NetworkTest.sequences(7, new int[] {12}).getFirst();
    for (NetworkDescription each : List.of(Networks.bert(), Networks.roberta())) {
      NetworkDescription scoring = ScoreHeads.on(each);
      try (var network = Network.of(scoring, RandomWeights.of(scoring, 3))) {
        float[] scores =
            network.score(
                List.of(new PairTokens(ids, 4), new PairTokens(ids, ids.length)), Precision.FP32);

        assertThat(scores[0] == scores[1]).isEqualTo(each.family().equals("xlm-roberta"));
      }
    }
  }

  @Test
  void aNetworkDoesWhatItsOutputIsFor() {
    var encoder = Networks.bert();
    var scorer = ScoreHeads.on(encoder);
    int[] ids = {1, 2, 3};
    try (var embeds = Network.of(encoder, RandomWeights.of(encoder, 3));
        var scores = Network.of(scorer, RandomWeights.of(scorer, 3))) {
      assertThatThrownBy(() -> scores.embed(List.of(ids), Precision.FP32))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> embeds.score(List.of(new PairTokens(ids, 2)), Precision.FP32))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#everything")
  void weightsComeOutAsTheyWentIn(NetworkDescription description) {
    var in = RandomWeights.of(description, 11);
    try (var network = Network.of(description, in)) {
      var out = network.weights();

      assertThat(out.names()).containsExactlyInAnyOrderElementsOf(description.tensors().keySet());
      for (String name : in.names()) {
        assertThat(out.get(name).shape()).isEqualTo(description.tensors().get(name));
        assertThat(out.get(name).data()).isEqualTo(in.get(name).data());
      }
    }
  }
}
