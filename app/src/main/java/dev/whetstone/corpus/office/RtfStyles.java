package dev.whetstone.corpus.office;

import com.rtfparserkit.rtf.Command;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The style sheet of an RTF file. Of a style its name counts: programs write the names of headings
/// and titles in English, whatever their language.
final class RtfStyles {
  private static final Pattern HEADING = Pattern.compile("heading ([1-9])");
  private static final int LONGEST_NAME = 200;

  private final Map<Integer, String> names = new HashMap<>();
  private final StringBuilder name = new StringBuilder();
  private int number;
  private int sheet; // depth of the style sheet's group

  /// @param depth of the groups around the style sheet
  void start(int depth) {
    sheet = depth;
  }

  /// How deep the groups around a style's end are.
  int depth() {
    return sheet;
  }

  void word(Command word, int parameter, int depth) {
    if (word == Command.s && depth == sheet + 1) {
      number = parameter;
    }
  }

  void name(String text) {
    if (name.length() + text.length() <= LONGEST_NAME) {
      name.append(text);
    }
  }

  void endStyle() {
    String full = name.toString().strip();
    int end = full.indexOf(';');
    String own = (end < 0 ? full : full.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    names.putIfAbsent(number, own.split(",", 2)[0]);
    name.setLength(0);
    number = 0;
  }

  /// The level of a heading in this style; 0 for another.
  int headingLevel(int style) {
    Matcher heading = HEADING.matcher(names.getOrDefault(style, ""));
    return heading.matches() ? Integer.parseInt(heading.group(1)) : 0;
  }

  boolean isTitle(int style) {
    return names.getOrDefault(style, "").equals("title");
  }

  /// Whether paragraphs in this style are lines of a table of contents.
  boolean isContents(int style) {
    return names.getOrDefault(style, "").matches("toc \\d|contents \\d|toc heading");
  }
}
