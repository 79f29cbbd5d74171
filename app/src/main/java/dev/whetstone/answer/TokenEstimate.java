package dev.whetstone.answer;

/// How many tokens a text has for a language model whose tokenizer is not at hand: rather too many
/// than too few, so that a prompt that is said to fit does.
///
/// Letters of alphabets count by three, each digit, sign and line break is a token, and a Chinese,
/// Japanese or Korean character is two. These are estimates on the careful side; they were not held
/// against a tokenizer.
final class TokenEstimate {
  private static final int LETTERS = 3; // a token

  private TokenEstimate() {}

  static int of(String text) {
    int tokens = 0;
    int run = 0; // letters
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      boolean wide = Character.isIdeographic(point) || (point >= 0x3040 && point <= 0xD7FF);
      if (Character.isLetter(point) && !wide) {
        run++;
        continue;
      }
      tokens += (run + LETTERS - 1) / LETTERS;
      run = 0;
      if (wide) {
        tokens += 2;
      } else if (!Character.isSpaceChar(point) && point != '\t') {
        tokens++;
      }
    }
    return tokens + (run + LETTERS - 1) / LETTERS;
  }
}
