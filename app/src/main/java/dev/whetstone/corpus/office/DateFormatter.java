package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.office.NumberFormatSection.Token;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.chrono.JapaneseDate;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// Shows a number as a date, a time of day or a span of time, by one section of a format.
final class DateFormatter {
  private static final double LAST_DAY = 2_958_466; // 9999-12-31, and a day
  private static final long DAY = 86_400_000; // milliseconds
  private static final int FIRST_YEAR_OF_THE_REPUBLIC = 1912;

  private final NumberFormatSection section;
  private final List<Token> tokens;
  private final LocalDateTime time;
  private final long millis; // since the calendar's beginning
  private final boolean halves;

  private DateFormatter(NumberFormatSection section, double serial, boolean since1904) {
    this.section = section;
    this.tokens = section.tokens();
    int places = secondPlaces();
    long unit = places == 0 ? 1000 : places == 1 ? 100 : places == 2 ? 10 : 1;
    this.millis = Math.round(serial * DAY / unit) * unit;
    // Spreadsheets count 29 February 1900, a date that does not exist.
    LocalDate zero =
        since1904 ? LocalDate.of(1904, 1, 1) : LocalDate.of(1899, 12, serial >= 60 ? 30 : 31);
    this.time = zero.atStartOfDay().plus(millis, ChronoUnit.MILLIS);
    this.halves = tokens.stream().anyMatch(token -> token instanceof Token.HalfDay);
  }

  /// @param raw what is shown where the number is no date
  static String show(NumberFormatSection section, double serial, boolean since1904, String raw) {
    if (!(serial >= 0 && serial < LAST_DAY)) {
      return raw;
    }
    return Characters.oneLine(new DateFormatter(section, serial, since1904).text());
  }

  /// Digits of a second's fraction: those behind `s` and a point.
  private int secondPlaces() {
    int most = 0;
    for (int i = 0; i < tokens.size(); i++) {
      int places = 0;
      if (tokens.get(i) instanceof Token.Sign(char sign) && sign == '.') {
        while (i + 1 + places < tokens.size()
            && tokens.get(i + 1 + places) instanceof Token.Digit) {
          places++;
        }
      }
      most = Math.max(most, places);
    }
    return most;
  }

  private String text() {
    var text = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      switch (tokens.get(i)) {
        case Token.Literal literal -> text.append(literal.text());
        case Token.Sign sign -> text.append(sign.sign());
        case Token.Digit _ -> {
          int places = 0;
          while (i + 1 < tokens.size() && tokens.get(i + 1) instanceof Token.Digit) {
            i++;
            places++;
          }
          String fraction = "%03d".formatted(millis % 1000);
          text.append(fraction, 0, Math.min(3, places + 1));
        }
        case Token.HalfDay half -> text.append(half(half));
        case Token.Date date ->
            text.append(
                date.elapsed() ? elapsed(date) : date.letter() == 'm' ? m(i, date) : date(date));
        case Token.Exponent exponent -> text.append(exponent.plus() ? "E+" : "E-");
        case Token.General _, Token.Text _ -> {}
      }
    }
    return text.toString();
  }

  private String half(Token.HalfDay half) {
    if (!half.morning().isEmpty()) {
      return time.getHour() < 12 ? half.morning() : half.afternoon();
    }
    return DateTimeFormatter.ofPattern("a", section.locale()).format(time);
  }

  private String elapsed(Token.Date date) {
    long units =
        switch (date.letter()) {
          case 'h' -> millis / 3_600_000;
          case 'm' -> millis / 60_000;
          default -> millis / 1000;
        };
    String digits = Long.toString(units);
    return "0".repeat(Math.max(0, date.count() - digits.length())) + digits;
  }

  /// Minutes behind hours or before seconds, otherwise months.
  private String m(int at, Token.Date date) {
    boolean minutes = date.count() <= 2 && (neighbour(at, -1, 'h') || neighbour(at, 1, 's'));
    return minutes
        ? number(time.getMinute(), date.count(), false)
        : switch (date.count()) {
          case 1, 2 -> number(time.getMonthValue(), date.count(), false);
          case 3 -> withoutPoint(name("MMM"));
          case 5 -> name("MMMMM");
          default -> name("MMMM");
        };
  }

  private boolean neighbour(int at, int step, char letter) {
    for (int i = at + step; i >= 0 && i < tokens.size(); i += step) {
      if (tokens.get(i) instanceof Token.Date(char found, int _, boolean _)) {
        return found == letter;
      }
    }
    return false;
  }

  private String date(Token.Date date) {
    int count = date.count();
    return switch (date.letter()) {
      case 'y' -> year(time.getYear(), count);
      case 'b' -> year(time.getYear() + 543, count); // of the Buddha
      case 'e' -> number(eraYear(), count, true);
      case 'g' -> era(count);
      case 'd' ->
          switch (count) {
            case 1, 2 -> number(time.getDayOfMonth(), count, false);
            case 3 -> withoutPoint(name("EEE"));
            default -> name("EEEE");
          };
      case 'a' -> weekday(count);
      case 'h' -> {
        int hour = halves ? (time.getHour() + 11) % 12 + 1 : time.getHour();
        yield number(hour, count, false);
      }
      default -> number(time.getSecond(), count, false);
    };
  }

  private String year(int year, int count) {
    return count <= 2 ? number(year % 100, 2, true) : number(year, 4, true);
  }

  private boolean isJapanese() {
    return section.locale().getLanguage().equals("ja");
  }

  private boolean isTaiwanese() {
    return section.locale().getCountry().equals("TW")
        && time.getYear() >= FIRST_YEAR_OF_THE_REPUBLIC;
  }

  private boolean hasJapaneseEra() {
    return isJapanese() && time.getYear() > 1872; // before it the old calendar held
  }

  private int eraYear() {
    return hasJapaneseEra()
        ? JapaneseDate.from(time).get(ChronoField.YEAR_OF_ERA)
        : isTaiwanese() ? time.getYear() - FIRST_YEAR_OF_THE_REPUBLIC + 1 : time.getYear();
  }

  private String era(int count) {
    if (hasJapaneseEra()) {
      var era = JapaneseDate.from(time).getEra();
      String name = era.getDisplayName(TextStyle.FULL, Locale.JAPAN);
      return switch (count) {
        case 1 -> era.getDisplayName(TextStyle.NARROW, Locale.JAPAN);
        case 2 -> name.substring(0, 1);
        default -> name;
      };
    }
    return !isTaiwanese() ? "" : count <= 2 ? "民國" : "中華民國";
  }

  /// `aaa` is the short name, `aaaa` the long one; without a language it is Chinese.
  private String weekday(int count) {
    Locale locale =
        List.of("zh", "ja", "ko").contains(section.locale().getLanguage())
            ? section.locale()
            : Locale.CHINA;
    return DateTimeFormatter.ofPattern(count <= 3 ? "EEE" : "EEEE", locale).format(time);
  }

  private String name(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, section.locale()).format(time);
  }

  private static String withoutPoint(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /// @param digitwise in Chinese numerals written digit by digit, as years are
  private String number(int number, int count, boolean digitwise) {
    String digits = Integer.toString(number);
    String western = "0".repeat(Math.max(0, count - digits.length())) + digits;
    return switch (section.chineseForm()) {
      case 1, 2 -> {
        boolean financial = section.chineseForm() == 2;
        yield digitwise
            ? ChineseNumerals.digits(western, financial)
            : ChineseNumerals.counting(number, financial);
      }
      default -> western;
    };
  }
}
