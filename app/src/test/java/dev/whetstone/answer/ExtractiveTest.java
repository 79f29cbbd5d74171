package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExtractiveTest {
  private static Evidence.ScoredUnit unit(int hit, int order, double score, String... terms) {
    String text = hit + "." + order;
    Set<String> said = terms.length == 0 ? Set.of(text) : Set.copyOf(Arrays.asList(terms));
    return new Evidence.ScoredUnit(new AnswerUnit(text, said, hit, order), score, score, 0);
  }

  private static List<String> picked(int most, Evidence.ScoredUnit... units) {
    return Extractive.pick(List.of(units), most).stream().map(AnswerUnit::text).toList();
  }

  @Test
  void thoseOfAPassageStandTogetherInTheirOrderAndTheBestPassageFirst() {
    assertThat(picked(5, unit(1, 4, .9), unit(0, 2, .85), unit(1, 1, .8), unit(0, 0, .75)))
        .containsExactly("1.1", "1.4", "0.0", "0.2");
  }

  @Test
  void noPassageFillsTheAnswerAndNoAnswerIsLongerThanAskedFor() {
    Evidence.ScoredUnit[] units = {
      unit(0, 0, .9), unit(0, 1, .89), unit(0, 2, .88), unit(0, 3, .87), unit(1, 0, .8)
    };

    assertThat(picked(5, units)).containsExactly("0.0", "0.1", "0.2", "1.0");
    assertThat(picked(2, units)).containsExactly("0.0", "0.1");
  }

  @Test
  void whatIsFarWorseThanTheBestIsLeftOut() {
    assertThat(picked(5, unit(0, 0, .9), unit(1, 0, .66), unit(2, 0, .64)))
        .containsExactly("0.0", "1.0");
  }

  @Test
  void anotherPassagesSentenceThatSaysTheSameIsLeftOut() {
    assertThat(
            picked(
                5,
                unit(0, 0, .9, "salt", "melts", "ice"),
                unit(1, 0, .88, "salt", "melts", "ice", "slowly"),
                unit(0, 1, .8, "salt", "melts", "ice", "fast")))
        .containsExactly("0.0", "0.1");
  }
}
