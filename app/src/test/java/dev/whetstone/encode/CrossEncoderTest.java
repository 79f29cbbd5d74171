package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.ScoreHeads;
import dev.whetstone.model.CrossEncoderDraft;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.ForeignFolder;
import dev.whetstone.model.Model;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import dev.whetstone.torch.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds rerankers of each family against sentence-transformers' CrossEncoder, whose scores of the
/// folders in `rerankers` stand in `scores.json`. Made by
/// `app/src/test/python/make_network_fixtures.py`.
class CrossEncoderTest {
  private static final double CLOSE = 1e-5;

  @TempDir private Path temporary;

  static List<Path> folders() throws IOException {
    return NetworkFolders.rerankers();
  }

  static List<Path> encoders() throws IOException {
    return NetworkFolders.all();
  }

  private static JsonNode expected(Path folder) throws IOException {
    return NetworkFolders.expected(folder, "scores.json");
  }

  private CrossEncoder open(CrossEncoderModel model, RuntimeChoice runtime) {
    return CrossEncoder.open(model, EncoderSettings.of(runtime, temporary));
  }

  private static List<PairTokens> tokens(CrossEncoderModel model, JsonNode expected) {
    var all = new ArrayList<PairTokens>();
    try (var tokenizer = PairTokenizer.open(model)) {
      for (JsonNode pair : expected.path("pairs")) {
        all.addAll(tokenizer.pairs(pair.get(0).asText(), List.of(pair.get(1).asText())));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("folders")
  void tokensAndTypesAreThoseOfTheOriginalTokenizer(Path folder) throws IOException {
    var model = CrossEncoderModel.open(folder);
    JsonNode expected = expected(folder);

    List<PairTokens> pairs = tokens(model, expected);

    assertThat(pairs).hasSize(9);
    for (int i = 0; i < pairs.size(); i++) {
      PairTokens pair = pairs.get(i);
      assertThat(pair.ids()).isEqualTo(NetworkFolders.ints(expected.path("tokens").path(i)));
      assertThat(types(pair)).isEqualTo(NetworkFolders.ints(expected.path("types").path(i)));
    }
  }

  private static int[] types(PairTokens pair) {
    return IntStream.range(0, pair.length()).map(i -> i < pair.secondFrom() ? 0 : 1).toArray();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void lengthAndActivationAreThoseOfSentenceTransformers(Path folder) throws IOException {
    var model = CrossEncoderModel.open(folder);

    assertThat(model.maxTokens()).isEqualTo(expected(folder).path("maxTokens").asInt());
    assertThat(model.activation().name())
        .isEqualToIgnoringCase(expected(folder).path("activation").asText());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void scoresOfTheGraphAreThoseOfSentenceTransformers(Path folder) throws IOException {
    try (var encoder = open(CrossEncoderModel.open(folder), RuntimeChoice.ONNX_FP32)) {
      requireScores(encoder, expected(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void scoresOfLibtorchAreThoseOfSentenceTransformers(Path folder) throws IOException {
    try (var encoder = open(CrossEncoderModel.open(folder), RuntimeChoice.TORCH_FP32)) {
      requireScores(encoder, expected(folder));
    }
  }

  /// The first four pairs have one question: they are scored together and each alone.
  private static void requireScores(CrossEncoder encoder, JsonNode expected) {
    JsonNode pairs = expected.path("pairs");
    for (int i = 0; i < pairs.size(); i++) {
      float[] alone =
          encoder.score(pairs.get(i).get(0).asText(), List.of(pairs.get(i).get(1).asText()));
      requireClose(alone[0], expected, i);
    }
    List<String> passages =
        IntStream.range(0, 4).mapToObj(i -> pairs.get(i).get(1).asText()).toList();
    float[] together = encoder.score(pairs.get(0).get(0).asText(), passages);
    for (int i = 0; i < 4; i++) {
      requireClose(together[i], expected, i);
    }
    assertThat(encoder.score("question", List.of())).isEmpty();
  }

  private static void requireClose(float score, JsonNode expected, int pair) {
    assertThat((double) score)
        .as("pair %d", pair)
        .isCloseTo(expected.path("scores").path(pair).asDouble(), within(CLOSE));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void aFolderWrittenAndReadAgainIsTheSameReranker(Path folder) throws IOException {
    var original = CrossEncoderModel.open(folder);

    Path written = temporary.resolve("written");
    var saved =
        CrossEncoderModel.save(
            written,
            CrossEncoderDraft.of(original, "copy", original.weights(), NetworkFolders.CARD),
            NetworkFolders.PROVENANCE);
    var opened = CrossEncoderModel.open(written);

    assertThat(saved.identity()).isEqualTo(original.identity());
    assertThat(opened.identity()).isEqualTo(original.identity());
    assertThat(opened.network()).isEqualTo(original.network());
    assertThat(opened.activation()).isEqualTo(original.activation());
    assertThat(opened.maxTokens()).isEqualTo(original.maxTokens());
    assertThat(opened.onnx()).startsWith(written);
    assertThat(opened.card()).contains(NetworkFolders.CARD);
    try (var encoder = open(opened, RuntimeChoice.ONNX_FP32)) {
      requireScores(encoder, expected(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void eightBitsChangeScoresByLittle(Path folder) throws IOException {
    var model = CrossEncoderModel.open(folder);
    JsonNode expected = expected(folder);

    float[] scores;
    try (var runtime = PairRuntime.Onnx.open(model.onnxInt8(), 1)) {
      scores = runtime.score(tokens(model, expected));
    }

    double[] exact =
        IntStream.range(0, scores.length)
            .mapToDouble(i -> expected.path("scores").path(i).asDouble())
            .toArray();
    double error = IntStream.range(0, 9).mapToDouble(i -> Math.abs(scores[i] - exact[i])).sum() / 9;
    double range =
        Arrays.stream(exact).max().orElseThrow() - Arrays.stream(exact).min().orElseThrow();
    assertThat(error).isLessThan(.1 * range);
    assertThat(Files.size(model.onnxInt8())).isLessThan(Files.size(model.onnx()));
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void anEncoderWithAFreshHeadBecomesARerankerThatLoads(Path folder) {
    var encoder = Model.open(folder);
    NetworkDescription network = ScoreHeads.on(encoder.network());
    var weights = encoder.weights();
    var head = RandomWeights.ofHead(network, 7);
    head.names().forEach(name -> weights.put(name, head.get(name)));
    var draft =
        CrossEncoderDraft.ofEncoder(encoder, "fresh", network, weights, NetworkFolders.CARD);

    var saved =
        CrossEncoderModel.save(temporary.resolve("fresh"), draft, NetworkFolders.PROVENANCE);

    List<String> passages = List.of("The server reads the message.", "消息队列", "");
    try (var tokenizer = PairTokenizer.open(encoder, encoder.maxTokens());
        var scorer = open(saved, RuntimeChoice.ONNX_FP32);
        var trained = Network.of(network, weights)) {
      float[] written = scorer.score("Which queue?", passages);
      float[] before = trained.score(tokenizer.pairs("Which queue?", passages), Precision.FP32);
      for (int i = 0; i < written.length; i++) {
        assertThat((double) written[i]).isCloseTo(before[i], within(CLOSE));
      }
    }
  }

  /// A network that ignored the value would pass neither this nor the comparison of the scores.
  @ParameterizedTest(name = "{0} {1} {2} = {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          bert               | config.json           | num_attention_heads | 2
          modernbert-cls     | config.json           | classifier_pooling  | "mean"
          modernbert-modules | 1_Pooling/config.json | pooling_mode        | "mean"
          modernbert-modules | 2_Dense/config.json   | activation_function | "torch.nn.modules.activation.Tanh"
          xlm-roberta        | tokenizer_config.json | model_max_length    | 40
          """)
  void whatShapesScoresIsPartOfTheIdentity(String name, String file, String key, String value)
      throws IOException {
    Path folder = NetworkFolders.copy(NetworkFolders.reranker(name), temporary.resolve("changed"));
    var before = CrossEncoderModel.open(folder);
    ForeignFolder.change(folder, file, json -> json.putRawValue(key, new RawValue(value)));

    var after = CrossEncoderModel.open(folder);

    assertThat(after.identity()).isNotEqualTo(before.identity());
    try (var encoder = open(after, RuntimeChoice.ONNX_FP32)) {
      assertThatThrownBy(() -> requireScores(encoder, expected(folder)))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void aTrialChoosesAWayThatRanksAsFp32DoesAndIsKept() {
    var model = CrossEncoderModel.open(NetworkFolders.reranker("bert"));
    List<String> passages = List.of("The server reads the message.", "queue", "", "two keys");
    try (var encoder = open(model, RuntimeChoice.AUTO)) {
      assertThat(encoder.runtime()).isEqualTo("onnx_fp32");

      encoder.chooseRuntime(List.of("Which queue?", "server"), List.of(passages, passages));

      var settings = EncoderSettings.of(RuntimeChoice.AUTO, temporary);
      var trial = PairTrial.kept(model, settings).orElseThrow();
      assertThat(trial.agreement().get(trial.fastest().name()))
          .isGreaterThanOrEqualTo(PairTrial.SAME_ORDER);
      assertThat(trial.pairsPerSecond()).hasSize(PairTrial.Way.values().length);
      assertThat(encoder.runtime()).isEqualToIgnoringCase(trial.fastest().name());
      assertThat(encoder.score("Which queue?", passages)).hasSize(4);
      try (var again = open(model, RuntimeChoice.AUTO)) {
        assertThat(again.runtime()).isEqualTo(encoder.runtime());
      }
    }
  }

  @Test
  void agreementIsTheShareOfCouplesInTheSameOrder() {
    float[] reference = {4, 1, 0};

    assertThat(PairTrial.agreement(new float[] {3.9f, .2f, .4f}, reference))
        .isCloseTo(2 / 3.0, within(1e-9));
    assertThat(PairTrial.agreement(new float[] {1, 2, 3}, new float[] {5, 5, 5})).isEqualTo(1);
    assertThat(PairTrial.agreement(new float[] {1, 0, 2}, new float[] {0, .001f, 1})).isEqualTo(1);
  }
}
