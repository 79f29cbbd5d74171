package dev.whetstone.answer;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the numbers of a text in one form, so that equal numbers are equal texts: `1,000`,
/// `１０００`, `one thousand`, `一千` become `1000`, `20万` becomes `200000`, `forty percent` and `百分之四十`
/// become `40%`. Letters become lower case and full-width forms narrow (NFKC) on the way. A number
/// word that is mostly no number stays: `one` without a unit of time or money, `second`, `first`,
/// and 一 in 一般 or 一次.
final class NumberWords {
  private static final List<String> ONES =
      List.of(
          ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
                  + " fifteen sixteen seventeen eighteen nineteen")
              .split(" "));
  private static final List<String> TENS =
      List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
  private static final List<String> ORDINALS =
      List.of("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" "));
  private static final Map<String, BigDecimal> MULTIPLES =
      Map.of(
          "hundred", new BigDecimal(100),
          "thousand", new BigDecimal(1000),
          "million", new BigDecimal(1_000_000),
          "billion", new BigDecimal(1_000_000_000),
          "千", new BigDecimal(1000),
          "万", new BigDecimal(10_000),
          "亿", new BigDecimal(100_000_000));

  private static final String WORD =
      "(?:" + String.join("|", ONES) + "|" + String.join("|", TENS.subList(2, 10)) + ")";
  private static final Pattern ENGLISH =
      Pattern.compile(
          "\\b%1$s(?:(?:[- ]| and )(?:%1$s|hundred|thousand|million|billion)){0,12}+\\b"
              .formatted(WORD));
  private static final Pattern ORDINAL =
      Pattern.compile("\\b(" + String.join("|", ORDINALS) + ")\\b");
  private static final Pattern MULTIPLIED =
      Pattern.compile(
          "(\\d+(?:\\.\\d+)?) ?(hundred\\b|thousand\\b|million\\b|billion\\b|千(?!米|克|瓦)|万|亿)");
  private static final Pattern SEPARATED = Pattern.compile("\\b\\d{1,3}(?:,\\d{3})++(?![\\d,])");
  private static final Pattern UNIT_OF_ONE =
      Pattern.compile(
          "[- ](?:year|month|week|day|hour|minute|second|euro|dollar|percent|per cent|million)");

  private static final String DIGITS = "零一二三四五六七八九";
  private static final Pattern CHINESE = Pattern.compile("[零〇一二两三四五六七八九十百千万亿]{1,20}+");
  private static final Pattern WEEKDAY = Pattern.compile("(?:周|星期|礼拜)([一二三四五六日天])(?![次年])");
  private static final Pattern PERCENT = Pattern.compile("百分之(\\d+(?:\\.\\d+)?)");

  /// What a lone Chinese digit counts: without it, it is mostly part of a word.
  private static final Pattern COUNTED =
      Pattern.compile(
          "^(?:个?(?:工作|自然)?(?:年|月|日|天|周|小时|星期)|分钟|秒|点|时(?!期|候|间)|岁|元|克|毫|公|千克|米|升"
              + "|人|名|片|粒|份|册|台|件|倍|版|级|度|条|项|页|章|层|号|楼|米)");

  private static final Pattern COUNTED_MORE = Pattern.compile("^(?:个|次|种|位|组|批|类|款|方)");

  /// 设为三。is a value; 三 amid words need not be.
  private static final Pattern GIVEN = Pattern.compile("(?:为|是|到|成|至|第|约|共|达|于|超过)$");

  private static final Pattern ENDED = Pattern.compile("^(?:$|[,;。，；、)）.])");

  private NumberWords() {}

  static String normal(String text) {
    String flat = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    flat =
        flat.replace('−', '-').replace('–', '-').replace('’', '\'').replaceAll("[ \t\n\r]+", " ");
    flat = SEPARATED.matcher(flat).replaceAll(m -> m.group().replace(",", ""));
    flat = WEEKDAY.matcher(flat).replaceAll(m -> "weekday" + "一二三四五六日天".indexOf(m.group(1)));
    flat = chinese(flat);
    flat = ENGLISH.matcher(flat).replaceAll(english(flat));
    flat = ORDINAL.matcher(flat).replaceAll(m -> (ORDINALS.indexOf(m.group(1)) + 3) + "th");
    flat = flat.replaceAll("(?<=\\d)(?:st|nd|rd)\\b", "th");
    flat = MULTIPLIED.matcher(flat).replaceAll(m -> times(m.group(1), m.group(2)));
    return PERCENT.matcher(flat).replaceAll("$1%").replaceAll(" ?(?:percent|per cent)\\b", "%");
  }

  private static String times(String number, String multiple) {
    BigDecimal factor = MULTIPLES.get(multiple);
    if (factor == null) {
      throw new IllegalStateException("no multiple: " + multiple);
    }
    return plain(new BigDecimal(number).multiply(factor));
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static java.util.function.Function<MatchResult, String> english(String text) {
    return match -> {
      boolean unit =
          UNIT_OF_ONE.matcher(text.substring(match.end())).lookingAt(); // "one year", not "the one"
      return match.group().equals("one") && !unit
          ? "one"
          : plain(english(match.group().split("[- ]+")));
    };
  }

  private static BigDecimal english(String[] words) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal part = BigDecimal.ZERO;
    for (String word : words) {
      BigDecimal multiple = MULTIPLES.get(word);
      if (multiple == null) {
        int ones = ONES.indexOf(word);
        int tens = TENS.indexOf(word);
        part = part.add(new BigDecimal(ones >= 0 ? ones : tens > 0 ? 10 * tens : 0));
      } else if (word.equals("hundred")) {
        part = part.multiply(multiple);
      } else {
        sum = sum.add(part.multiply(multiple));
        part = BigDecimal.ZERO;
      }
    }
    return sum.add(part);
  }

  private static String chinese(String text) {
    Matcher matcher = CHINESE.matcher(text);
    var written = new StringBuilder();
    while (matcher.find()) {
      String rest = text.substring(matcher.end());
      boolean afterDigit =
          matcher.start() > 0 && Character.isDigit(text.charAt(matcher.start() - 1));
      String before = text.substring(0, matcher.start());
      matcher.appendReplacement(
          written,
          afterDigit || !isNumber(before, matcher.group(), rest)
              ? matcher.group()
              : chineseValue(matcher.group()));
    }
    return matcher.appendTail(written).toString();
  }

  private static boolean isNumber(String before, String numeral, String rest) {
    boolean value = numeral.matches(".*[零〇一二两三四五六七八九十].*");
    if (!value) {
      return false; // 万一, 百分之
    }
    return numeral.length() > 1
        || COUNTED.matcher(rest).find()
        || before.endsWith("分之")
        || (GIVEN.matcher(before).find() && ENDED.matcher(rest).find())
        || (!numeral.equals("一") && COUNTED_MORE.matcher(rest).find());
  }

  /// 三百二十 → 320, 二〇二五 → 2025, 十六 → 16, 一百万 → 1000000.
  private static String chineseValue(String numeral) {
    if (numeral.length() > 1 && numeral.matches("[零〇一二三四五六七八九]+")) {
      var digits = new StringBuilder();
      numeral.chars().forEach(c -> digits.append(digit((char) c)));
      return digits.toString();
    }
    long total = 0;
    long section = 0; // below 万
    long digit = 0;
    for (int i = 0; i < numeral.length(); i++) {
      char c = numeral.charAt(i);
      switch (c) {
        case '十' -> {
          section += (digit == 0 ? 1 : digit) * 10;
          digit = 0;
        }
        case '百' -> {
          section += digit * 100;
          digit = 0;
        }
        case '千' -> {
          section += digit * 1000;
          digit = 0;
        }
        case '万', '亿' -> {
          total = (total + section + digit) * (c == '万' ? 10_000L : 100_000_000L);
          section = 0;
          digit = 0;
        }
        default -> digit = digit(c);
      }
    }
    return Long.toString(total + section + digit);
  }

  private static int digit(char c) {
    return c == '〇' ? 0 : c == '两' ? 2 : DIGITS.indexOf(c);
  }
}
