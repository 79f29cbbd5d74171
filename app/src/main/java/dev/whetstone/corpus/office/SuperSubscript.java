package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes raised and lowered letters of Office files as plain text. Ordinals (`1st`) and the
/// numbers of chemical formulas and variables (`CO2`, `x1`) stay as they are searched for;
/// elsewhere digits that ran together with what stands before them would change its value.
final class SuperSubscript {
  private static final Set<String> ORDINALS =
      Set.of("st", "nd", "rd", "th", "er", "re", "ère", "e", "o", "a", "º", "ª", "te", "de");

  private static final Pattern NUMBER = Pattern.compile("[+\\-−–]?\\d{1,3}|[+\\-−–]");

  private SuperSubscript() {}

  /// Appends raised text.
  static void raise(String text, StringBuilder to) {
    boolean ordinal =
        endsWith(to, true) && ORDINALS.contains(text.strip().toLowerCase(Locale.ROOT));
    boolean mark = text.strip().matches("(?i)tm|sm|®|™|\\*+|†|‡");
    add(text, ordinal || mark ? text.strip() : Characters.superscript(text), to);
  }

  /// Appends lowered text.
  static void lower(String text, StringBuilder to) {
    boolean plain = text.strip().matches("\\d+") && endsWith(to, false);
    add(text, plain ? text.strip() : Characters.subscript(text), to);
  }

  /// Appends text of full size above the line: a number behind a digit, a letter or a bracket is an
  /// exponent, anything else stays as it is.
  static void moveUp(String text, StringBuilder to) {
    if (NUMBER.matcher(text.strip()).matches() && isBase(to)) {
      raise(text, to);
    } else {
      to.append(text);
    }
  }

  /// Appends text of full size below the line.
  static void moveDown(String text, StringBuilder to) {
    if (NUMBER.matcher(text.strip()).matches() && isBase(to)) {
      lower(text, to);
    } else {
      to.append(text);
    }
  }

  private static boolean isBase(StringBuilder text) {
    return endsWith(text, true) || endsWith(text, false) || isShifted(text);
  }

  /// Whether the text ends with a raised or lowered character, as a sign before its digits.
  private static boolean isShifted(StringBuilder text) {
    return !text.isEmpty() && "⁺⁻₊₋".indexOf(text.charAt(text.length() - 1)) >= 0;
  }

  private static void add(String text, String shifted, StringBuilder to) {
    if (shifted.isEmpty()) {
      to.append(text);
      return;
    }
    int from = 0;
    while (Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    to.append(text, 0, from)
        .append(shifted)
        .append(text, text.stripTrailing().length(), text.length());
  }

  private static boolean endsWith(StringBuilder text, boolean digit) {
    if (text.isEmpty()) {
      return false;
    }
    int last = text.codePointBefore(text.length());
    return digit ? Character.isDigit(last) : Character.isLetter(last) || last == ')' || last == ']';
  }
}
