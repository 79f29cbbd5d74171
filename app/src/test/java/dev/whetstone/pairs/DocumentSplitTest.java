package dev.whetstone.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.DocumentSplit.Shares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentSplitTest {
  private static Question question(String id, String... documents) {
    return new Question(
        id, id + "?", Arrays.stream(documents).map(d -> new Place(d, null, 0)).toList());
  }

  private static List<Question> many() {
    var random = new Random(5);
    var questions = new ArrayList<Question>();
    for (int i = 0; i < 300; i++) {
      // documents of very different weight: the lower the number, the more questions
      String document = "d" + (int) (60 * random.nextDouble() * random.nextDouble());
      questions.add(
          i % 10 == 0
              ? question("q" + i, document, "e" + random.nextInt(60))
              : question("q" + i, document));
    }
    return questions;
  }

  @Test
  void noDocumentAnswersQuestionsOfTwoGroups() {
    var split = DocumentSplit.of(many(), new Shares(.35, .15, .5), 1);

    for (Group group : Group.values()) {
      for (Question question : split.questions(group)) {
        assertThat(question.places())
            .extracting(place -> split.group(place.document()))
            .as(question.id())
            .containsOnly(group);
      }
    }
  }

  @Test
  void questionsInTheSameWordsAreOfOneGroup() {
    var questions = new ArrayList<>(many());
    for (int i = 0; i < 40; i++) {
      String text =
          i % 2 == 0 ? "Who may enter, no. " + i / 2 : "who may enter (no " + i / 2 + ")?";
      questions.add(new Question("same" + i, text, List.of(new Place("s" + i, null, 0))));
    }

    var split = DocumentSplit.of(questions, new Shares(.35, .15, .5), 1);

    for (int i = 0; i < 40; i += 2) {
      assertThat(split.group("s" + i)).isNotNull().isEqualTo(split.group("s" + (i + 1)));
    }
  }

  @Test
  void theGroupsComeOutCloseToTheirShares() {
    var split = DocumentSplit.of(many(), new Shares(.35, .15, .5), 1);

    assertThat(split.questions(Group.TRAIN)).hasSizeBetween(95, 115);
    assertThat(split.questions(Group.DEV)).hasSizeBetween(35, 55);
    assertThat(split.questions(Group.TEST)).hasSizeBetween(140, 160);
  }

  @Test
  void theSplitDependsOnTheSeedAndNotOnTheOrder() {
    var shuffled = new ArrayList<>(many());
    Collections.shuffle(shuffled, new Random(9));

    var split = DocumentSplit.of(many(), new Shares(.5, 0, .5), 1);
    var same = DocumentSplit.of(shuffled, new Shares(.5, 0, .5), 1);
    var other = DocumentSplit.of(many(), new Shares(.5, 0, .5), 2);

    assertThat(same.questions(Group.TRAIN))
        .containsExactlyInAnyOrderElementsOf(split.questions(Group.TRAIN));
    assertThat(other.questions(Group.TRAIN)).isNotEqualTo(split.questions(Group.TRAIN));
    assertThat(split.questions(Group.DEV)).isEmpty();
  }

  @Test
  void questionsWithoutAPlaceAreHeldOut() {
    var split = DocumentSplit.of(List.of(question("q")), new Shares(1, 0, 0), 1);

    assertThat(split.questions(Group.TEST)).hasSize(1);
    assertThat(split.group("unknown")).isNull();
  }
}
