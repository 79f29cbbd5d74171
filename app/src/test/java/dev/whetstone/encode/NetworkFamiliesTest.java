package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.model.Card;
import dev.whetstone.model.Draft;
import dev.whetstone.model.Model;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds encoders of each family against sentence-transformers and transformers, whose vectors of
/// the folders in `networks` stand in `vectors.json`. Made by
/// `app/src/test/python/make_network_fixtures.py`.
class NetworkFamiliesTest {
  private static final double CLOSE = 1e-5;

  @TempDir private Path temporary;

  /// Every folder of the fixtures.
  static List<Path> folders() throws IOException {
    Path networks =
        Path.of(
            Objects.requireNonNull(NetworkFamiliesTest.class.getResource("/networks")).getPath());
    try (Stream<Path> folders = Files.list(networks)) {
      return folders.sorted().toList();
    }
  }

  private static JsonNode expected(Path folder) throws IOException {
    return Json.MAPPER.readTree(Files.readAllBytes(folder.resolve("vectors.json")));
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

        assertThat(ids).as(texts.get(i)).isEqualTo(ints(expected.path("tokens").path(i)));
      }
    }
  }

  private static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void vectorsOfTheGraphAreThoseOfSentenceTransformers(Path folder) throws IOException {
    try (var encoder = open(Model.open(folder), RuntimeChoice.ONNX_FP32)) {
      requireVectors(encoder, expected(folder));
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
    var card = Card.of("random", "apache-2.0", List.of("en"));

    Path written = temporary.resolve("written");
    var saved =
        Model.save(
            written,
            Draft.of(original, "copy", original.weights(), card),
            new Provenance("model", 1, Map.of(), Map.of(), 1));
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
}
