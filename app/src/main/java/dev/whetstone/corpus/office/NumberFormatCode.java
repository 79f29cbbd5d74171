package dev.whetstone.corpus.office;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// A number format of a spreadsheet (ECMA-376, part 1, 18.8.31): up to four sections, for positive
/// numbers, negative ones, zero and text, or for numbers that meet conditions.
///
/// Apache POI's formatters are not used: they leave quotes in dates, know no thousands, `[DBNum1]`
/// or elapsed time beside words, and move literals about.
final class NumberFormatCode {
  private static final int LONGEST_CODE = 1_000; // Excel takes 255
  private static final int LONGEST_NUMBER = 400; // digits; a double has 309 before its point

  private final List<NumberFormatSection> sections;

  private NumberFormatCode(List<NumberFormatSection> sections) {
    this.sections = sections;
  }

  /// A code that is too long to be one is `General`.
  static NumberFormatCode of(String code) {
    if (code.length() > LONGEST_CODE) {
      return of("General");
    }
    List<NumberFormatSection> sections = new ArrayList<>();
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i <= code.length(); i++) {
      char c = i < code.length() ? code.charAt(i) : ';';
      if (c == '"') {
        quoted = !quoted;
      } else if (i < code.length() && (c == '\\' || c == '_' || c == '*') && !quoted) {
        i++; // the next character is no part of the format's own language
      }
      if (i >= code.length() || (c == ';' && !quoted)) {
        int to = Math.min(i, code.length());
        sections.add(NumberFormatSection.of(code.substring(Math.min(from, to), to)));
        from = i + 1;
      }
    }
    return new NumberFormatCode(List.copyOf(sections));
  }

  /// A number as the format shows it; "" where the format hides it. One that no spreadsheet can
  /// hold is returned as it is.
  ///
  /// @param value as the file holds it
  /// @throws NumberFormatException if the value is no number
  String number(String value, boolean since1904) {
    if (value.length() > LONGEST_NUMBER) {
      return value;
    }
    var exact = new BigDecimal(value.strip());
    if (Math.abs((long) exact.precision() - exact.scale()) > LONGEST_NUMBER) {
      return value;
    }
    int sign = exact.signum();
    NumberFormatSection section = section(exact);
    if (section.isDate()) {
      return DateFormatter.show(section, exact.doubleValue(), since1904, value);
    }
    boolean minus = sign < 0 && !section.coversNegatives() && section.showsNumber();
    if (sections.size() > 1 && section == sections.get(1) && !sections.getFirst().isConditional()) {
      // the section of the negative numbers has a sign of its own, or a colour for one
      minus = sign < 0 && section.differsByColour(sections.getFirst());
    }
    String shown = NumberFormatter.show(section, exact.abs());
    return minus && shown.chars().anyMatch(c -> c >= '1' && c <= '9') ? "-" + shown : shown;
  }

  /// A text as the format shows it: by its fourth section, or its only one when that has an `@`.
  String text(String value) {
    NumberFormatSection last = sections.getLast();
    if (sections.size() >= 4) {
      return NumberFormatter.text(sections.get(3), value);
    }
    return last.isText() ? NumberFormatter.text(last, value) : value;
  }

  private NumberFormatSection section(BigDecimal value) {
    int numbers = Math.min(3, sections.size());
    if (numbers > 1 && sections.getLast().isText() && sections.size() < 4) {
      numbers--; // the last one is for text
    }
    if (sections.getFirst().isConditional()) {
      for (NumberFormatSection section : sections.subList(0, numbers)) {
        if (section.meets(value)) {
          return section;
        }
      }
      return sections.get(numbers - 1);
    }
    int at = value.signum() < 0 ? 1 : value.signum() == 0 ? 2 : 0;
    return sections.get(at < numbers ? at : 0);
  }
}
