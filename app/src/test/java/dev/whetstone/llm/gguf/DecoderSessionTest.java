package dev.whetstone.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.torch.Decoder;
import dev.whetstone.torch.DecoderSession;
import dev.whetstone.torch.Precision;
import dev.whetstone.torch.Scope;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tiny networks of each family against Hugging Face transformers (`make_decoder_fixtures.py`).
class DecoderSessionTest {
  private static final double ALL = 1e9;

  /// The words that all texts of the fixture begin with.
  private static final int COMMON = 4;

  /// @param scores of all words after the text
  /// @param follow the words that follow greedily
  private record Case(List<Integer> text, List<Double> scores, List<Integer> follow) {
    int[] words() {
      return text.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  static Path fixture(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(DecoderSessionTest.class.getResource(name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Case> cases(String family) throws IOException {
    JsonNode all = new ObjectMapper().readTree(fixture("decoders.json").toFile());
    return StreamSupport.stream(all.get(family).spliterator(), false)
        .map(
            one ->
                new Case(
                    numbers(one.get("text"), JsonNode::asInt),
                    numbers(one.get("scores"), JsonNode::asDouble),
                    numbers(one.get("follow"), JsonNode::asInt)))
        .toList();
  }

  private static <T> List<T> numbers(JsonNode array, Function<JsonNode, T> number) {
    return StreamSupport.stream(array.spliterator(), false).map(number).toList();
  }

  private interface Body {
    void with(Decoder decoder, List<Case> cases);
  }

  private static void open(String family, Precision precision, Body body) throws IOException {
    try (var file = GgufFile.open(fixture(family + ".gguf"));
        var decoder = GgufNetwork.load(file, GgufNetwork.of(file).orElseThrow(), precision)) {
      body.with(decoder, cases(family));
    }
  }

  private static int best(DecoderSession.Next next) {
    return next.word(next.best());
  }

  private static void assertScores(DecoderSession.Next next, Case expected, double tolerance) {
    assertThat(next.size()).isEqualTo(expected.scores().size());
    for (int i = 0; i < expected.scores().size(); i++) {
      assertThat((double) next.score(i)).isCloseTo(expected.scores().get(i), within(tolerance));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void aTextAloneIsScoredAsTransformersDoes(String family) throws IOException {
    open(
        family,
        Precision.FP32,
        (decoder, cases) -> {
          for (Case one : cases) {
            try (var session = decoder.session()) {
              DecoderSession.Next next =
                  session.advance(new int[0], List.of(one.words()), ALL).getFirst();

              assertScores(next, one, 1e-4);
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void textsThatShareTheirBeginningAreContinuedTogetherAsEachAlone(String family)
      throws IOException {
    open(
        family,
        Precision.FP32,
        (decoder, cases) -> {
          try (var session = decoder.session()) {
            session.begin(Arrays.copyOf(cases.getFirst().words(), COMMON));
            List<DecoderSession.Next> next =
                session.advance(
                    new int[0], cases.stream().map(DecoderSessionTest::rest).toList(), ALL);
            for (int i = 0; i < cases.size(); i++) {
              assertScores(next.get(i), cases.get(i), 1e-4);
            }
            for (int step = 0; step < cases.getFirst().follow().size(); step++) {
              int[] chosen = next.stream().mapToInt(DecoderSessionTest::best).toArray();
              int at = step;
              assertThat(chosen)
                  .isEqualTo(cases.stream().mapToInt(one -> one.follow().get(at)).toArray());
              next = session.advance(chosen, List.of(), ALL);
            }
          }
        });
  }

  private static int[] rest(Case one) {
    return Arrays.copyOfRange(one.words(), COMMON, one.text().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3"})
  void textsThatComeAndGoDoNotChangeTheOthers(String family) throws IOException {
    open(
        family,
        Precision.FP32,
        (decoder, cases) -> {
          try (var session = decoder.session()) {
            session.begin(Arrays.copyOf(cases.getFirst().words(), COMMON));
            List<DecoderSession.Next> next =
                session.advance(new int[0], List.of(rest(cases.get(0)), rest(cases.get(1))), ALL);
            // the third joins while the others go on; the first leaves, and the third takes its
            // place
            int[] chosen = next.stream().mapToInt(DecoderSessionTest::best).toArray();
            next = session.advance(chosen, List.of(rest(cases.get(2))), ALL);
            assertScores(next.get(2), cases.get(2), 1e-4);
            session.leave(0);
            var order = new ArrayList<>(List.of(cases.get(2), cases.get(1)));
            var steps = new int[] {0, 1};
            next = new ArrayList<>(List.of(next.get(2), next.get(1)));
            for (int step = 0; step < 3; step++) {
              for (int i = 0; i < 2; i++) {
                assertThat(best(next.get(i))).isEqualTo(order.get(i).follow().get(steps[i] + step));
              }
              next =
                  session.advance(
                      next.stream().mapToInt(DecoderSessionTest::best).toArray(), List.of(), ALL);
            }
          }
        });
  }

  @Test
  void manyTokensGrowTheBlockAndLeaveNoTensorBehind() throws IOException {
    long before = Scope.liveTensors();
    open(
        "qwen2",
        Precision.FP32,
        (decoder, cases) -> {
          try (var whole = decoder.session();
              var continued = decoder.session()) {
            int[] text = new int[300];
            Arrays.setAll(text, i -> (i * 7 + 3) % 48);
            DecoderSession.Next expected = whole.advance(new int[0], List.of(text), ALL).getFirst();
            DecoderSession.Next next =
                continued.advance(new int[0], List.of(Arrays.copyOf(text, 100)), ALL).getFirst();
            for (int i = 100; i < 300; i++) {
              next = continued.advance(new int[] {text[i]}, List.of(), ALL).getFirst();
            }
            for (int i = 0; i < 48; i++) {
              assertThat(next.score(i)).isCloseTo(expected.score(i), within(1e-3f));
            }
          }
        });
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void aLayerThatWasReadLeavesItsWeightsAlone() throws IOException {
    var live = new ArrayList<Long>(); // when a layer begins
    try (var file = GgufFile.open(fixture("llama.gguf"))) {
      var source =
          new Decoder.Source() {
            @Override
            public int rows(String name, long from, int count, float[] out) {
              if (name.endsWith("attn_norm.weight")) {
                live.add(Scope.liveTensors());
              }
              return file.rows(name, from, count, out);
            }

            @Override
            public boolean has(String name) {
              return file.has(name);
            }
          };
      Decoder.load(GgufNetwork.of(file).orElseThrow(), source, Precision.FP32).close();
    }

    // two norms; queries, keys and values together; out; gate and up together; down
    assertThat(live.get(1) - live.get(0)).isEqualTo(6);
  }

  @Test
  void halfTheBitsChangeScoresLittle() throws IOException {
    open(
        "llama",
        Precision.BF16,
        (decoder, cases) -> {
          try (var session = decoder.session()) {
            for (Case one : cases) {
              double most = one.scores().stream().mapToDouble(Math::abs).max().orElseThrow();
              DecoderSession.Next next =
                  session.advance(new int[0], List.of(one.words()), ALL).getFirst();
              assertScores(next, one, most / 20);
              session.leave(0);
            }
          }
        });
  }

  @Test
  void aPassThatFailsLeavesNoTensorBehindAndTheSessionGoesOn() throws IOException {
    long before = Scope.liveTensors();
    open(
        "qwen2",
        Precision.FP32,
        (decoder, cases) -> {
          try (var session = decoder.session()) {
            Case one = cases.getFirst();
            int[] unknown = {1, 1 << 20};
            assertThatThrownBy(() -> session.begin(unknown)).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> session.advance(new int[0], List.of(unknown), ALL))
                .isInstanceOf(RuntimeException.class);

            DecoderSession.Next next =
                session.advance(new int[0], List.of(one.words()), ALL).getFirst();
            assertScores(next, one, 1e-4);
            assertThatThrownBy(() -> session.advance(new int[] {1 << 20}, List.of(), ALL))
                .isInstanceOf(RuntimeException.class);
            next = session.advance(new int[] {best(next)}, List.of(), ALL).getFirst();
            assertThat(best(next)).isEqualTo(one.follow().get(1));
          }
        });
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void whatDoesNotFitTheTextsUnderWayIsRefused() throws IOException {
    open(
        "llama",
        Precision.FP32,
        (decoder, cases) -> {
          try (var session = decoder.session()) {
            assertThatThrownBy(() -> session.advance(new int[] {1}, List.of(), ALL))
                .isInstanceOf(IllegalArgumentException.class);
            var _ = session.advance(new int[0], List.of(cases.getFirst().words()), ALL);
            assertThatThrownBy(() -> session.begin(new int[] {1}))
                .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.leave(1)).isInstanceOf(IllegalArgumentException.class);
          }
        });
  }
}
