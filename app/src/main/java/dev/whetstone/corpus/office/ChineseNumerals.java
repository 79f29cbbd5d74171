package dev.whetstone.corpus.office;

/// Whole numbers in Chinese numerals, as list labels and number formats write them.
final class ChineseNumerals {
  private static final String ORDINARY = "〇一二三四五六七八九";
  private static final String FINANCIAL = "零壹贰叁肆伍陆柒捌玖";
  private static final String[] ORDINARY_UNITS = {"", "十", "百", "千"};
  private static final String[] FINANCIAL_UNITS = {"", "拾", "佰", "仟"};
  private static final String[] GROUPS = {"", "万", "亿", "万亿"};

  private ChineseNumerals() {}

  /// Counting, for example 二百零五 for 205; Western digits beyond 15 of them or below zero.
  ///
  /// @param financial the forms of cheques: 贰佰零伍
  static String counting(long n, boolean financial) {
    if (n < 0 || n > 999_999_999_999_999L) {
      return Long.toString(n);
    }
    if (n == 0) {
      return financial ? "零" : "〇";
    }
    var text = new StringBuilder();
    boolean gap = false; // zeros were passed since the last digit
    for (int group = 3; group >= 0; group--) {
      int four = (int) (n / power(group * 4) % 10_000);
      for (int place = 3; place >= 0; place--) {
        int digit = four / (int) power(place) % 10;
        if (digit == 0) {
          gap |= !text.isEmpty();
          continue;
        }
        if (gap) {
          text.append('零');
          gap = false;
        }
        boolean ten = !financial && digit == 1 && place == 1 && text.isEmpty(); // 十二, not 一十二
        text.append(ten ? "" : (financial ? FINANCIAL : ORDINARY).charAt(digit));
        text.append((financial ? FINANCIAL_UNITS : ORDINARY_UNITS)[place]);
      }
      if (four > 0) {
        text.append(GROUPS[group]);
        gap = false;
      }
    }
    return text.toString();
  }

  /// Digit by digit, as years are written: 二〇二四.
  static String digits(String western, boolean financial) {
    var text = new StringBuilder();
    for (int i = 0; i < western.length(); i++) {
      char c = western.charAt(i);
      text.append(c >= '0' && c <= '9' ? (financial ? FINANCIAL : ORDINARY).charAt(c - '0') : c);
    }
    return text.toString();
  }

  private static long power(int of10) {
    long power = 1;
    for (int i = 0; i < of10; i++) {
      power *= 10;
    }
    return power;
  }
}
