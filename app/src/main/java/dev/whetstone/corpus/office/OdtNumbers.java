package dev.whetstone.corpus.office;

import org.jspecify.annotations.Nullable;

/// Counts the items of one list, or the headings, and writes their numbers.
final class OdtNumbers {
  private final OdtStyles.Level[] levels;
  private final int[] counts;

  OdtNumbers(OdtStyles.Level[] levels) {
    this.levels = levels;
    this.counts = new int[levels.length];
  }

  /// The number of the next item.
  ///
  /// @param level from 0
  /// @return "" for a bullet or none
  String next(int level) {
    if (level >= levels.length || levels[level] == null) {
      return "";
    }
    OdtStyles.Level own = levels[level];
    counts[level] = counts[level] == 0 ? own.start() : counts[level] + 1;
    for (int i = level + 1; i < counts.length; i++) {
      counts[i] = 0;
    }
    if (own.format().isEmpty()) {
      return "";
    }
    var number = new StringBuilder(own.prefix());
    for (int i = Math.max(0, level - own.levels() + 1); i <= level; i++) {
      OdtStyles.@Nullable Level each = levels[i];
      if (each != null && !each.format().isEmpty()) {
        number.append(number.length() > own.prefix().length() ? "." : "");
        number.append(written(Math.max(1, counts[i]), each.format()));
      }
    }
    return number.append(own.suffix()).toString();
  }

  private static String written(int count, String format) {
    return switch (format) {
      case "a" -> letters(count);
      case "A" -> letters(count).toUpperCase(java.util.Locale.ROOT);
      case "i" -> roman(count);
      case "I" -> roman(count).toUpperCase(java.util.Locale.ROOT);
      default -> Integer.toString(count);
    };
  }

  private static String letters(int count) {
    return String.valueOf((char) ('a' + (count - 1) % 26))
        .repeat(1 + Math.min(10, (count - 1) / 26));
  }

  private static String roman(int count) {
    int[] values = {100, 90, 50, 40, 10, 9, 5, 4, 1};
    String[] signs = {"c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"};
    var roman = new StringBuilder();
    int rest = Math.min(count, 999);
    for (int i = 0; i < values.length; i++) {
      for (; rest >= values[i]; rest -= values[i]) {
        roman.append(signs[i]);
      }
    }
    return roman.toString();
  }
}
