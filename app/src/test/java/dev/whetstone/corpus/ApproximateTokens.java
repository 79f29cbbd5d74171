package dev.whetstone.corpus;

import dev.whetstone.core.TokenCounter;

/// Counts tokens about as BERT does, without a vocabulary.
public final class ApproximateTokens {
  /// Four letters or digits of a word, a Han character, any other sign: a token each.
  public static final TokenCounter WORDS = ApproximateTokens::words;

  private ApproximateTokens() {}

  private static int words(String text) {
    int tokens = 0;
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        run = 0;
      } else if (c < 0x2E80 && Character.isLetterOrDigit(c)) {
        tokens += run++ % 4 == 0 ? 1 : 0;
      } else {
        run = 0;
        tokens++;
      }
    }
    return tokens;
  }
}
