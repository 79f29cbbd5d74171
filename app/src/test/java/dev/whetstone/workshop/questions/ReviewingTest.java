package dev.whetstone.workshop.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.pairs.QuestionResolver;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewingTest {
  @TempDir private Path folder;
  private Workspace workspace;
  private final List<Passage> passages = WrittenFixture.passages(6, 4);

  @BeforeEach
  void aWorkspaceWithWrittenQuestions() {
    workspace = WrittenFixture.workspace(folder.resolve("w"), passages);
  }

  private Reviewing reviewing() {
    return new Reviewing(workspace, passages);
  }

  private ReviewItem.Written first() {
    return (ReviewItem.Written) reviewing().waiting().getFirst();
  }

  @Test
  void anAcceptedQuestionStandsInTheLogAndNamesItsPassage() {
    ReviewItem.Written item = first();

    reviewing().accept(item, "in my own words?", List.of(item.passage()));

    List<Question> log = QuestionLog.read(workspace);
    assertThat(log).hasSize(1);
    assertThat(log.getFirst().text()).isEqualTo("in my own words?");
    assertThat(log.getFirst().origin()).isEqualTo(Origin.REVIEWED);
    assertThat(new QuestionResolver(passages).resolve(log).gains().get(log.getFirst().id()))
        .containsOnlyKeys(item.passage().id());
    assertThat(QuestionLog.of(workspace, passages).heldOut()).hasSize(1);
  }

  @Test
  void whatWasDecidedIsNotShownAgainAndWhatWasPutOffComesLast() {
    List<ReviewItem> all = reviewing().waiting();
    WrittenFixture.accept(reviewing(), all.subList(0, 1));
    reviewing().refuse(all.get(1), Refusal.DROPPED);
    reviewing().refuse(all.get(2), Refusal.SKIPPED);

    List<ReviewItem> now = reviewing().waiting();

    assertThat(now).hasSize(all.size() - 2);
    assertThat(now.getLast().id()).isEqualTo(all.get(2).id());
    assertThat(now.getLast().skipped()).isTrue();
    assertThat(now.subList(0, now.size() - 1))
        .extracting(ReviewItem::id)
        .isEqualTo(all.subList(3, all.size()).stream().map(ReviewItem::id).toList());
  }

  @Test
  void aSheetTakesDecisionsBackIn() throws IOException {
    List<ReviewItem> all = reviewing().waiting();
    Path file = folder.resolve("review.csv");
    ReviewSheet.write(file, all);
    String text = Files.readString(file);
    assertThat(text).startsWith("\uFEFFdecision,question,");
    String[] lines = text.split("\n", -1);
    lines[1] = "accept" + lines[1];
    lines[2] = "a" + lines[2].replaceFirst("\"?(who|and)[^,\"]*\"?", "which is better put?");
    lines[3] = "drop" + lines[3];
    lines[4] = "perhaps" + lines[4];
    Files.writeString(file, String.join("\n", lines));

    ReviewSheet.Taken taken = ReviewSheet.take(file, reviewing());

    assertThat(taken.accepted()).isEqualTo(2);
    assertThat(taken.mended()).isEqualTo(1);
    assertThat(taken.dropped()).isEqualTo(1);
    assertThat(taken.open()).isEqualTo(all.size() - 3); // with the one that was not taken
    assertThat(taken.notTaken().items()).hasSize(1);
    assertThat(taken.notTaken().items().getFirst().reason()).contains("perhaps");
    assertThat(QuestionLog.read(workspace))
        .extracting(Question::text)
        .containsExactly(all.get(0).text(), "which is better put?");
    assertThat(reviewing().waiting()).hasSize(all.size() - 3);
  }

  @Test
  void aSheetCanDropWhatWasAcceptedAndTheReverse() throws IOException {
    ReviewItem item = reviewing().waiting().getFirst();
    String id = item.id();
    Path file = folder.resolve("review.csv");
    WrittenFixture.accept(reviewing(), List.of(item));

    Files.writeString(file, "id;decision\n" + id + ";drop\n");
    ReviewSheet.take(file, reviewing());
    assertThat(QuestionLog.read(workspace)).isEmpty();

    Files.writeString(file, "id\tdecision\n" + id + "\taccept\n");
    ReviewSheet.take(file, reviewing());
    assertThat(QuestionLog.read(workspace)).extracting(Question::id).containsExactly(id);
  }

  @Test
  void aCellIsNoFormula() throws IOException {
    Passage passage = WrittenFixture.passage("d00.md", "section 0", "w00x0", 0);
    Path file = folder.resolve("review.csv");
    String text = "=HYPERLINK(\"http://x\")";
    ReviewSheet.write(
        file,
        List.of(new ReviewItem.Written(WrittenFixture.question(passage, text), passage, false)));

    assertThat(Files.readString(file))
        .contains("'=HYPERLINK")
        .doesNotContain(",=")
        .doesNotContain("\"=");
  }

  @Test
  void anIdIsNoNumberToASpreadsheet() throws IOException {
    List<ReviewItem> all = reviewing().waiting();
    Path file = folder.resolve("review.csv");
    ReviewSheet.write(file, all);
    List<String> ids =
        Files.readAllLines(file).stream()
            .skip(1)
            .map(line -> line.substring(line.lastIndexOf(',') + 1))
            .toList();

    assertThat(ids).hasSize(all.size()).allMatch(id -> id.matches("q[0-9a-f]{16}"));
  }

  @Test
  void aQuestionWithoutWordsIsNoneAndSpoilsNoLog() throws IOException {
    ReviewItem item = reviewing().waiting().getFirst();
    String unseen = "\u200B\uFEFF \u0007";

    assertThatThrownBy(() -> reviewing().accept(item, unseen, List.of()))
        .isInstanceOf(Failure.BadInput.class);
    assertThatThrownBy(() -> new Typing(workspace, passages).type(passages.getFirst(), unseen))
        .isInstanceOf(Failure.BadInput.class);
    Path file = folder.resolve("review.csv");
    Files.writeString(file, "id,decision,question\nq" + item.id() + ",accept,\"" + unseen + "\"\n");
    ReviewSheet.take(file, reviewing());

    assertThat(QuestionLog.read(workspace)).extracting(Question::text).containsExactly(item.text());
  }

  @Test
  void theApostropheOfAFormulaIsNoPartOfAMendedQuestion() throws IOException {
    ReviewItem item = reviewing().waiting().getFirst();
    Path file = folder.resolve("review.csv");
    Files.writeString(
        file, "id,decision,question\n" + item.id() + ",a,'-5 degrees: is that safe?\n");

    ReviewSheet.take(file, reviewing());

    assertThat(QuestionLog.read(workspace))
        .extracting(Question::text)
        .containsExactly("-5 degrees: is that safe?");
  }

  @Test
  void aFileOfAnotherKindIsRefusedByName() throws IOException {
    Path file = Files.writeString(folder.resolve("other.csv"), "name,age\nanna,3\n");

    assertThatThrownBy(() -> ReviewSheet.take(file, reviewing()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("other.csv");
  }

  @Test
  void passagesToTypeAboutAreFirstThoseWhoseDocumentsTrainNothing() {
    // given passages long enough to be worth asking about
    List<Passage> longer =
        passages.stream()
            .map(
                p ->
                    new Passage(
                        p.id(),
                        p.document(),
                        p.headings(),
                        p.text()
                            + " It is the rule of the house that they are asked about it first.",
                        p.from(),
                        p.to(),
                        0,
                        p.tokens(),
                        p.metadata()))
            .toList();
    WrittenSplit split = WrittenSplit.of(workspace, longer);
    var learning =
        split.train().stream().map(q -> q.source().document()).collect(Collectors.toSet());
    split.dev().forEach(q -> learning.add(q.source().document()));
    assertThat(learning).isNotEmpty().doesNotContain("d00.md", "d01.md", "d02.md");

    var typing = new Typing(workspace, longer);
    Passage first = typing.passages().next();
    typing.type(first, "what do I want to know?");

    assertThat(learning).doesNotContain(first.document());
    assertThat(QuestionLog.read(workspace))
        .extracting(Question::origin)
        .containsExactly(Origin.TYPED);
    assertThat(new Typing(workspace, longer).passages())
        .toIterable()
        .doesNotContain(first)
        .isNotEmpty();
  }

  @Test
  void aForgottenQuestionIsWrittenAndReviewedNoMore() throws IOException {
    List<ReviewItem> waiting = reviewing().waiting();
    WrittenFixture.accept(reviewing(), waiting.subList(0, 1));
    WrittenQuestions before = WrittenQuestions.read(workspace);
    String trains = before.questions().getLast().id();
    var forgotten = Set.of(waiting.get(0).id(), waiting.get(1).id(), trains);

    var found = new Forgetting(workspace).questions(forgotten);

    assertThat(found.forgotten()).isEqualTo(3);
    assertThat(found.unknown()).isEmpty();
    assertThat(QuestionLog.read(workspace)).isEmpty();
    WrittenQuestions now = WrittenQuestions.read(workspace);
    assertThat(now.questions()).hasSize(before.questions().size() - 3);
    assertThat(now.questions())
        .extracting(WrittenQuestion::id)
        .doesNotContainAnyElementsOf(forgotten);
    assertThat(now.passages()).isEqualTo(before.passages());
    assertThat(reviewing().waiting())
        .containsExactlyInAnyOrderElementsOf(waiting.subList(2, waiting.size()));
    assertThat(reviewing().waits(waiting.get(1))).isFalse();
    assertThat(Reviewing.forgotten(workspace)).isEqualTo(forgotten);
    assertThat(new Forgetting(workspace).questions(Set.of(trains)).unknown())
        .containsExactly(trains);
  }
}
