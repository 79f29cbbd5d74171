package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Sentence;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldOutAnswersTest {
  private static Citation citation(int number) {
    return new Citation(number, "p" + number, "d", "d", List.of(), 0, 0, 4, "text", null);
  }

  private static final Answer ANSWER =
      new Answer(
          List.of(
              new Sentence("The pump  stops, when the tank is empty.", List.of(1)),
              new Sentence("Then it waits.", List.of(1)),
              new Sentence("It starts again", List.of(2))),
          Answer.Outcome.ANSWERED,
          Answer.EXTRACTIVE,
          "",
          List.of(citation(1), citation(2)),
          .8,
          Answer.Usage.NONE,
          new Answer.Timings(0, 0));

  private static boolean quotes(@Nullable String phrase) {
    return HeldOutAnswers.quotes(
        ANSWER, new Question("q", "when?", List.of(new Place("d", phrase, 0))));
  }

  @Test
  void whiteSpaceCaseAndPunctuationAreNoMatter() {
    assertThat(quotes("the pump stops when the tank is “empty”")).isTrue();
    assertThat(quotes("the pump never stops")).isFalse();
  }

  @Test
  void sentencesOfOnePassageCountTogetherAndThoseOfTwoDoNot() {
    assertThat(quotes("is empty. Then it waits")).isTrue();
    assertThat(quotes("it waits. It starts")).isFalse();
  }

  /// Its words were taken from the passage to name it, not because they answer.
  @Test
  void aTypedQuestionIsAnsweredByAnySentenceOfItsPassage() {
    var places = List.of(new Place("d", "the pump never stops", 0));

    assertThat(
            HeldOutAnswers.quotes(
                ANSWER, new Question("q", "when?", places, Question.Origin.TYPED)))
        .isTrue();
    assertThat(
            HeldOutAnswers.quotes(
                ANSWER, new Question("q", "when?", places, Question.Origin.IMPORTED)))
        .isFalse();
  }

  @Test
  void aPlaceWithoutWordsIsQuotedByAnySentence() {
    assertThat(quotes(null)).isTrue();
  }
}
