package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.EmbeddingTable;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkFamilies.ModernBertOptions;
import dev.whetstone.core.NetworkFamilies.Sizes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkDescriptionTest {
  private static final Sizes SIZES = new Sizes(1, 2, 8, 12, 50, 20, 1e-5);

  @Test
  void bertsTensorsStandInTheOrderThatNamesItsSpaces() {
    assertThat(NetworkFamilies.bert(SIZES, 2).tensors().keySet())
        .containsExactly(
            "embeddings.word_embeddings.weight",
            "embeddings.position_embeddings.weight",
            "embeddings.token_type_embeddings.weight",
            "embeddings.LayerNorm.weight",
            "embeddings.LayerNorm.bias",
            "encoder.layer.0.attention.self.query.weight",
            "encoder.layer.0.attention.self.query.bias",
            "encoder.layer.0.attention.self.key.weight",
            "encoder.layer.0.attention.self.key.bias",
            "encoder.layer.0.attention.self.value.weight",
            "encoder.layer.0.attention.self.value.bias",
            "encoder.layer.0.attention.output.dense.weight",
            "encoder.layer.0.attention.output.dense.bias",
            "encoder.layer.0.attention.output.LayerNorm.weight",
            "encoder.layer.0.attention.output.LayerNorm.bias",
            "encoder.layer.0.intermediate.dense.weight",
            "encoder.layer.0.intermediate.dense.bias",
            "encoder.layer.0.output.dense.weight",
            "encoder.layer.0.output.dense.bias",
            "encoder.layer.0.output.LayerNorm.weight",
            "encoder.layer.0.output.LayerNorm.bias");
  }

  @Test
  void modernBertHasNeitherBiasesNorANormBeforeTheFirstAttention() {
    var sizes = new Sizes(2, 2, 8, 12, 50, 20, 1e-5);

    var tensors = NetworkFamilies.modernBert(sizes, ModernBertOptions.usual(2)).tensors();

    assertThat(tensors.keySet())
        .containsExactly(
            "embeddings.tok_embeddings.weight",
            "embeddings.norm.weight",
            "layers.0.attn.Wqkv.weight",
            "layers.0.attn.Wo.weight",
            "layers.0.mlp_norm.weight",
            "layers.0.mlp.Wi.weight",
            "layers.0.mlp.Wo.weight",
            "layers.1.attn_norm.weight",
            "layers.1.attn.Wqkv.weight",
            "layers.1.attn.Wo.weight",
            "layers.1.mlp_norm.weight",
            "layers.1.mlp.Wi.weight",
            "layers.1.mlp.Wo.weight",
            "final_norm.weight");
    assertThat(tensors.get("layers.0.mlp.Wi.weight")).containsExactly(24, 8);
  }

  @Test
  void theCountIsThatOfAllTensors() {
    var tanh = new DenseModule(new Linear("head.0.linear", 8, 3, true), Activation.TANH);
    for (NetworkDescription each :
        List.of(
            NetworkFamilies.bert(SIZES, 2),
            NetworkFamilies.roberta("roberta", SIZES, 1, 1),
            NetworkFamilies.distilBert(SIZES),
            NetworkFamilies.mpnet(SIZES, 32).withHead(List.of(tanh)),
            NetworkFamilies.modernBert(SIZES, ModernBertOptions.usual(1)))) {
      long sum =
          each.tensors().values().stream()
              .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
              .sum();

      assertThat(each.count()).as(each.family()).isEqualTo(sum);
    }
  }

  @Test
  void aCountBeyondALongIsAnErrorAndNotAWrappedNumber() {
    int most = Integer.MAX_VALUE;
    var huge = NetworkFamilies.bert(new Sizes(3, 1, most, most / 3, most, most, 1e-5), 2);

    assertThatThrownBy(huge::count).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void rowsBeforeTheOffsetAreNoPlacesForTokens() {
    assertThat(NetworkFamilies.roberta("xlm-roberta", SIZES, 1, 1).maxTokens()).isEqualTo(18);
    assertThat(NetworkFamilies.bert(SIZES, 2).maxTokens()).isEqualTo(20);
  }

  @Test
  void aHeadThatDoesNotFitIsRefused() {
    var wide = new DenseModule(new Linear("head.0.linear", 9, 3, true), Activation.TANH);

    assertThatThrownBy(() -> NetworkFamilies.bert(SIZES, 2).withHead(List.of(wide)))
        .hasMessage("head.0.linear has a side of 9, not 8");
  }

  /// Values of `MPNetEncoder.relative_position_bucket` in transformers.
  @Test
  void distancesFallIntoTheBucketsOfMpnet() {
    var bias = new RelativeBias(new EmbeddingTable("bias", 32, 12), 128);

    int[] buckets =
        Arrays.stream(new int[] {-200, -91, -90, -16, -12, -8, -1, 0, 1, 7, 8, 64, 128, 5000})
            .map(bias::bucket)
            .toArray();

    assertThat(buckets).containsExactly(15, 15, 14, 10, 9, 8, 1, 0, 17, 23, 24, 30, 31, 31);
  }

  @Test
  void theFirstPairTurnsByOneRadianAPlaceAndTheOthersMoreSlowly() {
    float[] angles = new Rotary(10_000).angles(3, 4);

    assertThat(angles).containsExactly(new float[] {0, 0, 1, .01f, 2, .02f}, within(1e-7f));
  }
}
