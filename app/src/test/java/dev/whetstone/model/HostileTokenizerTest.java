package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokenizers that are made to end the process or to fill its memory.
class HostileTokenizerTest {
  @TempDir private Path folder;

  private TokenizerFile read(Consumer<ObjectNode> change) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, TinyBert.tokenizer());
    ForeignFolder.change(folder, "tokenizer.json", change);
    return TokenizerFile.read(file, TinyBert.network().vocabulary() + 1);
  }

  private TokenizerFile with(String part, String json) throws IOException {
    var value = Json.MAPPER.readTree(json);
    return read(tokenizer -> tokenizer.set(part, value));
  }

  private static String replace(String from, String to) {
    return "{\"type\":\"Replace\",\"pattern\":{\"String\":\"%s\"},\"content\":\"%s\"}"
        .formatted(from, to);
  }

  private static String sequence(int count, String normalizer) {
    return "{\"type\":\"Sequence\",\"normalizers\":[%s]}"
        .formatted(String.join(",", Collections.nCopies(count, normalizer)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          pre_tokenizer  | {"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated","invert":false} | Split
          pre_tokenizer  | {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(x+x+)+y"},"behavior":"Isolated"}]} | Split
          pre_tokenizer  | {"type":"UnicodeScripts"} | UnicodeScripts
          pre_tokenizer  | {"type":"Evil"} | Evil
          normalizer     | {"type":"Replace","pattern":{"Regex":"(x+x+)+y"},"content":""} | Replace
          normalizer     | {"type":"Replace","pattern":{"String":""},"content":"a"} | Replace
          normalizer     | {"type":"Replace","pattern":{"String":"a","Regex":"(x+x+)+y"},"content":""} | Replace
          normalizer     | {"type":"Evil"} | Evil
          normalizer     | {"type":"Prepend","prepend":"aaaaaaaa"} | before each text
          post_processor | {"type":"Evil"} | Evil
          decoder        | {"type":"Replace","pattern":{"Regex":"(x+x+)+y"},"content":""} | Replace
          decoder        | {"type":"CTC"} | CTC
          model          | {"type":"WordLevel","unk_token":"a","vocab":{"a":0}} | WordLevel
          model          | {"type":"WordPiece","unk_token":"a","vocab":{"a":0},"max_input_chars_per_word":1000000} | max_input_chars_per_word
          model          | {"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.5} | dropout
          """)
  void aComponentThatIsNotKnownIsRefusedByName(String part, String json, String named) {
    assertThatThrownBy(() -> with(part, json))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(named);
  }

  /// Only then may a text be counted word by word.
  @Test
  void bertsComponentsAloneSeparateWords() throws IOException {
    assertThat(read(_ -> {}).separatesWords()).isTrue();
    assertThat(with("pre_tokenizer", "{\"type\":\"ByteLevel\"}").separatesWords()).isFalse();
    assertThat(with("pre_tokenizer", "null").separatesWords()).isFalse();
    assertThat(with("normalizer", sequence(1, replace("a", "b"))).separatesWords()).isFalse();
    for (String space : new String[] {" ", "\u00a0", "\u0085", "\n"}) {
      var token =
          Json.MAPPER.createObjectNode().put("id", 5).put("content", "New" + space + "York");
      assertThat(read(file -> file.withArray("added_tokens").add(token)).separatesWords())
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 26, 36, 64})
  void replacementsThatDoubleTheTextAgainAndAgainAreRefused(int count) {
    assertThatThrownBy(() -> with("normalizer", sequence(count, replace("a", "aa"))))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageMatching(".*(times longer|components).*");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          normalizer     | {"lowercase":true} | without a type
          model          | {"type":"WordPiece","unk_token":"none","vocab":{"a":0}} | unk_token
          model          | {"vocab":{"a":1}} | unk_token
          model          | {"type":"WordPiece","unk_token":"a","vocab":{"a":-1}} | outside the encoder's vocabulary
          model          | {"type":"WordPiece","unk_token":"a","vocab":{"a":1000000}} | outside the encoder's vocabulary
          model          | {"type":"WordPiece","unk_token":"a","vocab":{"a":"0"}} | outside the encoder's vocabulary
          model          | {"type":"WordPiece","unk_token":"a","vocab":["a"]} | vocabulary
          model          | {"type":"Unigram","unk_id":7,"vocab":[["a",0.0]]} | unk_id
          model          | {"type":"Unigram","unk_id":0,"vocab":[["a"]]} | pieces
          added_tokens   | [{"id":1000000,"content":"x"}] | outside the encoder's vocabulary
          added_tokens   | [{"id":0,"content":""}] | added token
          post_processor | {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[X]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{}} | TemplateProcessing
          post_processor | {"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}} | TemplateProcessing
          post_processor | {"type":"BertProcessing","sep":["[SEP]",1000000],"cls":["[CLS]",2]} | post-processor
          """)
  void whatContradictsItselfIsCorrupt(String part, String json, String named) {
    assertThatThrownBy(() -> with(part, json))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(named);
  }

  @Test
  void moreValuesThanTheEncoderHasRowsForAreNotRead() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, "[" + "{},".repeat(1_000_000) + "{}]");

    assertThatThrownBy(() -> TokenizerFile.read(file, 200))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("names and values allowed");
  }

  @Test
  void theLibraryGetsWhatWasReadAndNotAKeyThatStoodThereBefore() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    String evil =
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"behavior\":\"Isolated\"}";
    Files.writeString(
        file,
        TinyBert.tokenizer()
            .replaceFirst("\\{", "{\"pre_tokenizer\":" + evil.replace("$", "\\$") + ","));

    var read = TokenizerFile.read(file, TinyBert.network().vocabulary());

    assertThat(read.text()).doesNotContain("Regex").contains("BertPreTokenizer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},{\"type\":\"Lowercase\"},"
            + "{\"type\":\"StripAccents\"},{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true},"
            + "{\"type\":\"Prepend\",\"prepend\":\"▁\"},{\"type\":\"Replace\",\"pattern\":{\"String\":\""
            + " \"},\"content\":\"▁\"},{\"type\":\"Replace\",\"pattern\":{\"Regex\":\""
            + " {2,}\"},\"content\":\"▁\"}]}",
        "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFD\"},{\"type\":\"BertNormalizer\"}]}"
      })
  void theNormalizersOfPublishedTokenizersAreRead(String normalizer) throws IOException {
    assertThat(with("normalizer", normalizer).growth()).isBetween(1.0, 400.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},"
            + "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"add_prefix_space\":true}]}",
        "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
            + "{\"type\":\"Punctuation\"},{\"type\":\"ByteLevel\",\"add_prefix_space\":false}]}",
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r"
            + "\\\\n"
            + "\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r"
            + "\\\\n"
            + "]*|\\\\s*[\\\\r"
            + "\\\\n"
            + "]+|\\\\s+(?!\\\\S)|\\\\s+\"},\"behavior\":\"Isolated\",\"invert\":false}"
      })
  void thePreTokenizersOfPublishedTokenizersAreRead(String preTokenizer) throws IOException {
    assertThat(with("pre_tokenizer", preTokenizer).text()).contains("pre_tokenizer");
  }

  /// A trie of one key, the byte `a`, whose value is the offset of its replacement. The root's
  /// children stand at 256 + label; the value of `a` in a block of its own.
  private static String charsmap(int distance, int value, String replacements) {
    var units = new int[1024];
    units[0] = 1 << 10 | 1 << 9; // to 256: 1 << 8
    units[256 ^ 'a'] = 'a' | 1 << 8 | distance << 10 | 1 << 9;
    int state = (256 ^ 'a') ^ distance << 8;
    if (state >= 0 && state < units.length) {
      units[state] = 1 << 31 | value;
    }
    byte[] texts = replacements.getBytes(StandardCharsets.UTF_8);
    var bytes =
        ByteBuffer.allocate(4 + 4 * units.length + texts.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * units.length);
    for (int unit : units) {
      bytes.putInt(unit);
    }
    return "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"%s\"}"
        .formatted(Base64.getEncoder().encodeToString(bytes.put(texts).array()));
  }

  @Test
  void aTableOfReplacedCharactersIsReadWithItsLongestReplacement() throws IOException {
    assertThat(with("normalizer", charsmap(2, 3, "xy\0abcde\0")).growth()).isEqualTo(5);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({"100000, 0, x0", "3, 0, x0", "2, 99, x0", "2, 4, xé0", "2, 0, x"})
  void aTableThatLeadsOutOfItselfIsCorrupt(int distance, int value, String replacements) {
    // the block of distance 3 is the array's last but one; its unit is there, its last bytes too
    int outside = distance == 3 ? 4093 : distance;

    assertThatThrownBy(
            () -> with("normalizer", charsmap(outside, value, replacements.replace('0', '\0'))))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("precompiled_charsmap");
  }

  @Test
  void aTableThatPutsALongTextForACharacterIsRefused() {
    assertThatThrownBy(() -> with("normalizer", charsmap(2, 0, "x".repeat(100) + "\0")))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("Precompiled");
  }
}
