package dev.whetstone.corpus;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Compares two readings of the same text by their words.
public final class Words {
  /// Runs of letters and digits; a Han character is a word of its own.
  private static final Pattern WORD = Pattern.compile("\\p{IsHan}|[\\p{L}\\p{N}&&[^\\p{IsHan}]]+");

  private Words() {}

  /// How often each lower-cased word occurs.
  public static Map<String, Integer> count(String text) {
    var counts = new HashMap<String, Integer>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      counts.merge(matcher.group(), 1, Integer::sum);
    }
    return counts;
  }

  /// Dice's coefficient of the two multisets of words: twice the common ones by all; 1 when neither
  /// has any.
  public static double dice(String a, String b) {
    Map<String, Integer> first = count(a);
    Map<String, Integer> second = count(b);
    long common = 0;
    long all = 0;
    for (int n : second.values()) {
      all += n;
    }
    for (var word : first.entrySet()) {
      all += word.getValue();
      common += Math.min(word.getValue(), second.getOrDefault(word.getKey(), 0));
    }
    return all == 0 ? 1 : 2.0 * common / all;
  }
}
