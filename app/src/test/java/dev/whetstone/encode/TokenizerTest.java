package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final String[] WORDS = {
    "the",
    "Broker",
    "unfathomable",
    "naïve",
    "Å",
    "e\u0301",
    "\u0301",
    "x\u001cy",
    "a\u200bb",
    "a\u00a0b",
    "\u3000",
    "\u2028",
    "\u0000",
    "半導體",
    "ﬁt",
    "İ",
    "ß",
    "\ud83d\ude00",
    "[MASK]",
    "a[SEP]b",
    "[PAD",
    "]",
    "3.14",
    "can't",
    "--",
    "o'clock!",
    "\u0600",
    "한국어",
    "\ufdfa"
  };
  private static final String[] BETWEEN = {" ", "  ", "\n", "\t", "\r\n", "", "", " \u0301"};

  /// Words are counted and remembered one by one; whole texts are what the library says.
  @ParameterizedTest
  @ValueSource(strings = {"bge-small-en-v1.5", "all-minilm-l6-v2", "e5-small-v2"})
  void aTextHasAsManyTokensAsIdsWithoutTheSpecialOnes(String name) {
    Model model = BaseModels.open(name, MavenArtifact.defaultCache());
    var random = new Random(11);
    try (var tokenizer = Tokenizer.open(model)) {
      for (int i = 0; i < 2_000; i++) {
        String text = text(random);

        int whole = tokenizer.ids(text, 10_000).length - 2;

        assertThat(tokenizer.count(text)).as(text).isEqualTo(whole);
        assertThat(tokenizer.count(text)).as("again: %s", text).isEqualTo(whole);
      }
    }
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      if (random.nextInt(6) == 0) {
        text.appendCodePoint(random.nextInt(0x3000));
      } else if (random.nextInt(20) == 0) {
        text.append("long".repeat(random.nextInt(40)));
      } else {
        text.append(WORDS[random.nextInt(WORDS.length)]);
      }
      text.append(BETWEEN[random.nextInt(BETWEEN.length)]);
    }
    return text.toString();
  }
}
