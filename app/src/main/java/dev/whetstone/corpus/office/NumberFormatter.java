package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.office.NumberFormatSection.Token;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/// Shows a number by one section of a format. Numbers are decimal throughout: what a file holds is
/// rounded to the 15 digits that a spreadsheet has, then to the places shown, halves upwards.
final class NumberFormatter {
  private static final int PRECISION = 15;
  private static final int MOST_PLACES = 30;
  private static final NumberFormatSection SCIENTIFIC = NumberFormatSection.of("0.#####E+00");

  private NumberFormatter() {}

  /// @param value not negative
  static String show(NumberFormatSection section, BigDecimal value) {
    List<Token> tokens = section.tokens();
    int exponent = indexOf(tokens, Token.Exponent.class);
    int slash = fraction(tokens);
    String shown;
    if (tokens.stream().anyMatch(t -> t instanceof Token.General || t instanceof Token.Text)) {
      shown = literally(section, general(value), section.chineseForm());
    } else if (exponent >= 0) {
      shown = scientific(tokens, exponent, value);
    } else if (slash >= 0) {
      shown = fraction(tokens, slash, value);
    } else {
      shown = decimal(tokens, scaled(tokens, rounded(value)));
    }
    return chinese(Characters.oneLine(shown), section);
  }

  static String text(NumberFormatSection section, String text) {
    return section.tokens().isEmpty() ? "" : literally(section, text, 0);
  }

  /// The format `General`: eleven characters at most, but whole numbers with all their digits.
  static String general(BigDecimal value) {
    BigDecimal bare = value.stripTrailingZeros();
    if (bare.scale() <= 0 && bare.precision() - bare.scale() <= 18) {
      return bare.toPlainString();
    }
    int magnitude = bare.precision() - bare.scale(); // digits before the point
    if (magnitude > 11 || magnitude < -8) {
      return show(SCIENTIFIC, value);
    }
    int places = magnitude > 0 ? Math.max(0, 10 - magnitude) : 9;
    BigDecimal shown = bare.setScale(Math.min(bare.scale(), places), RoundingMode.HALF_UP);
    return shown.stripTrailingZeros().toPlainString();
  }

  private static String literally(NumberFormatSection section, String value, int chineseForm) {
    var text = new StringBuilder();
    for (Token token : section.tokens()) {
      switch (token) {
        case Token.Literal literal -> text.append(literal.text());
        case Token.General _, Token.Text _ ->
            text.append(
                chineseForm > 0 && chineseForm < 3 && value.matches("\\d{1,15}")
                    ? ChineseNumerals.counting(Long.parseLong(value), chineseForm == 2)
                    : value);
        case Token.Sign sign -> text.append(sign.sign());
        case Token.Digit _, Token.Exponent _, Token.Date _, Token.HalfDay _ -> {}
      }
    }
    return text.toString();
  }

  private static BigDecimal rounded(BigDecimal value) {
    return value.stripTrailingZeros().scale() <= 0
        ? value
        : value.round(new MathContext(PRECISION, RoundingMode.HALF_UP));
  }

  /// Times a hundred for each `%`, a thousandth for each comma behind the last whole digit.
  private static BigDecimal scaled(List<Token> tokens, BigDecimal value) {
    int places = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (isSign(tokens.get(i), '%')) {
        places += 2;
      } else if (isSign(tokens.get(i), ',') && !isGrouping(tokens, i) && anyDigit(tokens, 0, i)) {
        places -= 3;
      }
    }
    return value.scaleByPowerOfTen(places);
  }

  /// Whether the comma at `i` stands between digits of the whole part.
  private static boolean isGrouping(List<Token> tokens, int i) {
    int point = point(tokens);
    return i < point && anyDigit(tokens, 0, i) && anyDigit(tokens, i, point);
  }

  private static boolean anyDigit(List<Token> tokens, int from, int to) {
    return tokens.subList(from, to).stream().anyMatch(token -> token instanceof Token.Digit);
  }

  private static int point(List<Token> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      if (isSign(tokens.get(i), '.')) {
        return i;
      }
    }
    return tokens.size();
  }

  private static boolean isSign(Token token, char sign) {
    return token instanceof Token.Sign(char is) && is == sign;
  }

  private static int indexOf(List<Token> tokens, Class<? extends Token> kind) {
    for (int i = 0; i < tokens.size(); i++) {
      if (kind.isInstance(tokens.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static String decimal(List<Token> tokens, BigDecimal value) {
    int point = point(tokens);
    int places =
        Math.min(
            MOST_PLACES,
            (int) tokens.stream().skip(point).filter(t -> t instanceof Token.Digit).count());
    String plain = value.setScale(places, RoundingMode.HALF_UP).toPlainString();
    String whole = places == 0 ? plain : plain.substring(0, plain.length() - places - 1);
    String broken = places == 0 ? "" : plain.substring(plain.length() - places);
    boolean grouped = false;
    for (int i = 0; i < point; i++) {
      grouped |= isSign(tokens.get(i), ',') && isGrouping(tokens, i);
    }
    String left = whole(tokens.subList(0, point), whole, grouped);
    return left + broken(tokens.subList(Math.min(point, tokens.size()), tokens.size()), broken);
  }

  /// The whole part, from its last digit to its first: what does not find a place stands at the
  /// first one.
  private static String whole(List<Token> tokens, String digits, boolean grouped) {
    String left = digits.equals("0") ? "" : digits;
    var reversed = new StringBuilder();
    int written = 0;
    int firstPlace = indexOf(tokens, Token.Digit.class);
    for (int i = tokens.size() - 1; i >= 0; i--) {
      switch (tokens.get(i)) {
        case Token.Literal literal -> reversed.append(new StringBuilder(literal.text()).reverse());
        case Token.Sign sign -> {
          if (sign.sign() != ',' || firstPlace < 0) {
            reversed.append(sign.sign());
          }
        }
        case Token.Digit place -> {
          int take = i == firstPlace ? left.length() : Math.min(1, left.length());
          String digitsHere = left.substring(left.length() - take);
          left = left.substring(0, left.length() - take);
          if (digitsHere.isEmpty() && place.kind() != '#') {
            digitsHere = place.kind() == '0' ? "0" : " ";
          }
          for (int j = digitsHere.length() - 1; j >= 0; j--) {
            if (grouped && written > 0 && written % 3 == 0 && digitsHere.charAt(j) != ' ') {
              reversed.append(',');
            }
            reversed.append(digitsHere.charAt(j));
            written++;
          }
        }
        case Token.Exponent _, Token.General _, Token.Text _, Token.Date _, Token.HalfDay _ -> {}
      }
    }
    return reversed.reverse().toString();
  }

  private static String broken(List<Token> tokens, String digits) {
    var text = new StringBuilder();
    int at = 0;
    int pointAt = -1;
    boolean shown = false;
    for (Token token : tokens) {
      switch (token) {
        case Token.Sign sign -> {
          if (sign.sign() == '.' && pointAt < 0) {
            pointAt = text.length();
            text.append('.');
          } else if (sign.sign() != ',') {
            text.append(sign.sign());
          }
        }
        case Token.Digit place -> {
          boolean zeros = at >= digits.length() || digits.substring(at).matches("0*");
          if (at < digits.length() && (place.kind() == '0' || !zeros)) {
            text.append(digits.charAt(at));
            shown = true;
          }
          at++;
        }
        case Token.Literal literal -> text.append(literal.text());
        case Token.Exponent _, Token.General _, Token.Text _, Token.Date _, Token.HalfDay _ -> {}
      }
    }
    if (!shown && pointAt >= 0 && at > 0) {
      text.deleteCharAt(pointAt); // a point before no digit
    }
    return text.toString();
  }

  /// `0.00E+00`: the mantissa has as many whole digits as there are places, or as fit to an
  /// exponent that is a multiple of them.
  private static String scientific(List<Token> tokens, int at, BigDecimal value) {
    List<Token> mantissa = tokens.subList(0, at);
    int wholes =
        Math.max(
            1,
            (int)
                mantissa.stream()
                    .limit(point(mantissa))
                    .filter(t -> t instanceof Token.Digit)
                    .count());
    int exponent = value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
    exponent = Math.floorDiv(exponent, wholes) * wholes;
    String shown = decimal(mantissa, rounded(value.scaleByPowerOfTen(-exponent)));
    int digits = 0;
    var rest = new StringBuilder();
    for (Token token : tokens.subList(at + 1, tokens.size())) {
      switch (token) {
        case Token.Digit _ -> digits++;
        case Token.Literal literal -> rest.append(literal.text());
        case Token.Sign _,
            Token.Exponent _,
            Token.General _,
            Token.Text _,
            Token.Date _,
            Token.HalfDay _ -> {}
      }
    }
    boolean plus = tokens.get(at) instanceof Token.Exponent(boolean always) && always;
    String sign = exponent < 0 ? "-" : plus ? "+" : "";
    String power = Integer.toString(Math.abs(exponent));
    return shown + "E" + sign + "0".repeat(Math.max(0, digits - power.length())) + power + rest;
  }

  /// Where the stroke of a fraction stands: digits on both sides; -1 for none.
  private static int fraction(List<Token> tokens) {
    for (int i = 1; i < tokens.size() - 1; i++) {
      if (isSign(tokens.get(i), '/')
          && tokens.get(i - 1) instanceof Token.Digit
          && (tokens.get(i + 1) instanceof Token.Digit
              || (tokens.get(i + 1) instanceof Token.Literal(String text) && isNumber(text)))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isNumber(String text) {
    return text.matches("[1-9]\\d*");
  }

  /// `# ?/?`, `# ??/100`: the nearest fraction whose denominator has as many digits as places.
  private static String fraction(List<Token> tokens, int slash, BigDecimal value) {
    int over = slash;
    while (over > 0 && tokens.get(over - 1) instanceof Token.Digit) {
      over--;
    }
    boolean mixed = anyDigit(tokens, 0, over);
    var fixed = new StringBuilder();
    int places = 0;
    int end = slash + 1;
    while (end < tokens.size()
        && (tokens.get(end) instanceof Token.Digit(char _)
            || (tokens.get(end) instanceof Token.Literal(String text) && text.matches("\\d")))) {
      if (tokens.get(end) instanceof Token.Literal(String digit)) {
        fixed.append(digit);
      } else if (!fixed.isEmpty()) {
        fixed.append('0'); // of ?/10 and ?/100
      } else {
        places++;
      }
      end++;
    }
    BigDecimal part = mixed ? value.remainder(BigDecimal.ONE) : value;
    BigDecimal whole = mixed ? value.setScale(0, RoundingMode.DOWN) : BigDecimal.ZERO;
    long[] best = nearest(part.doubleValue(), fixed.toString(), places);
    if (mixed && best[0] == best[1]) {
      whole = whole.add(BigDecimal.ONE);
      best[0] = 0;
    }
    String before = mixed ? whole.toPlainString() : "0";
    boolean bare = mixed && best[0] == 0;
    String left = bare && whole.signum() == 0 ? "0" : whole(tokens.subList(0, over), before, false);
    return left
        + (bare ? "" : best[0] + "/" + best[1])
        + whole(tokens.subList(end, tokens.size()), "0", false);
  }

  /// Numerator and denominator.
  private static long[] nearest(double value, String fixed, int places) {
    if (!fixed.isEmpty() && fixed.length() < 6) {
      long denominator = Long.parseLong(fixed);
      return new long[] {Math.round(value * denominator), denominator};
    }
    int most = places <= 1 ? 9 : places == 2 ? 99 : 999;
    long[] best = {Math.round(value), 1};
    for (int denominator = 2; denominator <= most; denominator++) {
      long numerator = Math.round(value * denominator);
      double error = Math.abs(value - (double) numerator / denominator);
      if (error < Math.abs(value - (double) best[0] / best[1]) - 1e-12) {
        best = new long[] {numerator, denominator};
      }
    }
    return best;
  }

  private static String chinese(String shown, NumberFormatSection section) {
    return switch (section.chineseForm()) {
      case 1 -> ChineseNumerals.digits(shown, false);
      case 2 -> ChineseNumerals.digits(shown, true);
      case 3 -> {
        var wide = new StringBuilder();
        shown.chars().forEach(c -> wide.append((char) (c >= '0' && c <= '9' ? c + 0xFEE0 : c)));
        yield wide.toString();
      }
      default -> shown;
    };
  }
}
