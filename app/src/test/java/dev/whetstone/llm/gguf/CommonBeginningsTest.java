package dev.whetstone.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommonBeginningsTest {
  private final CommonBeginnings beginnings = new CommonBeginnings();

  private int[] of(int[] prompt) {
    beginnings.add(prompt);
    return beginnings.of(prompt);
  }

  private static int[] prompt(int first, int common, int... then) {
    return IntStream.concat(IntStream.range(first, first + common), Arrays.stream(then)).toArray();
  }

  @Test
  void theSecondPromptShowsTheBeginningAndAThirdShortensIt() {
    assertThat(of(prompt(0, 40, 7, 8, 1))).isEmpty();
    assertThat(of(prompt(0, 40, 7, 8, 2))).isEqualTo(prompt(0, 40, 7, 8));
    assertThat(of(prompt(0, 40, 9, 1))).isEqualTo(prompt(0, 40));
    assertThat(of(prompt(0, 40, 7, 8, 3))).isEqualTo(prompt(0, 40));
  }

  @Test
  void promptsOfTwoKindsKeepTheirBeginnings() {
    for (int i = 0; i < 6; i++) {
      var _ = of(prompt(0, 40, i, 1));
      var _ = of(prompt(1000, 50, i, 1));
    }

    assertThat(of(prompt(0, 40, 99, 1))).isEqualTo(prompt(0, 40));
    assertThat(of(prompt(1000, 50, 99, 1))).isEqualTo(prompt(1000, 50));
  }

  @Test
  void aBeginningIsShorterThanItsPrompt() {
    var _ = of(prompt(0, 40));

    assertThat(of(prompt(0, 40))).isEqualTo(prompt(0, 39));
  }

  @Test
  void aFewWordsInCommonAreNoBeginning() {
    var _ = of(prompt(0, 10, 5));

    assertThat(of(prompt(0, 10, 6))).isEmpty();
    assertThat(of(prompt(0, 3))).isEmpty();
  }

  /// The same instruction, which names one language or another among its first sentences.
  @Test
  void instructionsThatBeginAlikeKeepTheirOwnBeginnings() {
    for (int i = 0; i < 6; i++) {
      for (int language : new int[] {1000, 2000}) {
        var _ = of(instruction(language, i));
      }
    }

    assertThat(of(instruction(1000, 99))).hasSize(140);
    assertThat(of(instruction(2000, 99))).hasSize(140);
  }

  private static int[] instruction(int language, int then) {
    int[] rest = IntStream.range(language, language + 100).toArray();
    return IntStream.concat(Arrays.stream(prompt(0, 40, rest)), IntStream.of(5000 + then, language))
        .toArray();
  }

  @Test
  void whatIsLearntLaterHoldsForAPromptThatCameBefore() {
    int[] first = prompt(0, 40, 1, 2);
    var _ = of(first);
    var _ = of(prompt(0, 40, 3, 4));

    assertThat(beginnings.of(first)).isEqualTo(prompt(0, 40));
  }
}
