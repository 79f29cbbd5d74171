package dev.whetstone.corpus.office;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.poi.util.LocaleID;
import org.jspecify.annotations.Nullable;

/// One section of a number format, as tokens.
final class NumberFormatSection {
  sealed interface Token {
    record Literal(String text) implements Token {}

    /// A place for a digit: `0`, `#` or `?`.
    record Digit(char kind) implements Token {}

    /// One of `.`, `,`, `%`, `/`.
    record Sign(char sign) implements Token {}

    /// `E+` or `E-`.
    record Exponent(boolean plus) implements Token {}

    record General() implements Token {}

    /// `@`: the cell's text.
    record Text() implements Token {}

    /// Letters of a date: `yyyy`, `mm`, `[h]`.
    record Date(char letter, int count, boolean elapsed) implements Token {}

    /// The words for the halves of a day; empty ones come from the locale.
    record HalfDay(String morning, String afternoon) implements Token {}
  }

  private record Condition(String comparison, BigDecimal limit) {
    boolean holds(BigDecimal value) {
      int order = value.compareTo(limit);
      return switch (comparison) {
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        case ">=" -> order >= 0;
        case "<>" -> order != 0;
        default -> order == 0;
      };
    }
  }

  private static final Pattern HALF_DAY =
      Pattern.compile("(?i)(AM)/(PM)|(A)/(P)|(上午)/(下午)|(午前)/(午後)|(오전)/(오후)");
  private static final Pattern CONDITION =
      Pattern.compile("\\[(<=|>=|<>|<|>|=)\\s*(-?[0-9.]+(?:[eE][-+]?[0-9]{1,3})?)]");
  private static final Pattern CURRENCY =
      Pattern.compile("\\[\\$([^\\]-]*)(?:-([^\\],]*)[^\\]]*)?]");
  private static final Pattern CHINESE = Pattern.compile("(?i)\\[DBNum([123])]");
  private static final Pattern ELAPSED = Pattern.compile("(?i)\\[(h+|m+|s+)]");

  private final List<Token> tokens = new ArrayList<>();
  private @Nullable Condition condition;
  private Locale locale = Locale.US;
  private int chineseForm;
  private boolean coloured;

  private NumberFormatSection() {}

  static NumberFormatSection of(String code) {
    var section = new NumberFormatSection();
    for (int i = 0; i < code.length(); ) {
      i = section.token(code, i);
    }
    return section;
  }

  /// Reads the token at `i`; returns where the next one begins.
  private int token(String code, int i) {
    char c = code.charAt(i);
    String rest = code.substring(i);
    Matcher halfDay = HALF_DAY.matcher(rest);
    if (halfDay.lookingAt()) {
      boolean ofLocale = halfDay.group(1) != null;
      int at = 1;
      while (halfDay.group(at) == null) {
        at += 2;
      }
      tokens.add(
          new Token.HalfDay(
              ofLocale ? "" : halfDay.group(at), ofLocale ? "" : halfDay.group(at + 1)));
      return i + halfDay.end();
    }
    if (rest.regionMatches(true, 0, "General", 0, 7)) {
      tokens.add(new Token.General());
      return i + 7;
    }
    switch (c) {
      case '"' -> {
        int end = code.indexOf('"', i + 1);
        end = end < 0 ? code.length() : end;
        tokens.add(new Token.Literal(code.substring(i + 1, end)));
        return end + 1;
      }
      case '\\' -> {
        tokens.add(new Token.Literal(code.substring(Math.min(i + 1, code.length()), end(code, i))));
        return i + 2;
      }
      case '_' -> {
        tokens.add(new Token.Literal(" ")); // as wide as the next character
        return i + 2;
      }
      case '*' -> {
        return i + 2; // the next character fills the cell
      }
      case '[' -> {
        int close = code.indexOf(']', i);
        if (close > 0) {
          bracket(code.substring(i, close + 1));
          return close + 1;
        }
        tokens.add(new Token.Literal("["));
      }
      case '0', '#', '?' -> tokens.add(new Token.Digit(c));
      case '.', ',', '%', '/' -> tokens.add(new Token.Sign(c));
      case '@' -> tokens.add(new Token.Text());
      default -> {
        return letters(code, i);
      }
    }
    return i + 1;
  }

  private static int end(String code, int i) {
    return Math.min(i + 2, code.length());
  }

  private int letters(String code, int i) {
    char c = code.charAt(i);
    char next = i + 1 < code.length() ? code.charAt(i + 1) : ' ';
    if ((c == 'E' || c == 'e') && (next == '+' || next == '-')) {
      tokens.add(new Token.Exponent(next == '+'));
      return i + 2;
    }
    char lower = Character.toLowerCase(c);
    if ("ymdhsegab".indexOf(lower) < 0) {
      tokens.add(new Token.Literal(String.valueOf(c)));
      return i + 1;
    }
    int end = i;
    while (end < code.length() && Character.toLowerCase(code.charAt(end)) == lower) {
      end++;
    }
    tokens.add(new Token.Date(lower, end - i, false));
    return end;
  }

  private void bracket(String bracket) {
    Matcher elapsed = ELAPSED.matcher(bracket);
    Matcher limit = CONDITION.matcher(bracket);
    Matcher currency = CURRENCY.matcher(bracket);
    Matcher chinese = CHINESE.matcher(bracket);
    if (elapsed.matches()) {
      String letters = elapsed.group(1).toLowerCase(Locale.ROOT);
      tokens.add(new Token.Date(letters.charAt(0), letters.length(), true));
    } else if (limit.matches()) {
      try {
        condition = new Condition(limit.group(1), new BigDecimal(limit.group(2)));
      } catch (NumberFormatException _) {
        condition = null; // several points: no condition
      }
    } else if (currency.matches()) {
      tokens.add(new Token.Literal(currency.group(1)));
      if (currency.group(2) != null) {
        locale(currency.group(2));
      }
    } else if (chinese.matches()) {
      chineseForm = Integer.parseInt(chinese.group(1));
    } else {
      coloured = true; // any other word in brackets
    }
  }

  /// @param code a language tag, or a Windows language in hexadecimal behind its calendar and
  ///   digits
  private void locale(String code) {
    String tag = code;
    if (code.matches("[0-9A-Fa-f]{1,8}")) {
      String id = code.length() > 4 ? code.substring(code.length() - 4) : code;
      LocaleID known = LocaleID.lookupByLcid(Integer.parseInt(id, 16));
      tag = known == null ? "" : known.getLanguageTag();
    }
    Locale named = Locale.forLanguageTag(tag);
    locale = named.getLanguage().isEmpty() ? locale : named;
  }

  List<Token> tokens() {
    return tokens;
  }

  Locale locale() {
    return locale;
  }

  /// Whether the section of the negative numbers shows them as that of the positive ones does, but
  /// for a colour, which stands for their sign.
  boolean differsByColour(NumberFormatSection positive) {
    return coloured && tokens.equals(positive.tokens);
  }

  /// 0 for Western digits, 1 for 一二三, 2 for 壹贰叁, 3 for full-width digits.
  int chineseForm() {
    return chineseForm;
  }

  boolean isConditional() {
    return condition != null;
  }

  /// Whether the number belongs to this section, by its condition; without one always.
  boolean meets(BigDecimal value) {
    return condition == null || condition.holds(value);
  }

  /// Whether the condition is met by negative numbers alone, so that the format has their sign.
  boolean coversNegatives() {
    return condition != null
        && condition.comparison().startsWith("<")
        && !condition.comparison().equals("<>")
        && condition.limit().signum() <= 0;
  }

  boolean isText() {
    return tokens.stream().anyMatch(token -> token instanceof Token.Text);
  }

  boolean showsNumber() {
    return tokens.stream()
        .anyMatch(
            token ->
                token instanceof Token.Digit
                    || token instanceof Token.General
                    || token instanceof Token.Text); // also shows a number, as it is
  }

  /// Whether it shows a date or a time: letters of one, and no digit before them.
  boolean isDate() {
    for (Token token : tokens) {
      switch (token) {
        case Token.Date _, Token.HalfDay _ -> {
          return true;
        }
        case Token.Digit _, Token.General _ -> {
          return false;
        }
        case Token.Literal _, Token.Sign _, Token.Exponent _, Token.Text _ -> {}
      }
    }
    return false;
  }
}
