package dev.whetstone.pairs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The terms of texts and how rare they are: words of letters and digits, lower-cased; of Chinese
/// text pairs of neighbouring characters. `idf = ln(1 + (N - n + .5) / (n + .5))` as in BM25.
final class Terms {
  /// A term as the characters `[from, to)` of its text.
  record Term(String form, int from, int to) {}

  private final Map<String, Integer> frequencies = new HashMap<>();
  private final int size;

  Terms(Collection<String> texts) {
    size = texts.size();
    for (String text : texts) {
      var seen = new HashSet<String>();
      for (Term term : of(text)) {
        if (seen.add(term.form())) {
          frequencies.merge(term.form(), 1, Integer::sum);
        }
      }
    }
  }

  double idf(String form) {
    int n = frequencies.getOrDefault(form, 0);
    return Math.log(1 + (size - n + .5) / (n + .5));
  }

  /// In how many texts the term stands.
  int frequency(String form) {
    return frequencies.getOrDefault(form, 0);
  }

  static List<Term> of(String text) {
    var terms = new ArrayList<Term>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (han(c)) {
        if (i + 1 < text.length() && han(text.charAt(i + 1))) {
          terms.add(new Term(text.substring(i, i + 2), i, i + 2));
        }
        i++;
      } else if (Character.isLetterOrDigit(c)) {
        int to = i + 1;
        while (to < text.length() && inWord(text, to)) {
          to++;
        }
        terms.add(new Term(text.substring(i, to).toLowerCase(Locale.ROOT), i, to));
        i = to;
      } else {
        i++;
      }
    }
    return terms;
  }

  private static boolean inWord(String text, int at) {
    char c = text.charAt(at);
    if (han(c)) {
      return false;
    }
    return Character.isLetterOrDigit(c)
        || ((c == '-' || c == '_' || c == '\'')
            && at + 1 < text.length()
            && Character.isLetterOrDigit(text.charAt(at + 1))
            && !han(text.charAt(at + 1)));
  }

  static boolean han(char c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }
}
