package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.Pooling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTest {
  static final NetworkDescription TINY =
      NetworkFamilies.bert(new NetworkFamilies.Sizes(2, 4, 32, 64, 50, 40, 1e-12), 2);

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void aVectorDoesNotDependOnItsBatch(Pooling pooling) {
    var ids = sequences(7, new int[] {5, 6, 40, 1, 12, 11, 10, 39});
    try (var network = Network.of(TINY.withPooling(pooling), RandomWeights.of(TINY, 3))) {
      float[] together = network.embed(ids, Precision.FP32);

      for (int i = 0; i < ids.size(); i++) {
        float[] alone = network.embed(List.of(ids.get(i)), Precision.FP32);
        for (int d = 0; d < 32; d++) {
          assertThat(together[i * 32 + d]).isCloseTo(alone[d], within(2e-6f));
        }
      }
    }
  }

  @Test
  void rowsAreOfUnitLength() {
    try (var network = Network.of(TINY.withPooling(Pooling.MEAN), RandomWeights.of(TINY, 3))) {
      float[] rows = network.embed(sequences(1, new int[] {9, 3}), Precision.FP32);

      assertThat(dot(rows, 0, rows, 0)).isCloseTo(1, within(1e-6));
      assertThat(dot(rows, 1, rows, 1)).isCloseTo(1, within(1e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void bf16StaysCloseToFp32(Pooling pooling) {
    assumeTrue(
        Calibration.measure().bf16().inference() > 0, "bf16 is emulated here, so it is not used");
    var ids = sequences(5, new int[] {20, 19, 7});
    try (var network = Network.of(TINY.withPooling(pooling), RandomWeights.of(TINY, 3))) {
      float[] exact = network.embed(ids, Precision.FP32);
      float[] rounded = network.embed(ids, Precision.BF16);

      for (int i = 0; i < ids.size(); i++) {
        assertThat(dot(exact, i, rounded, i)).isGreaterThan(.999);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#all")
  void int8StaysCloseToFp32AndATextsVectorIsItsOwn(NetworkDescription description) {
    assumeTrue(Network.computesInt8(), "libtorch does not multiply 8-bit numbers here");
    var ids = sequences(5, new int[] {20, 19, 7});
    long before = Scope.liveTensors();
    try (var network = Network.of(description, RandomWeights.of(description, 3))) {
      float[] exact = network.embed(ids, Precision.FP32);
      float[] rounded = network.embed(ids, Precision.INT8);

      int dimension = description.dimension();
      for (int i = 0; i < ids.size(); i++) {
        double cosine = 0;
        float[] alone = network.embed(List.of(ids.get(i)), Precision.INT8);
        for (int d = 0; d < dimension; d++) {
          cosine += (double) exact[i * dimension + d] * rounded[i * dimension + d];
          assertThat(alone[d]).isCloseTo(rounded[i * dimension + d], within(1e-3f));
        }
        assertThat(cosine).isGreaterThan(.998);
      }
      assertThat(rounded).isNotEqualTo(exact);
    }
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void manyBatchesOfPairsAtOnceHaveTheScoresOfEachByItself() {
    NetworkDescription scoring = Networks.scoring().findFirst().orElseThrow();
    List<List<PairTokens>> batches =
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    sequences(i, new int[] {20, 12, 9}).stream()
                        .map(ids -> new PairTokens(ids, 4))
                        .toList())
            .toList();
    try (var network = Network.of(scoring, RandomWeights.of(scoring, 3))) {
      var scores = new TreeMap<Integer, float[]>();

      network.scoreAll(batches, Precision.FP32, scores::put);

      for (int i = 0; i < batches.size(); i++) {
        assertThat(scores.get(i))
            .containsExactly(network.score(batches.get(i), Precision.FP32), within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void manyBatchesAtOnceGiveTheRowsOfEachByItself(Precision precision) {
    List<List<int[]>> batches =
        IntStream.range(0, 9)
            .mapToObj(i -> sequences(i, new int[] {30 - i, 20, 19, 1 + i}))
            .toList();
    try (var network = Network.of(TINY.withPooling(Pooling.CLS), RandomWeights.of(TINY, 3))) {
      long live = Scope.liveTensors();
      var rows = new TreeMap<Integer, float[]>();

      network.embedAll(batches, Precision.FP32, rows::put);

      assertThat(rows.keySet()).containsExactlyElementsOf(IntStream.range(0, 9).boxed().toList());
      assertThat(Scope.liveTensors()).isEqualTo(live);
      rows.clear();
      network.embedAll(batches, precision, rows::put);
      rows.forEach(
          (i, some) -> {
            float[] alone = network.embed(batches.get(i), precision);
            for (int at = 0; at < alone.length; at++) {
              assertThat(some[at]).isCloseTo(alone[at], within(1e-6f));
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  @Timeout(60)
  void aTextIsEmbeddedWhileALongJobHasNotEnded(Precision precision) throws Exception {
    var question = sequences(2, new int[] {9});
    try (var network = Network.of(TINY.withPooling(Pooling.CLS), RandomWeights.of(TINY, 3));
        var threads = Executors.newSingleThreadExecutor()) {
      float[] alone = network.embed(question, precision);
      var answered = new ArrayList<float[]>();

      network.embedAll(
          List.of(sequences(1, new int[] {30, 20})),
          precision,
          (_, _) -> { // the job has not ended, and waits for the text
            var text =
                CompletableFuture.supplyAsync(() -> network.embed(question, precision), threads);
            answered.add(text.join());
          });

      assertThat(answered).containsExactly(alone);
    }
  }

  @Test
  void theFailureOfOneBatchIsThatOfAll() {
    try (var network = Network.of(TINY.withPooling(Pooling.CLS), RandomWeights.of(TINY, 3))) {
      List<List<int[]>> batches = Collections.nCopies(20, sequences(1, new int[] {9}));

      assertThatThrownBy(
              () ->
                  network.embedAll(
                      batches,
                      Precision.FP32,
                      (i, _) -> {
                        throw new IllegalStateException("no disk for batch");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no disk for batch");
      assertThat(network.embed(batches.getFirst(), Precision.FP32)).hasSize(32);
    }
  }

  @Test
  void scoresBeyondTheRangeOfAnExponentialGiveVectorsToo() {
    NamedTensors weights = RandomWeights.of(TINY, 3);
    for (String name : weights.names()) {
      if (name.contains("self.query.weight") || name.contains("self.key.weight")) {
        float[] data = weights.get(name).data();
        for (int i = 0; i < data.length; i++) {
          data[i] *= 1000;
        }
      }
    }
    try (var network = Network.of(TINY.withPooling(Pooling.MEAN), weights)) {
      float[] rows = network.embed(sequences(1, new int[] {9, 3}), Precision.BF16);

      assertThat(dot(rows, 0, rows, 0)).isCloseTo(1, within(1e-6));
      assertThat(dot(rows, 1, rows, 1)).isCloseTo(1, within(1e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void bf16StaysCloseToFp32AtLengthsThatAreAligned(Pooling pooling) {
    assumeTrue(
        Calibration.measure().bf16().inference() > 0, "bf16 is emulated here, so it is not used");
    var longer = NetworkFamilies.bert(new NetworkFamilies.Sizes(2, 4, 32, 64, 50, 100, 1e-12), 2);
    var ids = sequences(5, new int[] {100, 81, 80, 64, 63, 58, 56, 3});
    try (var network = Network.of(longer.withPooling(pooling), RandomWeights.of(longer, 3))) {
      float[] exact = network.embed(ids, Precision.FP32);
      float[] rounded = network.embed(ids, Precision.BF16);

      for (int i = 0; i < ids.size(); i++) {
        assertThat(dot(exact, i, rounded, i)).isGreaterThan(.999);
      }
    }
  }

  @Test
  void alignedGroupsHoldWhatTheyHeldAndPadding() {
    var ids = sequences(5, new int[] {100, 70, 64, 20});

    PackedBatch batch = PackedBatch.aligned(ids, 110);

    assertThat(batch.groups().stream().map(PackedBatch.Group::length)).containsExactly(100, 80, 20);
    assertThat(batch.groups().stream().map(PackedBatch.Group::padded))
        .containsExactly(false, true, false);
    assertThat(batch.tokens()).isEqualTo(100 + 2 * 80 + 20);
    assertThat(batch.length(1)).isEqualTo(70);
  }

  @Test
  void weightsComeOutAsTheyWentIn() {
    NamedTensors in = RandomWeights.of(TINY, 11);
    try (var network = Network.of(TINY.withPooling(Pooling.CLS), in)) {
      NamedTensors out = network.weights();

      assertThat(out.names()).containsExactlyElementsOf(in.names());
      for (String name : in.names()) {
        assertThat(out.get(name).shape()).isEqualTo(in.get(name).shape());
        assertThat(out.get(name).data()).isEqualTo(in.get(name).data());
      }
    }
  }

  @Test
  void loadedWeightsServeAtOnceInEachPrecision() {
    var ids = sequences(1, new int[] {4});
    try (var network = Network.of(TINY.withPooling(Pooling.CLS), RandomWeights.of(TINY, 1));
        var other = Network.of(TINY.withPooling(Pooling.CLS), RandomWeights.of(TINY, 2))) {
      float[] before = network.embed(ids, Precision.BF16);

      network.load(other.weights());

      assertThat(network.embed(ids, Precision.BF16))
          .isEqualTo(other.embed(ids, Precision.BF16))
          .isNotEqualTo(before);
    }
  }

  @Test
  void noTensorOutlivesItsUse() {
    long before = Scope.liveTensors();
    var network = Network.of(TINY.withPooling(Pooling.MEAN), RandomWeights.of(TINY, 1));
    network.embed(sequences(1, new int[] {4, 9}), Precision.BF16);
    long serving = Scope.liveTensors();
    network.embed(sequences(2, new int[] {40, 4, 9}), Precision.BF16);

    assertThat(Scope.liveTensors()).isEqualTo(serving);
    network.close();
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void aMissingTensorIsNamed() {
    var lacking = new NamedTensors();
    NamedTensors whole = RandomWeights.of(TINY, 1);
    for (String name : whole.names()) {
      if (!name.equals("encoder.layer.1.attention.self.key.bias")) {
        lacking.put(name, whole.get(name));
      }
    }

    assertThatThrownBy(() -> Network.of(TINY.withPooling(Pooling.CLS), lacking))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("encoder.layer.1.attention.self.key.bias");
  }

  @Test
  void aTokenOutsideTheVocabularyIsRefused() {
    try (var network = Network.of(TINY.withPooling(Pooling.CLS), RandomWeights.of(TINY, 1))) {
      assertThatThrownBy(() -> network.embed(List.of(new int[] {50}), Precision.FP32))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token 50 in a vocabulary of 50");
      assertThatThrownBy(() -> network.embed(List.of(new int[41]), Precision.FP32))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("41 tokens");
    }
  }

  static List<int[]> sequences(long seed, int[] lengths) {
    var random = new Random(seed);
    var sequences = new ArrayList<int[]>();
    for (int length : lengths) {
      sequences.add(random.ints(length, 0, TINY.vocabulary()).toArray());
    }
    return sequences;
  }

  static double dot(float[] left, int leftRow, float[] right, int rightRow) {
    double sum = 0;
    for (int d = 0; d < TINY.hidden(); d++) {
      sum += (double) left[leftRow * 32 + d] * right[rightRow * 32 + d];
    }
    return sum;
  }
}
