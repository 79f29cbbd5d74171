package dev.whetstone.pairs;

import java.util.ArrayList;
import java.util.List;

/// Cuts text into sentences: at line ends, after 。！？； wherever they stand, and after . ! ? where
/// white space and no lower-case letter follow and no single capital (an initial) goes before.
final class Sentences {
  private Sentences() {}

  /// A sentence as the characters `[from, to)` of its text.
  record Span(int from, int to) {
    String of(String text) {
      return text.substring(from, to).strip();
    }
  }

  static List<Span> split(String text) {
    var spans = new ArrayList<Span>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (ends(text, i)) {
        int to = i + 1;
        while (to < text.length() && "\"'”’」』）)".indexOf(text.charAt(to)) >= 0) {
          to++;
        }
        add(spans, text, from, to);
        from = to;
        i = to - 1;
      }
    }
    add(spans, text, from, text.length());
    return spans;
  }

  private static void add(List<Span> spans, String text, int from, int to) {
    if (from < to && !text.substring(from, to).isBlank()) {
      spans.add(new Span(from, to));
    }
  }

  private static boolean ends(String text, int i) {
    char c = text.charAt(i);
    if (c == '\n' || "。！？；".indexOf(c) >= 0) {
      return true;
    }
    if (".!?".indexOf(c) < 0) {
      return false;
    }
    int next = i + 1;
    if (next >= text.length() || !Character.isWhitespace(text.charAt(next))) {
      return false;
    }
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    boolean initial =
        c == '.'
            && i >= 1
            && Character.isUpperCase(text.charAt(i - 1))
            && (i < 2 || !Character.isLetterOrDigit(text.charAt(i - 2)));
    return !initial && (next >= text.length() || !Character.isLowerCase(text.charAt(next)));
  }
}
