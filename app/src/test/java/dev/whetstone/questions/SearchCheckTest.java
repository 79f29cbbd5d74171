package dev.whetstone.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchCheckTest {
  private static final String TEXT =
      "The boiler is looked at by a fitter in spring, because it suffers in winter.";

  @Test
  void theFirstPassageOfTheSameTextIsTheOneAskedAbout() {
    Passage one = PassageChoiceTest.passage("a", "x", "H", TEXT);
    Passage copy = PassageChoiceTest.passage("b", "y", "H", TEXT);
    Passage other = PassageChoiceTest.passage("c", "z", "H", TEXT.replace("boiler", "pump"));
    var words = new Ranking(List.of(new Hit("c", 3), new Hit("a", 2)));
    var dense = new Ranking(List.of(new Hit("b", .9), new Hit("c", .7)));
    var check =
        new SearchCheck(
            (_, _) -> List.of(new PassageFinder.Found(words, dense, Ranking.EMPTY)),
            List.of(one, copy, other));

    var places =
        check.places(List.of(new Candidate("who checks it", QuestionKind.FACT, copy, "en")));

    assertThat(places).containsExactly(new SearchCheck.Places(2, 1, 0));
    assertThat(places.getFirst().found()).isTrue();
  }

  @Test
  void aQuestionThatFindsOnlyOthersIsNotFound() {
    Passage passage = PassageChoiceTest.passage("a", "x", "H", TEXT);
    var others = new Ranking(List.of(new Hit("c", 3)));
    var check =
        new SearchCheck(
            (_, _) -> List.of(new PassageFinder.Found(others, Ranking.EMPTY, others)),
            List.of(passage));

    var places =
        check.places(List.of(new Candidate("what is it", QuestionKind.FACT, passage, "en")));

    assertThat(places.getFirst()).isEqualTo(SearchCheck.NOWHERE);
    assertThat(places.getFirst().found()).isFalse();
  }
}
