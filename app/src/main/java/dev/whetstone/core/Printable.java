package dev.whetstone.core;

/// Text from outside (names of files, sentences of a language model, what a request says) in a form
/// that a terminal or a log shows and never obeys. A raw escape sequence can clear a screen or set
/// a window's title, a line break can forge a line, and marks of writing direction can show a name
/// as another.
public final class Printable {
  private Printable() {}

  /// The text with what is not shown written as an escape: `\n`, `\r`, `\t`, and `\u001b` for all
  /// other control characters (C0, DEL, C1), separators of lines and paragraphs, marks of writing
  /// direction, and halves of a surrogate pair. Everything else stays as it is.
  ///
  /// @param max length in UTF-16 units, of the text before it is escaped; what is longer is cut,
  ///   and ends with `…`
  public static String escape(String text, int max) {
    int end = end(text, max);
    int at = 0;
    while (at < end && plain(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    var shown = new StringBuilder(end + 16).append(text, 0, at);
    while (at < end) {
      int c = text.codePointAt(at);
      if (c == '\n') {
        shown.append("\\n");
      } else if (c == '\r') {
        shown.append("\\r");
      } else if (c == '\t') {
        shown.append("\\t");
      } else if (hidden(c)) {
        shown.append("\\u%04x".formatted(c));
      } else {
        shown.appendCodePoint(c);
      }
      at += Character.charCount(c);
    }
    return end < text.length() ? shown.append('…').toString() : shown.toString();
  }

  /// Where the text is cut: not within a surrogate pair.
  private static int end(String text, int max) {
    if (text.length() <= max) {
      return text.length();
    }
    boolean within =
        max > 0
            && Character.isHighSurrogate(text.charAt(max - 1))
            && Character.isLowSurrogate(text.charAt(max));
    return within ? max - 1 : Math.max(0, max);
  }

  /// Whether a UTF-16 unit surely stays, for the common case.
  private static boolean plain(char c) {
    return !Character.isSurrogate(c) && !hidden(c);
  }

  private static boolean hidden(int c) {
    return c < ' '
        || (c >= 0x7F && c <= 0x9F)
        || c == 0x2028
        || c == 0x2029
        || c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || (c >= 0xD800 && c <= 0xDFFF);
  }
}
