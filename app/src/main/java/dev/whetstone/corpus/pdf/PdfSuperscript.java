package dev.whetstone.corpus.pdf;

import java.util.regex.Pattern;

/// How raised text is written in a line: as superscripts where Unicode has them (`10⁶`, `m²`), as
/// plain text after a letter or digit where it is an ending (`1st`) or a mark (`TM`), after a caret
/// elsewhere (`e^x`, `2^(k+1)`). The upper part of a fraction stays plain: `2 1/2`.
final class PdfSuperscript {
  private static final String PLAIN = "0123456789+-−=()ni";
  private static final String SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ";
  private static final Pattern ENDING =
      Pattern.compile("(?i)st|nd|rd|th|er|re|e|o|a|os|as|me|ème|tm|sm|[^\\p{L}\\p{N}]+.*");

  private PdfSuperscript() {}

  /// @param before the text of the line so far
  /// @param next the character that follows on the baseline
  static String render(CharSequence before, String raised, char next) {
    String mark = raised.strip();
    String space = raised.endsWith(" ") ? " " : "";
    char base = before.isEmpty() ? ' ' : before.charAt(before.length() - 1);
    if (mark.isEmpty()) {
      return space;
    }
    boolean digits = mark.chars().allMatch(Character::isDigit);
    if (digits && (next == '/' || next == '⁄')) {
      return (Character.isDigit(base) ? " " : "") + mark + space;
    }
    if (mark.chars().allMatch(c -> PLAIN.indexOf(c) >= 0)) {
      var superscript = new StringBuilder();
      mark.chars().forEach(c -> superscript.append(SUPER.charAt(PLAIN.indexOf(c))));
      return superscript + space;
    }
    if (!Character.isLetterOrDigit(base) || ENDING.matcher(mark).matches()) {
      return mark + space;
    }
    return (mark.length() == 1 ? "^" + mark : "^(" + mark + ")") + space;
  }
}
