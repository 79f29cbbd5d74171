package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.model.Draft;
import dev.whetstone.model.ForeignFolder;
import dev.whetstone.model.Model;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.torch.ContrastiveBatch;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds encoders of each family against sentence-transformers and transformers, whose vectors of
/// the folders in `networks` stand in `vectors.json`. Made by
/// `app/src/test/python/make_network_fixtures.py`.
class NetworkFamiliesTest {
  private static final double CLOSE = 1e-5;

  @TempDir private Path temporary;

  static List<Path> folders() throws IOException {
    return NetworkFolders.all();
  }

  private static JsonNode expected(Path folder) throws IOException {
    return NetworkFolders.expected(folder, "vectors.json");
  }

  private static List<String> texts(JsonNode expected) {
    var texts = new ArrayList<String>();
    expected.path("texts").forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private Encoder open(Model model, RuntimeChoice runtime) {
    return Encoders.open(model, EncoderSettings.of(runtime, temporary));
  }

  private static Vectors passages(Encoder encoder, List<String> texts) {
    List<String> ids = IntStream.range(0, texts.size()).mapToObj(String::valueOf).toList();
    return encoder.texts(ids, texts, Progress.NONE);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void tokensAreThoseOfTheOriginalTokenizer(Path folder) throws IOException {
    var model = Model.open(folder);
    JsonNode expected = expected(folder);
    List<String> texts = texts(expected);

    try (var tokenizer = Tokenizer.open(model)) {
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = tokenizer.ids(model.prompts().passage() + texts.get(i), model.maxTokens());

        assertThat(ids)
            .as(texts.get(i))
            .isEqualTo(NetworkFolders.ints(expected.path("tokens").path(i)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void vectorsOfTheGraphAreThoseOfSentenceTransformers(Path folder) throws IOException {
    try (var encoder = open(Model.open(folder), RuntimeChoice.ONNX_FP32)) {
      requireVectors(encoder, expected(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void vectorsOfTheGraphInEightBitsAreCloseAndDoNotDependOnTheTextsBeside(Path folder)
      throws IOException {
    var model = Model.open(folder);
    JsonNode expected = expected(folder);
    List<String> texts = texts(expected);
    try (var tokenizer = Tokenizer.open(model);
        var runtime = OnnxEach.open(model.onnxInt8(), VectorHead.of(model), 2)) {
      List<int[]> ids =
          texts.stream()
              .map(text -> tokenizer.ids(model.prompts().passage() + text, model.maxTokens()))
              .toList();

      float[] together = runtime.embed(ids);

      int dimension = model.dimension();
      for (int i = 0; i < texts.size(); i++) {
        float[] alone = runtime.embed(List.of(ids.get(i)));
        double cosine = 0;
        for (int d = 0; d < dimension; d++) {
          assertThat(alone[d]).isEqualTo(together[i * dimension + d]);
          cosine += alone[d] * expected.path("passages").path(i).path(d).asDouble();
        }
        assertThat(cosine).as(texts.get(i)).isGreaterThan(.995);
      }
    }
  }

  /// In one batch, and each text alone.
  private static void requireVectors(Encoder encoder, JsonNode expected) {
    List<String> texts = texts(expected);
    Vectors together = passages(encoder, texts);
    for (int i = 0; i < texts.size(); i++) {
      requireClose(together.vector(i), expected.path("passages").path(i));
      requireClose(
          passages(encoder, List.of(texts.get(i))).vector(0), expected.path("passages").path(i));
    }
    for (int i = 0; i < expected.path("queries").size(); i++) {
      requireClose(encoder.query(texts.get(i)), expected.path("queries").path(i));
    }
  }

  private static void requireClose(float[] vector, JsonNode expected) {
    assertThat(vector).hasSize(expected.size());
    for (int d = 0; d < vector.length; d++) {
      assertThat((double) vector[d]).isCloseTo(expected.get(d).asDouble(), within(CLOSE));
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void aFolderWrittenAndReadAgainIsTheSameModel(Path folder) throws IOException {
    var original = Model.open(folder);
    Path written = temporary.resolve("written");
    var saved =
        Model.save(
            written,
            Draft.of(original, "copy", original.weights(), NetworkFolders.CARD),
            NetworkFolders.PROVENANCE);
    var opened = Model.open(written);

    assertThat(saved.space()).isEqualTo(original.space());
    assertThat(opened.space()).isEqualTo(original.space());
    assertThat(opened.network()).isEqualTo(original.network());
    assertThat(opened.prompts()).isEqualTo(original.prompts());
    assertThat(opened.maxTokens()).isEqualTo(original.maxTokens());
    assertThat(opened.onnx()).startsWith(written);
    try (var encoder = open(opened, RuntimeChoice.ONNX_FP32)) {
      requireVectors(encoder, expected(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void libtorchMakesTheSameVectors(Path folder) throws IOException {
    try (var encoder = open(Model.open(folder), RuntimeChoice.TORCH_FP32)) {
      requireVectors(encoder, expected(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void aTrainedNetworkIsTheSameModelInItsFolder(Path folder) throws IOException {
    var base = Model.open(folder);
    List<String> texts = texts(expected(folder));
    List<int[]> ids;
    try (var tokenizer = Tokenizer.open(base)) {
      ids = tokenizer.ids(texts, base.maxTokens());
    }
    Model trained;
    float[] vectors;
    try (var network = Network.of(base.network(), base.weights())) {
      float[] losses = train(network, ids);
      assertThat(losses[losses.length - 1]).isLessThan(.8f * losses[0]);
      vectors = network.embed(ids, Precision.FP32);
      var draft = Draft.of(base, "trained", network.weights(), NetworkFolders.CARD);
      trained = Model.save(temporary.resolve("trained"), draft, NetworkFolders.PROVENANCE);
    }

    assertThat(trained.space()).isNotEqualTo(base.space());
    try (var runtime = OnnxRuntime.open(trained.onnx(), VectorHead.of(trained), 1)) {
      float[] written = runtime.embed(ids);
      assertThat(written).hasSameSizeAs(vectors);
      for (int i = 0; i < written.length; i++) {
        assertThat((double) written[i]).isCloseTo(vectors[i], within(CLOSE));
      }
    }
  }

  /// Three questions that belong to the other texts.
  private static float[] train(Network network, List<int[]> ids) {
    var batch =
        new ContrastiveBatch(
            List.of(ids.get(0), ids.get(2), ids.get(4)),
            List.of(ids.get(3), ids.get(5), ids.get(6)),
            new int[] {1, 2, 0},
            new boolean[9]);
    var losses = new float[30];
    try (var training =
        new ContrastiveTraining(network, ContrastiveTraining.StepSettings.of(Precision.FP32, .1))) {
      for (int i = 0; i < losses.length; i++) {
        losses[i] = training.step(batch, 1e-3);
      }
    }
    return losses;
  }

  /// A network that ignored the value would pass neither this nor the comparison of the vectors.
  @ParameterizedTest(name = "{0} {1} {2} = {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          bert-cls              | config.json         | num_attention_heads | 2
          bert-cls              | config.json         | layer_norm_eps      | 0.01
          bert-cls              | 1_Pooling/config.json | pooling_mode      | "mean"
          roberta-mean          | config.json         | pad_token_id        | 0
          xlm-roberta-cls       | tokenizer_config.json | model_max_length  | 40
          distilbert-mean-dense | 2_Dense/config.json | activation_function | "torch.nn.modules.linear.Identity"
          modernbert-mean       | config.json         | local_attention     | 10
          modernbert-mean       | config.json         | layer_types         | ["full_attention","sliding_attention","full_attention","full_attention"]
          modernbert-mean       | config.json         | rope_parameters     | {"full_attention":{"rope_theta":10000.0},"sliding_attention":{"rope_theta":10000.0}}
          modernbert-mean       | config.json         | rope_parameters     | {"full_attention":{"rope_theta":160000.0},"sliding_attention":{"rope_theta":20.0}}
          """)
  void whatShapesVectorsIsPartOfTheSpace(String name, String file, String key, String value)
      throws IOException {
    Path folder = NetworkFolders.copy(name, temporary.resolve(name));
    var before = Model.open(folder);
    ForeignFolder.change(folder, file, json -> json.putRawValue(key, new RawValue(value)));

    var after = Model.open(folder);

    assertThat(after.space()).isNotEqualTo(before.space());
    JsonNode expected = expected(folder);
    try (var encoder = open(after, RuntimeChoice.ONNX_FP32)) {
      float[] vector = passages(encoder, List.of(texts(expected).getLast())).vector(0);
      assertThatThrownBy(() -> requireClose(vector, expected.path("passages").path(7)))
          .isInstanceOf(AssertionError.class);
    }
  }
}
