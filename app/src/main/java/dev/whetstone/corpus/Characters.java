package dev.whetstone.corpus;

/// Cleans white space and invalid characters, and writes superscripts and subscripts in plain text.
public final class Characters {
  private static final char REPLACEMENT = '\uFFFD';

  private static final String BASELINE = "0123456789+-−=()";
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾";
  private static final String SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎";

  private Characters() {}

  /// One line: runs of white space become a space, or nothing where a line break stood between two
  /// Han characters; stripped at both ends; characters that are not text replaced.
  public static String oneLine(String text) {
    var line = new StringBuilder(text.length());
    boolean gap = false;
    boolean broken = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isInvisible(c)) {
        continue;
      }
      if (isSpace(c)) {
        gap = true;
        broken |= c == '\n' || c == '\r';
        continue;
      }
      if (gap && !line.isEmpty()) {
        if (!broken || !isWide(line.charAt(line.length() - 1)) || !isWide(c)) {
          line.append(' ');
        }
      }
      gap = false;
      broken = false;
      line.append(validOrReplacement(text, i));
    }
    return line.toString();
  }

  /// Lines as they are, without trailing blanks, without empty lines at either end; tabs stay.
  static String lines(String text) {
    var out = new StringBuilder(text.length());
    int written = 0; // end of the last character that is seen
    boolean seen = false;
    int lineStart = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
        continue;
      }
      if (c == '\n' || c == '\r') {
        out.setLength(Math.max(written, lineStart));
        if (seen) {
          out.append('\n');
        } else {
          out.setLength(0);
        }
        lineStart = out.length();
      } else if (c == '\t' || !isSpace(c)) {
        if (!isInvisible(c)) {
          out.append(validOrReplacement(text, i));
          if (c != '\t') {
            written = out.length();
            seen = true;
          }
        }
      } else {
        out.append(' ');
      }
    }
    out.setLength(written);
    return out.toString();
  }

  /// Whether `c` is written without spaces around it: Han, kana, and their full-width punctuation.
  public static boolean isWide(char c) {
    return (c >= '\u2E80' && c <= '\u9FFF')
        || (c >= '\uF900' && c <= '\uFAFF')
        || (c >= '\uFF00' && c <= '\uFFEF')
        || (c >= '\uD840' && c <= '\uD888'); // high surrogates of the Han extensions
  }

  public static boolean isSpace(char c) {
    return c <= ' '
        ? c != 0
        : Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /// At most `length` characters, the last of them `…` where the text was cut, never within a
  /// surrogate pair.
  public static String shortened(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isLowSurrogate(text.charAt(length - 1)) ? length - 2 : length - 1;
    return text.substring(0, Math.max(0, end)).strip() + "…";
  }

  /// Raised text in plain characters: `10` and `6` become `10⁶`, `e` and `x+y` become `e^(x+y)`. In
  /// Unicode's superscripts where all characters have one; digits run together with what stands
  /// before them would change its value.
  public static String superscript(String text) {
    return shifted(text, SUPERSCRIPTS, '^');
  }

  /// Lowered text in plain characters: `H₂O`, `x_i`, `x_(max)`.
  public static String subscript(String text) {
    return shifted(text, SUBSCRIPTS, '_');
  }

  /// @param signs for each of [#BASELINE], the shifted character
  private static String shifted(String text, String signs, char mark) {
    String bare = text.strip();
    var shifted = new StringBuilder();
    for (int i = 0; i < bare.length(); i++) {
      int at = BASELINE.indexOf(bare.charAt(i));
      if (at < 0) {
        return bare.length() == 1 ? mark + bare : mark + "(" + bare + ")";
      }
      shifted.append(signs.charAt(at));
    }
    return shifted.toString();
  }

  private static boolean isInvisible(char c) {
    return c == '\u200B' || c == '\uFEFF' || c == '\u00AD' || c == '\u2060';
  }

  private static char validOrReplacement(String text, int i) {
    char c = text.charAt(i);
    if (c == 0
        || (c >= '\u007F' && c < '\u00A0')
        || (Character.isHighSurrogate(c)
            && (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))))
        || (Character.isLowSurrogate(c)
            && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1))))) {
      return REPLACEMENT;
    }
    return c;
  }
}
