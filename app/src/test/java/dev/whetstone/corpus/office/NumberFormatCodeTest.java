package dev.whetstone.corpus.office;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values and formats with what Excel shows for them.
class NumberFormatCodeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          1234 ~ General ~ 1234
          1234567890123456 ~ 0 ~ 1234567890123456
          0.30000000000000004 ~ General ~ 0.3
          1.104166666666667 ~ General ~ 1.104166667
          0.00012345678901 ~ General ~ 0.000123457
          1234567.8901234 ~ General ~ 1234567.89
          99999999999.5 ~ General ~ 100000000000
          0.000000000123 ~ General ~ 1.23E-10
          -0.1 ~ General ~ -0.1
          123456789012345 ~ General ~ 123456789012345
          1E+20 ~ General ~ 1E+20
          12.5 ~ 0 ~ 13
          -0.4 ~ 0 ~ 0
          3.14159 ~ 0.0 ~ 3.1
          1.0049999999999999 ~ 0.00 ~ 1.01
          3.1 ~ 0.00## ~ 3.10
          3 ~ 0.## ~ 3
          0 ~ #,##0 ~ 0
          1234567.891 ~ #,##0.00 ~ 1,234,567.89
          1234567 ~ #\\ ##0 ~ 1234 567
          7543 ~ 00000 ~ 07543
          25000 ~ 0,"k" ~ 25k
          25300000 ~ 0.0,," M" ~ 25.3 M
          0.653 ~ 0.0% ~ 65.3%
          0.08 ~ 0\\ % ~ 8 %
          0.000012 ~ 0.00E+00 ~ 1.20E-05
          1234567 ~ ##0.0E+0 ~ 1.2E+6
          12345678 ~ ##0.0E+0 ~ 12.3E+6
          1234.5 ~ #,##0.00 "EUR" ~ 1,234.50 EUR
          1234.5 ~ [$CHF-807] #,##0.00 ~ CHF 1,234.50
          -12.5 ~ #,##0.00\\ [$€-407];[Red]\\-#,##0.00\\ [$€-407] ~ -12.50 €
          -5 ~ 0.00;[Red]0.00 ~ -5.00
          -5 ~ 0;[Red](0) ~ (5)
          -5 ~ 0;0 ~ 5
          -1234.5 ~ @ ~ -1234.5
          -5 ~ "yes";"yes";"no" ~ yes
          5 ~ 0.00;[Red]0.00 ~ 5.00
          -0.25 ~ # ?/? ~ -1/4
          -0.00001 ~ 0.00E+00 ~ -1.00E-05
          -5 ~ [Red]0 ~ -5
          -5 ~ [>=0]0;[Red]0 ~ -5
          -2.5 ~ 0.0;@ ~ -2.5
          -12345.678 ~ #,##0.00_);(#,##0.00) ~ (12,345.68)
          2500 ~ _-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_- ~ 2,500.00 €
          -2500 ~ _-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_- ~ -2,500.00 €
          0 ~ _-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_- ~ - €
          2.75 ~ # ?/? ~ 2 3/4
          0.5 ~ # ?/? ~ 1/2
          3 ~ # ??/?? ~ 3
          2.5 ~ # ?/2 ~ 2 1/2
          1.25 ~ # ?/100 ~ 1 25/100
          2.75 ~ ?/? ~ 11/4
          2025550143 ~ (###) ###-#### ~ (202) 555-0143
          5550143 ~ [<=9999999]###-####;(###) ###-#### ~ 555-0143
          2025550143 ~ [<=9999999]###-####;(###) ###-#### ~ (202) 555-0143
          3 ~ [>=5]"high "0;"low "0 ~ low 3
          0 ~ "Yes";"Yes";"No" ~ No
          44 ~ 0 "Stk." ~ 44 Stk.
          7 ~ "Nr. "000 ~ Nr. 007
          12345 ~ 00\\.00\\.0 ~ 12.34.5
          12 ~ "第"0"号" ~ 第12号
          205 ~ [DBNum1][$-804]General ~ 二百零五
          205 ~ [DBNum2][$-804]General ~ 贰佰零伍
          1234 ~ [DBNum2]0 ~ 壹贰叁肆
          12 ~ [DBNum3]0 ~ １２
          """)
  void aNumberIsShownByItsFormat(String value, String code, String shown) {
    assertThat(NumberFormatCode.of(code).number(value, false)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          45358 ~ dd.mm.yyyy ~ 07.03.2024
          45358 ~ dd"."mm"."yyyy ~ 07.03.2024
          45358 ~ m/d/yy ~ 3/7/24
          45358.5 ~ yyyy"年"m"月"d"日";@ ~ 2024年3月7日
          45358.5 ~ [$-804]yyyy"年"m"月"d"日";@ ~ 2024年3月7日
          45358.5 ~ [DBNum1][$-804]yyyy"年"m"月"d"日";@ ~ 二〇二四年三月七日
          45413 ~ [DBNum1][$-804]m"月"d"日" ~ 五月一日
          45589 ~ [DBNum1][$-804]m"月"d"日" ~ 十月二十四日
          45358.5 ~ [$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy ~ Thursday, March 07, 2024
          45358 ~ [$-407]d\\.\\ mmmm\\ yyyy;@ ~ 7. März 2024
          45358 ~ [$-de-DE]ddd\\, d. mmm yyyy ~ Do, 7. März 2024
          45358 ~ d. mmm yyyy ~ 7. Mar 2024
          45358 ~ [$-804]aaaa ~ 星期四
          45358 ~ [$-411]ggge"年"m"月"d"日" ~ 令和6年3月7日
          45358 ~ [$-404]e/m/d ~ 113/3/7
          45358.5 ~ h"时"mm"分"ss"秒" ~ 12时00分00秒
          45358.5 ~ 上午/下午h"时"mm"分" ~ 下午12时00分
          45358.25 ~ [$-804]AM/PM h:mm ~ 上午 6:00
          0.75 ~ h:mm AM/PM ~ 6:00 PM
          0.75 ~ h:mm A/P ~ 6:00 P
          0.0034722222 ~ mm:ss ~ 05:00
          0.001233796 ~ mm:ss.0 ~ 01:46.6
          1.104166666666667 ~ [h]:mm ~ 26:30
          1.104166666666667 ~ [h]" h "mm" min" ~ 26 h 30 min
          0.2951388888888889 ~ [h]:mm ~ 7:05
          0.5 ~ [mm]:ss ~ 720:00
          45626.73958333334 ~ yyyy-mm-dd hh:mm ~ 2024-11-30 17:45
          59 ~ yyyy-mm-dd ~ 1900-02-28
          61 ~ yyyy-mm-dd ~ 1900-03-01
          -5 ~ yyyy-mm-dd ~ -5
          """)
  void aDateIsShownByItsFormat(String value, String code, String shown) {
    assertThat(NumberFormatCode.of(code).number(value, false)).isEqualTo(shown);
  }

  @Test
  void theCalendarOf1904CountsFromItsFirstDay() {
    assertThat(NumberFormatCode.of("yyyy-mm-dd").number("1", true)).isEqualTo("1904-01-02");
  }

  @Test
  void aFormatOfEmptySectionsHidesWhatItIsMadeFor() {
    assertThat(NumberFormatCode.of(";;;").number("5", false)).isEmpty();
    assertThat(NumberFormatCode.of(";;;").text("word")).isEmpty();
    assertThat(NumberFormatCode.of("0;;").number("-5", false)).isEmpty();
    assertThat(NumberFormatCode.of("0;-0;0;\"Name: \"@").text("Ann")).isEqualTo("Name: Ann");
    assertThat(NumberFormatCode.of("0.0").text("word")).isEqualTo("word");
  }

  @Test
  void numbersAndCodesThatNoSpreadsheetHoldsCostNothing() {
    assertThat(NumberFormatCode.of("0.00").number("1E+999999999", false)).isEqualTo("1E+999999999");
    assertThat(NumberFormatCode.of("0").number("7".repeat(500), false)).hasSize(500);
    assertThat(NumberFormatCode.of("\"x\"".repeat(1000) + "0").number("5", false)).isEqualTo("5");
  }
}
