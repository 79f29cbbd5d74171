package dev.whetstone.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommonBeginningsTest {
  private static int[] prompt(int first, int common, int... then) {
    return IntStream.concat(IntStream.range(first, first + common), Arrays.stream(then)).toArray();
  }

  @Test
  void theSecondPromptShowsTheBeginningAndAThirdShortensIt() {
    var beginnings = new CommonBeginnings();

    assertThat(beginnings.of(prompt(0, 40, 7, 8, 1))).isEmpty();
    assertThat(beginnings.of(prompt(0, 40, 7, 8, 2))).isEqualTo(prompt(0, 40, 7, 8));
    assertThat(beginnings.of(prompt(0, 40, 9, 1))).isEqualTo(prompt(0, 40));
    assertThat(beginnings.of(prompt(0, 40, 7, 8, 3))).isEqualTo(prompt(0, 40));
  }

  @Test
  void promptsOfTwoKindsKeepTheirBeginnings() {
    var beginnings = new CommonBeginnings();
    for (int i = 0; i < 6; i++) {
      var _ = beginnings.of(prompt(0, 40, i, 1));
      var _ = beginnings.of(prompt(1000, 50, i, 1));
    }

    assertThat(beginnings.of(prompt(0, 40, 99, 1))).isEqualTo(prompt(0, 40));
    assertThat(beginnings.of(prompt(1000, 50, 99, 1))).isEqualTo(prompt(1000, 50));
  }

  @Test
  void aBeginningIsShorterThanItsPromptAndNotTooShort() {
    var beginnings = new CommonBeginnings();
    var _ = beginnings.of(prompt(0, 40));

    assertThat(beginnings.of(prompt(0, 40))).isEqualTo(prompt(0, 39));
    assertThat(new CommonBeginnings().of(prompt(0, 3))).isEmpty();
    var few = new CommonBeginnings();
    var _ = few.of(prompt(0, 10, 5));
    assertThat(few.of(prompt(0, 10, 6))).isEmpty();
  }
}
