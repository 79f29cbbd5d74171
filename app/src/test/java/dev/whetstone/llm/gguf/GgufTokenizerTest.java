package dev.whetstone.llm.gguf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `vocabulary.json` and its ids are made by `make_gguf_fixtures.py` with the Python package
/// `tokenizers`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GgufTokenizerTest {
  private static final String MARKS = "<\\|im_start\\|>|<\\|im_end\\|>";

  @TempDir Path folder;
  private final List<String> tokens = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<String> merges = new ArrayList<>();
  private JsonNode fixture = Json.MAPPER.createObjectNode();

  @BeforeAll
  void read() throws IOException {
    try (InputStream in =
        requireNonNull(GgufTokenizerTest.class.getResourceAsStream("vocabulary.json"))) {
      fixture = Json.MAPPER.readTree(in);
    }
    fixture.path("tokens").forEach(token -> tokens.add(token.textValue()));
    fixture.path("types").forEach(type -> types.add(type.intValue()));
    fixture.path("merges").forEach(merge -> merges.add(merge.textValue()));
  }

  private GgufBytes file(String pre) {
    return new GgufBytes()
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", pre)
        .texts("tokenizer.ggml.tokens", tokens)
        .integers("tokenizer.ggml.token_type", types)
        .texts("tokenizer.ggml.merges", merges)
        .integer("tokenizer.ggml.bos_token_id", tokens.indexOf("<|endoftext|>"));
  }

  private GgufTokenizer tokenizer(GgufBytes bytes) {
    try (var file = bytes.open(folder)) {
      return GgufTokenizer.open(file).orElseThrow();
    }
  }

  private boolean opens(GgufBytes bytes) {
    try (var file = bytes.open(folder)) {
      var tokenizer = GgufTokenizer.open(file);
      tokenizer.ifPresent(GgufTokenizer::close);
      return tokenizer.isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama-bpe", "smaug-bpe", "gpt-2", "smollm", "default"})
  void idsAreThoseOfTheTokenizersPackage(String pre) {
    try (var tokenizer = tokenizer(file(pre).flag("tokenizer.ggml.add_bos_token", false))) {
      JsonNode texts = fixture.path("texts");
      assertThat(texts.size()).isGreaterThan(10);
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.path(i).textValue();
        JsonNode expected = fixture.path("ids").path(pre).path(i);

        int[] ids = tokenizer.ids(text);

        assertThat(ids)
            .as("%s: %s", pre, text)
            .isEqualTo(
                IntStream.range(0, expected.size())
                    .map(at -> expected.path(at).intValue())
                    .toArray());
        String plain = text.replaceAll(MARKS, "");
        assertThat(tokenizer.text(ids))
            .isEqualTo(
                pre.equals("qwen2") ? Normalizer.normalize(plain, Normalizer.Form.NFC) : plain);
      }
    }
  }

  @Test
  void otherNamesOfAPreTokenizerMeanTheSame() {
    try (var one = tokenizer(file("llama-bpe"));
        var other = tokenizer(file("llama-v3"))) {
      assertThat(other.ids("It's 12345 messages")).isEqualTo(one.ids("It's 12345 messages"));
    }
  }

  @Test
  void theFirstTokenIsAddedWhereTheFileSaysSo() {
    int bos = tokens.indexOf("<|endoftext|>");
    try (var without = tokenizer(file("qwen2"));
        var with = tokenizer(file("qwen2").flag("tokenizer.ggml.add_bos_token", true));
        var llama3 = tokenizer(file("llama-bpe"));
        var llama3Without =
            tokenizer(file("llama-bpe").flag("tokenizer.ggml.add_bos_token", false))) {
      assertThat(without.ids("The")[0]).isNotEqualTo(bos);
      assertThat(with.ids("The")).startsWith(bos).hasSize(without.ids("The").length + 1);
      assertThat(with.ids("")).containsExactly(bos);
      assertThat(with.ids("<|endoftext|>The")).isEqualTo(with.ids("The"));
      assertThat(llama3.ids("The")).startsWith(bos);
      assertThat(llama3Without.ids("The")[0]).isNotEqualTo(bos);
    }
  }

  @Test
  void onlyControlTokensAreLeftOutOfText() {
    try (var tokenizer = tokenizer(file("qwen2"))) {
      assertThat(tokenizer.text(tokenizer.ids("<|im_start|>read <tool_call> 消息<|im_end|>")))
          .isEqualTo("read <tool_call> 消息");
      assertThat(tokenizer.text(new int[] {tokens.size() + 7})).isEmpty();
      assertThat(tokenizer.id("<|im_end|>")).hasValue(tokens.indexOf("<|im_end|>"));
      assertThat(tokenizer.id("absent")).isEmpty();
    }
  }

  @Test
  void aCharacterOfSeveralTokensIsWholeInAWholeReply() {
    try (var tokenizer = tokenizer(file("qwen2"))) {
      int[] ids = tokenizer.ids("☃");

      assertThat(ids.length).isGreaterThan(1);
      assertThat(tokenizer.text(ids)).isEqualTo("☃");
      assertThat(tokenizer.text(Arrays.copyOf(ids, ids.length - 1))).isEqualTo("\uFFFD");
    }
  }

  @Test
  void unusedTokensAreNeverGiven() {
    List<String> more = new ArrayList<>(tokens);
    List<Integer> kinds = new ArrayList<>(types);
    more.add("[PAD1]");
    kinds.add(5);
    var bytes =
        new GgufBytes()
            .text("tokenizer.ggml.model", "gpt2")
            .text("tokenizer.ggml.pre", "qwen2")
            .texts("tokenizer.ggml.tokens", more)
            .integers("tokenizer.ggml.token_type", kinds)
            .texts("tokenizer.ggml.merges", merges);

    try (var tokenizer = tokenizer(bytes)) {
      assertThat(tokenizer.ids("[PAD1]")).doesNotContain(tokens.size());
    }
  }

  @Test
  void whatIsNotKnownIsLeftToOthers() {
    assertThat(opens(file("qwen2"))).isTrue();
    assertThat(opens(file("tekken"))).isFalse();
    assertThat(opens(new GgufBytes().text("tokenizer.ggml.model", "llama"))).isFalse();
    assertThat(
            opens(
                new GgufBytes()
                    .text("tokenizer.ggml.model", "llama")
                    .text("tokenizer.ggml.pre", "default")))
        .isFalse();
    assertThat(opens(vocabulary(List.of("a", "b", "ab", "a"), List.of("a b")))).isFalse();
    assertThat(opens(vocabulary(List.of("a", "b", ""), List.of()))).isFalse();
    assertThat(opens(vocabulary(List.of("a", "b", "ab"), List.of("a c")))).isFalse();
    assertThat(opens(vocabulary(List.of("a", "b"), List.of("a b")))).isFalse();
    assertThat(opens(vocabulary(List.of("a", "b", "ab"), List.of("ab")))).isFalse();
    assertThat(opens(vocabulary(List.of(), List.of()))).isFalse();
    assertThat(opens(vocabulary(List.of("a", "b", "ab"), List.of("a b")))).isTrue();
  }

  private static GgufBytes vocabulary(List<String> tokens, List<String> merges) {
    return new GgufBytes()
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "gpt-2")
        .texts("tokenizer.ggml.tokens", tokens)
        .texts("tokenizer.ggml.merges", merges);
  }
}
