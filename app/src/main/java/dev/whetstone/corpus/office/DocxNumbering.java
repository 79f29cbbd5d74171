package dev.whetstone.corpus.office;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Counts a Word file's automatic numbers (ECMA-376, part 1, 17.9): Word stores that a paragraph is
/// numbered, not its number. Labels must be asked for in reading order.
final class DocxNumbering {
  private static final int LEVELS = 9;

  private static final class Level {
    int start = 1;
    String format = "decimal";
    String text = "";
    @Nullable String style;
  }

  private static final class NumberingScheme { // an abstractNum
    final Level[] levels = new Level[LEVELS];
    final int[] count = new int[LEVELS];
    final boolean[] counting = new boolean[LEVELS];

    NumberingScheme() {
      Arrays.setAll(levels, _ -> new Level());
    }
  }

  private final Map<Integer, NumberingScheme> abstracts = new HashMap<>();
  private final Map<Integer, NumberingScheme> lists = new HashMap<>(); // by numId
  private final Map<Integer, Map<Integer, Integer>> restarts = new HashMap<>();

  /// @param xml `numbering.xml`, or null for none
  static DocxNumbering read(@Nullable Xml xml) {
    var all = new DocxNumbering();
    if (xml == null) {
      return all;
    }
    int root = xml.root();
    while (xml.child(root)) {
      switch (xml.name()) {
        case "abstractNum" -> {
          var scheme = new NumberingScheme();
          all.abstracts.put(xml.number("abstractNumId", -1), scheme);
          int depth = xml.depth();
          while (xml.child(depth)) {
            if (xml.name().equals("lvl")) {
              level(xml, scheme);
            }
          }
        }
        case "num" -> all.list(xml);
        default -> {}
      }
    }
    return all;
  }

  private static void level(Xml xml, NumberingScheme scheme) {
    int index = xml.number("ilvl", 0);
    var level = new Level();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "start" -> level.start = xml.number("val", 1);
        case "numFmt" -> level.format = xml.attribute("val", "decimal");
        case "lvlText" -> level.text = xml.attribute("val", "");
        case "pStyle" -> level.style = xml.attribute("val");
        default -> {}
      }
    }
    if (index >= 0 && index < LEVELS) {
      scheme.levels[index] = level;
    }
  }

  private void list(Xml xml) {
    int id = xml.number("numId", -1);
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "abstractNumId" -> {
          NumberingScheme scheme = abstracts.get(xml.number("val", -1));
          if (scheme != null) {
            lists.put(id, scheme);
          }
        }
        case "lvlOverride" -> {
          int level = xml.number("ilvl", 0);
          int override = xml.depth();
          while (xml.child(override)) {
            if (xml.name().equals("startOverride")) {
              restarts.computeIfAbsent(id, _ -> new HashMap<>()).put(level, xml.number("val", 1));
            }
          }
        }
        default -> {}
      }
    }
  }

  /// The level that belongs to a style in a numbering, 0 when none names it.
  int levelOfStyle(int list, @Nullable String style) {
    NumberingScheme scheme = lists.get(list);
    for (int i = 0; scheme != null && style != null && i < LEVELS; i++) {
      if (Objects.equals(scheme.levels[i].style, style)) {
        return i;
      }
    }
    return 0;
  }

  /// Whether such a numbering exists; Word writes 0 to switch a style's numbering off.
  boolean has(int list) {
    return list > 0 && lists.containsKey(list);
  }

  /// Counts one paragraph and returns its number as Word shows it; "" for a bullet.
  ///
  /// @param level from 0
  String next(int list, int level) {
    NumberingScheme scheme = lists.get(list);
    if (scheme == null || level < 0 || level >= LEVELS) {
      return "";
    }
    Map<Integer, Integer> ofList = restarts.get(list);
    Integer restart = ofList == null ? null : ofList.remove(level); // only where the list begins
    if (restart != null) {
      scheme.count[level] = restart;
      scheme.counting[level] = true;
    } else if (scheme.counting[level]) {
      scheme.count[level]++;
    } else {
      scheme.count[level] = scheme.levels[level].start;
      scheme.counting[level] = true;
    }
    Arrays.fill(scheme.counting, level + 1, LEVELS, false);
    return label(scheme, level);
  }

  private static String label(NumberingScheme scheme, int level) {
    Level own = scheme.levels[level];
    if (own.format.equals("bullet") || own.format.equals("none")) {
      return "";
    }
    String label = own.text;
    for (int i = 0; i <= level; i++) {
      if (label.contains("%" + (i + 1))) {
        int count = scheme.counting[i] ? scheme.count[i] : scheme.levels[i].start;
        label = label.replace("%" + (i + 1), number(count, scheme.levels[i].format));
      }
    }
    return label.strip();
  }

  private static String number(int n, String format) {
    return switch (format) {
      case "lowerLetter" -> letters(n).toLowerCase(Locale.ROOT);
      case "upperLetter" -> letters(n);
      case "lowerRoman" -> roman(n).toLowerCase(Locale.ROOT);
      case "upperRoman" -> roman(n);
      case "decimalZero" -> n < 10 ? "0" + n : Integer.toString(n);
      case "chineseCounting",
          "chineseCountingThousand",
          "ideographTraditional",
          "japaneseCounting",
          "taiwaneseCountingThousand" ->
          ChineseNumerals.counting(n, false);
      case "chineseLegalSimplified" -> ChineseNumerals.counting(n, true);
      default -> Integer.toString(n);
    };
  }

  private static String letters(int n) {
    return n < 1 ? "" : String.valueOf((char) ('A' + (n - 1) % 26)).repeat((n - 1) / 26 + 1);
  }

  private static String roman(int n) {
    int[] values = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
    String[] signs = {"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"};
    if (n < 1 || n > 3999) {
      return Integer.toString(n);
    }
    var roman = new StringBuilder();
    for (int i = 0, rest = n; i < values.length; i++) {
      for (; rest >= values[i]; rest -= values[i]) {
        roman.append(signs[i]);
      }
    }
    return roman.toString();
  }
}
