package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Passage;
import dev.whetstone.text.ContentTerms;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TermWeightsTest {
  private static final List<Passage> PASSAGES =
      IntStream.range(0, 4)
          .mapToObj(
              i ->
                  new Passage(
                      "p" + i, "d", List.of(), i == 0 ? "owls fly" : "owls", 0, 4, 0, 1, Map.of()))
          .toList();

  private static String term(String word) {
    return ContentTerms.set(word, "en").iterator().next();
  }

  @Test
  void aTermWeighsItsInverseDocumentFrequency() {
    var weights = TermWeights.counted(PASSAGES::forEach, true);

    assertThat(weights.weight(term("fly"))).isCloseTo(Math.log(1 + 3.5 / 1.5), within(1e-12));
    assertThat(weights.weight(term("owls"))).isCloseTo(Math.log(1 + .5 / 4.5), within(1e-12));
  }

  @Test
  void onlyACountOfAllPassagesCanSayThatATermIsUnknown() {
    assertThat(TermWeights.counted(PASSAGES::forEach, true).known(term("whale"))).isFalse();
    assertThat(TermWeights.counted(PASSAGES::forEach, true).known(term("fly"))).isTrue();
    assertThat(TermWeights.counted(PASSAGES::forEach, false).known(term("whale"))).isTrue();
  }
}
