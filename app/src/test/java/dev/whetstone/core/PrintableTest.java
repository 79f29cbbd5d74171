package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
  private static String shown(String text) {
    return Printable.escape(text, 1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Plain words, 100 %.", "泵房：停机", "\uD83D\uDC77\u200D\u2640\uFE0F", "naïve \\n"})
  void ordinaryTextStays(String text) {
    assertThat(shown(text)).isEqualTo(text);
  }

  @Test
  void breaksOfLinesAndTabsAreShown() {
    assertThat(shown("a\nwhet: forged\r\tb")).isEqualTo("a\\nwhet: forged\\r\\tb");
  }

  /// One of each kind, by its code.
  @ParameterizedTest
  @CsvSource({
    "1b", "00", "07", "7f", "80", "9b", "9f", "2028", "2029", "200e", "200f", "061c", "202a",
    "202e", "2066", "2069", "d800", "dc00"
  })
  void whatATerminalObeysOrHidesIsShownByItsCode(String code) {
    String text = "a" + (char) Integer.parseInt(code, 16) + "b";

    assertThat(shown(text)).isEqualTo("a\\u" + "0".repeat(4 - code.length()) + code + "b");
  }

  @Test
  void noUnitOfUtf16ThatIsAControlCharacterComesThrough() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      String shown = shown("" + (char) c);
      assertThat(shown.chars().noneMatch(Character::isISOControl)).as("U+%04X", c).isTrue();
    }
  }

  @Test
  void whatIsTooLongIsCutAndNotWithinACharacter() {
    assertThat(Printable.escape("abcdef", 3)).isEqualTo("abc…");
    assertThat(Printable.escape("abc", 3)).isEqualTo("abc");
    assertThat(Printable.escape("ab\uD83D\uDC77", 3)).isEqualTo("ab…");
    assertThat(Printable.escape("\n\n\n", 2)).isEqualTo("\\n\\n…");
  }
}
