package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void controlsAndLineSeparatorsAndBidiControlsBecomeVisible() {
    assertThat(Printable.escape("a\nb\r\tc", 99)).isEqualTo("a\\nb\\r\\tc");
    assertThat(Printable.escape("\u001b]0;pwned\u0007\u0000\u007f\u009b", 99))
        .isEqualTo("\\u001b]0;pwned\\u0007\\u0000\\u007f\\u009b");
    assertThat(Printable.escape("x\u2028y\u2029z\u0085", 99)).isEqualTo("x\\u2028y\\u2029z\\u0085");
    assertThat(Printable.escape("\u202egpj.exe\u202c \u2066\u2069\u200f\u061c", 99))
        .isEqualTo("\\u202egpj.exe\\u202c \\u2066\\u2069\\u200f\\u061c");
    assertThat(Printable.escape("\ud800x\udc00", 99)).isEqualTo("\\ud800x\\udc00");
  }

  @Test
  void otherTextStaysAsItIs() {
    for (String text :
        new String[] {"", "ü 文档 \\n \"%s\" {0}", "👩\u200d💻 می\u200cخواهم", "a\u0301"}) {
      assertThat(Printable.escape(text, 99)).isEqualTo(text);
    }
  }

  /// Held against the JDK's own tables, over all of Unicode.
  @Test
  void noCodePointLeavesAnotherLineAControlOrAnotherDirection() {
    IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
        .forEach(
            c -> {
              String shown = Printable.escape(Character.toString(c), 9);
              boolean safe =
                  shown
                      .codePoints()
                      .noneMatch(
                          s ->
                              Character.isISOControl(s)
                                  || Character.getType(s) == Character.LINE_SEPARATOR
                                  || Character.getType(s) == Character.PARAGRAPH_SEPARATOR
                                  || bidiControl(s));
              if (!safe || !Printable.escape(shown, 99).equals(shown)) {
                throw new AssertionError("U+%04X".formatted(c));
              }
            });
  }

  private static boolean bidiControl(int c) {
    return switch (Character.getDirectionality(c)) {
      case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
          Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
          Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
          Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
          Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
          Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE ->
          true;
      default -> false;
    };
  }

  @Test
  void longTextIsCutAndSaysHowMuchIsLeftOut() {
    assertThat(Printable.escape("x".repeat(1_000_000), 5))
        .isEqualTo("xxxxx… (999995 more characters)");
    assertThat(Printable.escape("ab👩c", 3)).isEqualTo("ab… (3 more characters)");
    assertThat(Printable.escape("abc", 3)).isEqualTo("abc");
    assertThatThrownBy(() -> Printable.escape("a", 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
