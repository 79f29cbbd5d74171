package dev.whetstone.workshop.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.pairs.QuestionResolver;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.AskedQuestion.Asking;
import dev.whetstone.workspace.AskedQuestion.Days;
import dev.whetstone.workspace.AskedQuestion.Outcome;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedReviewTest {
  private static final String BADGE = "how do I get a new badge for the gate?";
  private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

  @TempDir private Path folder;
  private Workspace workspace;
  private final List<Passage> passages = WrittenFixture.passages(3, 2);

  @BeforeEach
  void aWorkspaceWithoutWrittenQuestions() {
    workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
  }

  private AskedQuestions kept() {
    return new AskedQuestions(workspace, InstantSource.system());
  }

  private void ask(String text, Outcome outcome, double support, String... shown) {
    kept()
        .add(
            List.of(
                AskedQuestion.of(
                        text,
                        new Asking("app", outcome, support),
                        List.of(shown),
                        Days.of(today, 9))
                    .orElseThrow()),
            100);
  }

  private Reviewing reviewing() {
    return new Reviewing(workspace, passages);
  }

  private List<ReviewItem.Asked> waiting() {
    return reviewing().waiting().stream().map(ReviewItem.Asked.class::cast).toList();
  }

  @Test
  void declinedOnesComeFirstThenBadlySupportedOnesTheMostAskedAhead() {
    ask("what is answered well?", Outcome.ANSWERED, .9);
    ask("who is badly supported here?", Outcome.BADLY_SUPPORTED, .4);
    ask("where can I park bicycles?", Outcome.DECLINED, .1);
    ask(BADGE, Outcome.DECLINED, .2);
    ask(BADGE, Outcome.DECLINED, .2);

    assertThat(waiting())
        .extracting(ReviewItem::text)
        .containsExactly(
            BADGE,
            "where can I park bicycles?",
            "who is badly supported here?",
            "what is answered well?");
  }

  @Test
  void questionsThatAreNearlyTheSameAreShownOnceWithTheirCount() {
    ask(BADGE, Outcome.DECLINED, .2);
    ask("How do I get the new badge for a gate", Outcome.DECLINED, .3);
    ask("How do we get a new badge for the gates?", Outcome.ANSWERED, .9);
    ask("how do I lose my badge?", Outcome.DECLINED, .3);

    List<ReviewItem.Asked> waiting = waiting();

    assertThat(waiting).hasSize(2);
    assertThat(waiting.getFirst().text()).isEqualTo(BADGE);
    assertThat(waiting.getFirst().times()).isEqualTo(3);
  }

  @Test
  void anAcceptedOneNamesTheChosenPassageProvesAndIsNotShownAgainInOtherWords() {
    Passage right = passages.get(3);
    ask(BADGE, Outcome.DECLINED, .2, passages.getFirst().id(), right.id(), "gone");
    ask("how do I get that new badge for my gate?", Outcome.DECLINED, .3);
    ReviewItem.Asked item = waiting().getFirst();
    assertThat(item.shown())
        .containsExactly(
            new ReviewItem.Shown(1, passages.getFirst()), new ReviewItem.Shown(2, right));

    reviewing().accept(item, item.text(), List.of(right));

    List<Question> log = QuestionLog.read(workspace);
    assertThat(log).extracting(Question::origin).containsExactly(Origin.REVIEWED);
    assertThat(new QuestionResolver(passages).resolve(log).gains().get(item.id()))
        .containsOnlyKeys(right.id());
    assertThat(QuestionLog.of(workspace, passages).heldOut()).hasSize(1);
    assertThat(waiting()).isEmpty();
  }

  @Test
  void oneThatNoPassageAnswersTeachesWhenToDecline() {
    ask(BADGE, Outcome.ANSWERED, .9, passages.getFirst().id());

    reviewing().accept(waiting().getFirst(), BADGE, List.of());

    QuestionLog log = QuestionLog.of(workspace, passages);
    assertThat(log.heldOut()).isEmpty();
    assertThat(log.declinedLog().size() + log.declinedHeldOut().size()).isEqualTo(1);
    assertThat(QuestionLog.read(workspace).getFirst().places()).isEqualTo(List.<Place>of());
  }

  @Test
  void aDroppedOneStaysAwayWhenItIsAskedAgainAndOnePutOffComesLast() {
    ask(BADGE, Outcome.DECLINED, .2);
    ask("where can I park bicycles?", Outcome.DECLINED, .1);
    ask("what is answered well?", Outcome.ANSWERED, .9);
    List<ReviewItem.Asked> before = waiting();
    reviewing().refuse(before.get(0), Refusal.DROPPED);
    reviewing().refuse(before.get(1), Refusal.SKIPPED);

    ask(before.get(0).text(), Outcome.DECLINED, .1);
    ask("And " + before.get(0).text(), Outcome.DECLINED, .1);

    assertThat(waiting())
        .extracting(ReviewItem::text)
        .containsExactly("what is answered well?", before.get(1).text());
    assertThat(waiting().getLast().skipped()).isTrue();
  }

  @Test
  void aPersonFindsAnotherPassageByItsWords() {
    Passage sought = passages.get(4);

    assertThat(reviewing().holding("w02x0 keeper", 3).getFirst()).isEqualTo(sought);
    assertThat(reviewing().holding("zzz qqq", 3)).isEmpty();
  }

  @Test
  void aSheetTakesTheNumberOfThePassageOrNone() throws IOException {
    ask(BADGE, Outcome.DECLINED, .2, "gone", passages.get(2).id());
    ask("where can I park bicycles?", Outcome.DECLINED, .1, passages.get(1).id());
    ask("who pays for lunch on Friday?", Outcome.DECLINED, .1, passages.get(1).id());
    Path file = folder.resolve("review.csv");
    ReviewSheet.write(file, reviewing().waiting());
    assertThat(Files.readString(file)).contains("2: d01.md").doesNotContain("1: d01.md");
    String ids = "id,decision\n";
    for (ReviewItem item : reviewing().waiting()) {
      String decision =
          item.text().equals(BADGE) ? "2" : item.text().startsWith("where") ? "none" : "7";
      ids += "q" + item.id() + "," + decision + "\n";
    }
    Files.writeString(file, ids);

    ReviewSheet.Taken taken = ReviewSheet.take(file, reviewing());

    assertThat(taken.accepted()).isEqualTo(2);
    assertThat(taken.notTaken().items()).hasSize(1);
    assertThat(taken.notTaken().items().getFirst().reason()).contains("no passage 7");
    assertThat(QuestionLog.read(workspace))
        .filteredOn(question -> question.text().equals(BADGE))
        .flatExtracting(Question::places)
        .extracting(Place::document)
        .containsExactly("d01.md");
  }

  @Test
  void aForgottenOneIsInNoFile() throws IOException {
    ask(BADGE, Outcome.DECLINED, .2);
    ask("where can I park bicycles?", Outcome.DECLINED, .1);
    ReviewItem.Asked badge = waiting().get(1);
    assertThat(badge.text()).isEqualTo(BADGE);
    reviewing().accept(badge, BADGE, List.of(passages.getFirst()));

    var found = new Forgetting(workspace).questions(Set.of(badge.id(), "unknown"));

    assertThat(found.forgotten()).isEqualTo(1);
    assertThat(found.unknown()).containsExactly("unknown");
    assertThat(Files.readString(workspace.asked())).doesNotContain("badge");
    assertThat(QuestionLog.read(workspace)).isEmpty();
    assertThat(new Forgetting(workspace).asked()).isEqualTo(1);
    assertThat(workspace.asked()).doesNotExist();
  }
}
