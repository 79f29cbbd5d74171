package dev.whetstone.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import java.util.ArrayList;
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

    assertThat(places).containsExactly(new SearchCheck.Places(2, 1, 0, 1));
    assertThat(places.getFirst().found()).isTrue();
    assertThat(places.getFirst().generic()).isFalse();
  }

  @Test
  void aQuestionToWhichManyPassagesAreAsNearIsGeneric() {
    var hits = new ArrayList<Hit>();
    for (int i = 0; i < SearchCheck.DEPTH; i++) {
      hits.add(new Hit("p" + i, .6 - .0001 * i));
    }
    Passage passage = PassageChoiceTest.passage("p7", "x", "H", TEXT);
    var check =
        new SearchCheck(
            (_, _) ->
                List.of(new PassageFinder.Found(Ranking.EMPTY, new Ranking(hits), Ranking.EMPTY)),
            List.of(passage));

    var places =
        check.places(List.of(new Candidate("what is it", QuestionKind.FACT, passage, "en")));

    assertThat(places.getFirst().dense()).isEqualTo(8);
    assertThat(places.getFirst().generic()).isTrue();
  }
}
