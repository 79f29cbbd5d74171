package dev.whetstone.core;

/// Makes text from outside (file names, requests, replies of other servers, documents) safe to show
/// on a terminal or in a log. Such text may hold a line break and a made-up log line, an escape
/// sequence that rewrites the screen, characters that reverse the reading order, or megabytes.
public final class Printable {
  private Printable() {}

  /// Returns the text in one line: control characters (C0, C1), line and paragraph separators, bidi
  /// controls and lone surrogates become visible escapes such as `\n` and `\u001b`, and what is
  /// longer than `max` is cut, with the number of characters left out. Text that needs neither is
  /// returned as it is; an escaped text is not changed by escaping it again.
  ///
  /// @param max most characters (UTF-16) of the text that are shown, at least 1
  public static String escape(String text, int max) {
    if (max < 1) {
      throw new IllegalArgumentException("at most " + max + " characters");
    }
    int end = text.length() <= max ? text.length() : max;
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    var escaped = new StringBuilder(end + 16);
    for (int i = 0; i < end; ) {
      int c = text.codePointAt(i);
      append(escaped, c);
      i += Character.charCount(c);
    }
    if (end < text.length()) {
      escaped.append("… (").append(text.length() - end).append(" more characters)");
    }
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int c) {
    switch (c) {
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      default -> {
        if (harmless(c)) {
          escaped.appendCodePoint(c);
        } else {
          escaped.append("\\u%04x".formatted(c));
        }
      }
    }
  }

  private static boolean harmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT -> !bidi(c);
      default -> true;
    };
  }

  /// The characters of Unicode's `Bidi_Control`.
  private static boolean bidi(int c) {
    return c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
