package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.model.Draft;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.Provenance;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodersTest {
  @TempDir Path folder;

  private Encoder open(Model model) {
    return Encoders.open(model, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder));
  }

  private static Vectors embed(Encoder encoder, List<String> texts) {
    var ids = IntStream.range(0, texts.size()).mapToObj(i -> "p" + i).toList();
    return encoder.texts(ids, texts, Progress.NONE);
  }

  private static List<String> texts(int count) {
    var random = new Random(5);
    var words = List.of("the", "message", "queue", "broker", "does", "not", "heat", "xylophone");
    return IntStream.range(0, count)
        .mapToObj(
            _ ->
                String.join(
                    " ",
                    random.ints(random.nextInt(60), 0, words.size()).mapToObj(words::get).toList()))
        .toList();
  }

  @Test
  void aModelOfFewerDimensionsGivesTheFirstOnesInASpaceOfItsOwn() {
    var whole = TinyBert.write(folder.resolve("whole"), 11, Pooling.CLS, Prompts.NONE, 32);
    var cut =
        Model.save(
            folder.resolve("cut"),
            Draft.of(whole, "cut", whole.weights(), whole.card().orElseThrow()).withDimension(8),
            new Provenance("model", 1, Map.of(), Map.of(), 1));
    List<String> texts = texts(20);

    try (var wide = open(whole);
        var narrow = open(cut)) {
      Vectors expected = embed(wide, texts).prefix(8, cut.space());
      Vectors actual = embed(narrow, texts);

      assertThat(actual.dimension()).isEqualTo(8);
      assertThat(actual.space()).isEqualTo(cut.space()).isNotEqualTo(whole.space());
      for (int row = 0; row < texts.size(); row++) {
        assertClose(actual.vector(row), expected.vector(row), 1e-5);
      }
    }
    var same = Draft.of(whole, "same", whole.weights(), whole.card().orElseThrow());
    assertThat(same.withDimension(16)).isSameAs(same);
    assertThatThrownBy(() -> same.withDimension(17)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theGraphAgreesWithThePlainReference() {
    for (Pooling pooling : Pooling.values()) {
      var model = TinyBert.write(folder.resolve(pooling.name()), 11, pooling, Prompts.NONE, 32);
      try (var encoder = open(model);
          var tokenizer = Tokenizer.open(model)) {
        for (String text : List.of("the broker does not heat a queue", "", "salt")) {
          float[] expected =
              PlainBert.embed(model.network(), model.weights(), tokenizer.ids(text, 32));

          assertClose(embed(encoder, List.of(text)).vector(0), expected, 1e-5);
        }
      }
    }
  }

  @Test
  void aTextHasTheSameVectorAloneAndAmongOthers() {
    var model = TinyBert.write(folder.resolve("m"), 11);
    var texts = texts(150);
    try (var encoder = open(model)) {
      var together = embed(encoder, texts);

      for (int i = 0; i < texts.size(); i += 7) {
        float[] alone = embed(encoder, List.of(texts.get(i))).vector(0);
        assertClose(together.vector(i), alone, 1e-5);
      }
    }
  }

  @Test
  void savedAndOpenedAgainItGivesTheSameVectors() {
    var saved = TinyBert.write(folder.resolve("m"), 11);
    var opened = Model.open(folder.resolve("m"));
    try (var before = open(saved);
        var after = open(opened)) {
      assertThat(embed(after, texts(20)).data()).isEqualTo(embed(before, texts(20)).data());
    }
  }

  @Test
  void promptsGoBeforeTheirTexts() {
    var plain = TinyBert.write(folder.resolve("plain"), 11);
    var prompted =
        TinyBert.write(
            folder.resolve("prompted"), 11, Pooling.MEAN, new Prompts("how ", "what "), 32);
    try (var a = open(plain);
        var b = open(prompted)) {
      assertThat(b.query("to cook")).isEqualTo(a.query("how to cook"));
      assertThat(embed(b, List.of("to cook")).data())
          .isEqualTo(embed(a, List.of("what to cook")).data());
    }
  }

  @Test
  void anOverlongTextIsCutAndKeepsItsEnd() {
    var model = TinyBert.write(folder.resolve("m"), 11, Pooling.MEAN, Prompts.NONE, 8);
    try (var encoder = open(model);
        var tokenizer = Tokenizer.open(model)) {
      int[] ids = tokenizer.ids("the broker ".repeat(50), 8);
      int[] whole = tokenizer.ids("the broker", 8);

      assertThat(ids).hasSize(8).startsWith(whole[0], whole[1], whole[2]);
      assertThat(ids[7]).isEqualTo(whole[3]);
      assertThat(tokenizer.count("the broker ".repeat(50))).isEqualTo(100);
      assertThat(embed(encoder, List.of("the broker ".repeat(50))).vector(0))
          .isEqualTo(embed(encoder, List.of("the broker ".repeat(5))).vector(0));
    }
  }

  @Test
  void ofAnEndlessTextOnlyTheBeginningIsLookedAt() {
    var model = TinyBert.write(folder.resolve("m"), 11, Pooling.MEAN, Prompts.NONE, 8);
    try (var tokenizer = Tokenizer.open(model)) {
      String head = "the broker ".repeat(20); // 220 of the 256 characters for 8 tokens
      String pairs = "\ud83d\ude00".repeat(2_000); // cut between two, not within one

      assertThat(tokenizer.ids(head + "salt ".repeat(2_000_000), 8))
          .isEqualTo(tokenizer.ids(head + "salt ", 8));
      assertThat(tokenizer.ids("a" + pairs, 8))
          .isEqualTo(tokenizer.ids("a" + pairs.substring(0, 254), 8));
    }
  }

  @Test
  void aTextTooLongForTheTokenizerIsCountedPieceByPiece() {
    try (var tokenizer = Tokenizer.open(TinyBert.write(folder.resolve("m"), 11))) {
      assertThat(tokenizer.count("the broker ".repeat(100_000))).isEqualTo(200_000);
      assertThat(tokenizer.count("\ud83d\ude00".repeat(200_000))).isPositive();
    }
  }

  @Test
  void noTextsGiveNoVectors() {
    try (var encoder = open(TinyBert.write(folder.resolve("m"), 11))) {
      assertThat(embed(encoder, List.of()).size()).isZero();
      assertThat(encoder.queries(List.of())).isEmpty();
    }
  }

  @Test
  void weightsThatOverflowAreNamedNotServed() {
    var tiny = TinyBert.write(folder.resolve("m"), 11);
    var weights = tiny.weights();
    Arrays.fill(weights.get("encoder.layer.1.output.LayerNorm.weight").data(), 3e38f);
    Arrays.fill(weights.get("encoder.layer.1.output.LayerNorm.bias").data(), 3e38f);
    var broken =
        Model.save(
            folder.resolve("broken"),
            Draft.of(tiny, "broken-one", weights, tiny.card().orElseThrow()),
            tiny.provenance().orElseThrow());
    try (var encoder = open(broken)) {
      assertThatThrownBy(() -> encoder.query("salt"))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining("broken-one");
    }
  }

  static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
