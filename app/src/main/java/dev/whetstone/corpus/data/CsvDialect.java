package dev.whetstone.corpus.data;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a table of text is written: its separator, told by a first line `sep=;`, or by the number of
/// times that each candidate stands outside quotes: that of columns is nearly the same in each row.
///
/// @param separator between cells
/// @param start of the rows, after a line that names the separator
record CsvDialect(char separator, int start) {
  private static final Pattern NAMED = Pattern.compile("\"?sep=(.)\"?\\R");
  private static final String CANDIDATES = ",;\t|";
  private static final int SAMPLE = 1 << 16; // characters
  private static final int ROWS = 100;

  /// @param tabs whether the file's name says that tabs separate its cells
  static CsvDialect of(String text, boolean tabs) {
    Matcher named = NAMED.matcher(text);
    if (named.lookingAt()) {
      return new CsvDialect(named.group(1).charAt(0), named.end());
    }
    char best = tabs ? '\t' : ',';
    double most = 0;
    for (int i = 0; i < CANDIDATES.length(); i++) {
      char candidate = CANDIDATES.charAt(i);
      double score = score(text, candidate) * (tabs && candidate == '\t' ? 10 : 1);
      if (score > most) {
        most = score;
        best = candidate;
      }
    }
    return new CsvDialect(best, 0);
  }

  /// The share of the rows that have the most frequent number of this separator, more for more
  /// columns; 0 where most rows have none.
  private static double score(String text, char separator) {
    Map<Integer, Integer> rows = new HashMap<>();
    int all = 0;
    int count = 0;
    boolean quoted = false;
    boolean blank = true;
    int end = Math.min(text.length(), SAMPLE);
    for (int i = 0; i < end && all < ROWS; i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\n' && !quoted) {
        if (!blank) {
          rows.merge(count, 1, Integer::sum);
          all++;
        }
        count = 0;
        blank = true;
      } else if (c == separator && !quoted) {
        count++;
      }
      blank &= c <= ' ' && c != separator;
    }
    if (!blank && all < ROWS && end == text.length()) {
      rows.merge(count, 1, Integer::sum);
      all++;
    }
    int usual = 0;
    for (var row : rows.entrySet()) {
      if (row.getValue() > rows.getOrDefault(usual, 0)) {
        usual = row.getKey();
      }
    }
    return usual == 0 ? 0 : rows.getOrDefault(usual, 0) / (double) all * (1 + Math.log(usual));
  }
}
