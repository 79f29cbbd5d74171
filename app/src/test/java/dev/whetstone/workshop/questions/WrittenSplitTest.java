package dev.whetstone.workshop.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.questions.QuestionFault;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.QuestionLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WrittenSplitTest {
  private static final long SEED = 1;
  private static final QuestionLog NO_LOG = QuestionLog.of(List.of(), List.of(), SEED);

  private final List<Passage> passages = WrittenFixture.passages(20, 5);
  private final List<WrittenQuestion> questions = WrittenFixture.questions(passages);

  private WrittenSplit split(QuestionLog log, Set<String> forReview) {
    return WrittenSplit.of(
        WrittenFixture.written(questions, forReview, passages), log, passages, SEED);
  }

  private Set<String> forReview(int wanted, QuestionLog log, Set<String> before) {
    return WrittenSplit.forReview(questions, before, wanted, log, passages, SEED);
  }

  private static Set<String> documents(List<WrittenQuestion> questions) {
    var documents = new TreeSet<String>();
    questions.forEach(question -> documents.add(question.source().document()));
    return documents;
  }

  private QuestionLog log(Origin origin, String... documents) {
    var log = new ArrayList<Question>();
    for (String document : documents) {
      log.add(
          new Question(
              origin + document,
              "what of " + document + "?",
              List.of(new Place(document, null, 0)),
              origin));
    }
    return QuestionLog.of(log, passages, SEED);
  }

  @Test
  void noDocumentTrainsAndChoosesOrWaitsForReview() {
    WrittenSplit split = split(NO_LOG, forReview(40, NO_LOG, Set.of()));

    var all = new ArrayList<String>();
    all.addAll(documents(split.train()));
    all.addAll(documents(split.dev()));
    all.addAll(documents(split.review()));
    assertThat(all).doesNotHaveDuplicates().hasSize(20);
    assertThat(documents(split.dev())).isNotEmpty();
    assertThat(split.units()).doesNotContainAnyElementsOf(documents(split.review()));
  }

  @Test
  void thoseForReviewAreTakenWithoutTheRoundTripAndThoseThatTrainAreNot() {
    WrittenSplit split = split(NO_LOG, forReview(40, NO_LOG, Set.of()));

    assertThat(split.review())
        .hasSizeBetween(40, 50)
        .anyMatch(question -> question.checks().faults().contains(QuestionFault.NOT_FOUND));
    assertThat(split.train()).isNotEmpty().allMatch(question -> question.checks().kept());
    assertThat(split.dev()).allMatch(question -> question.checks().kept());
  }

  @Test
  void theFirstForReviewAreAboutAsManyDocumentsAsThereAre() {
    WrittenSplit split = split(NO_LOG, forReview(40, NO_LOG, Set.of()));

    int documents = documents(split.review()).size();
    assertThat(documents(split.review().subList(0, documents))).hasSize(documents);
  }

  @Test
  void whatWaitsForReviewGoesOnWaitingWhenMoreIsWritten() {
    Set<String> before = forReview(20, NO_LOG, Set.of());
    var more = new ArrayList<>(questions);
    passages.forEach(p -> more.add(WrittenFixture.question(p, "one more of " + p.id() + "?")));

    Set<String> now = WrittenSplit.forReview(more, before, 20, NO_LOG, passages, SEED);

    assertThat(now).containsAll(before);
  }

  @Test
  void noneWaitsWhereNoneIsWantedButThoseThatWaitedBefore() {
    Set<String> before = forReview(20, NO_LOG, Set.of());

    assertThat(forReview(0, NO_LOG, Set.of())).isEmpty();
    assertThat(forReview(0, NO_LOG, before)).isEqualTo(before);
  }

  @Test
  void atMostHalfOfTheDocumentsAreKeptFromTraining() {
    WrittenSplit split = split(NO_LOG, forReview(100_000, NO_LOG, Set.of()));

    assertThat(documents(split.review())).hasSizeBetween(8, 12);
    assertThat(split.train()).isNotEmpty();
  }

  @Test
  void whereAPersonAskedAboutADocumentItsWrittenQuestionsTrainNothing() {
    for (Origin origin : List.of(Origin.REVIEWED, Origin.TYPED)) {
      WrittenSplit before = split(NO_LOG, Set.of());
      String learnt = before.train().getFirst().source().document();

      WrittenSplit after = split(log(origin, learnt), Set.of());

      assertThat(documents(after.train())).doesNotContain(learnt);
      assertThat(documents(after.dev())).doesNotContain(learnt);
      assertThat(after.units()).doesNotContain(learnt);
      assertThat(after.leftOut()).isEqualTo(5);
      assertThat(after.hash()).isNotEqualTo(before.hash());
    }
  }

  @Test
  void whatTheLogHoldsOutTrainsNothingAndWhatItChoosesOnDoesNotTrain() {
    var names = new ArrayList<String>();
    passages.forEach(p -> names.add(p.document()));
    QuestionLog log =
        log(Origin.IMPORTED, new TreeSet<>(names).stream().limit(12).toArray(String[]::new));

    WrittenSplit split = split(log, Set.of());

    assertThat(log.heldOut()).isNotEmpty();
    assertThat(log.dev()).isNotEmpty();
    for (Question question : log.heldOut()) {
      String document = question.places().getFirst().document();
      assertThat(documents(split.train())).doesNotContain(document);
      assertThat(documents(split.dev())).doesNotContain(document);
    }
    for (Question question : log.dev()) {
      assertThat(documents(split.train())).doesNotContain(question.places().getFirst().document());
    }
    for (Question question : log.train()) {
      assertThat(documents(split.dev())).doesNotContain(question.places().getFirst().document());
    }
  }

  @Test
  void aCopyOfADocumentIsWithIt() {
    var all = new ArrayList<>(passages);
    for (Passage p : WrittenFixture.passages(1, 5)) { // d00.md
      all.add(
          new Passage(
              "copy " + p.id(),
              "copy-of-d00.md",
              p.headings(),
              p.text(),
              p.from(),
              p.to(),
              0,
              p.tokens(),
              p.metadata()));
    }
    List<WrittenQuestion> written = WrittenFixture.questions(all);

    QuestionLog log = log(Origin.TYPED, "copy-of-d00.md");
    WrittenSplit split =
        WrittenSplit.of(WrittenFixture.written(written, Set.of(), all), log, all, SEED);

    assertThat(documents(split.train())).doesNotContain("d00.md", "copy-of-d00.md");
    assertThat(documents(split.dev())).doesNotContain("d00.md", "copy-of-d00.md");
  }

  @Test
  void oneDocumentIsDealtOutBySection() {
    List<Passage> one = WrittenFixture.passages(1, 30);
    List<WrittenQuestion> written = WrittenFixture.questions(one);

    Set<String> forReview = WrittenSplit.forReview(written, Set.of(), 20, NO_LOG, one, SEED);
    WrittenSplit split =
        WrittenSplit.of(WrittenFixture.written(written, forReview, one), NO_LOG, one, SEED);

    assertThat(split.train()).isNotEmpty();
    assertThat(split.dev()).isNotEmpty();
    assertThat(split.review()).hasSizeBetween(18, 24);
    var passages = new HashSet<String>();
    split.train().forEach(question -> passages.add(question.source().passage()));
    assertThat(split.review())
        .noneMatch(question -> passages.contains(question.source().passage()));

    // and a question that was reviewed keeps its section from training, not the document
    WrittenQuestion reviewed = split.review().getFirst();
    Passage its =
        one.stream().filter(p -> p.id().equals(reviewed.source().passage())).findFirst().get();
    QuestionLog log =
        QuestionLog.of(
            List.of(
                new Question(
                    reviewed.id(),
                    reviewed.question(),
                    List.of(AnswerPhrase.of(its, one)),
                    Origin.REVIEWED)),
            one,
            SEED);
    WrittenSplit after =
        WrittenSplit.of(WrittenFixture.written(written, forReview, one), log, one, SEED);
    assertThat(after.train()).isEqualTo(split.train());
    assertThat(after.hash()).isEqualTo(split.hash());
  }

  @Test
  void questionsWhosePassageIsGoneAreLeftOut() {
    List<Passage> fewer = passages.subList(0, 50);

    WrittenSplit split =
        WrittenSplit.of(WrittenFixture.written(questions, Set.of(), passages), NO_LOG, fewer, SEED);

    assertThat(split.train().size() + split.dev().size()).isEqualTo(50);
  }
}
