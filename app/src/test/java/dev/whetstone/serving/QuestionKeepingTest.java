package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Refusal;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.answer.Turn;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.search.RerankOutcome;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.AskedQuestion.Outcome;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.ServeSettings.KeepQuestions;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QuestionKeepingTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path folder;
  private Workspace workspace;

  @BeforeEach
  void aWorkspace() {
    workspace = Workspace.create(folder, "w", Map.of());
  }

  private QuestionKeeping keeping() {
    return new QuestionKeeping(
        new AskedQuestions(workspace, CLOCK), new KeepQuestions(30, 100), CLOCK);
  }

  private List<AskedQuestion> kept() {
    return new AskedQuestions(workspace, CLOCK).read();
  }

  @Test
  void aDeclinedQuestionIsKeptWithThePassagesThatWereNearestAndNothingOfWhoAsked()
      throws IOException {
    try (var keeping = keeping()) {
      keeping.answered(app(), new Query("what does it cost?", filter()), declined(.21));
    }

    AskedQuestion one = kept().getFirst();
    assertThat(one.question()).isEqualTo("what does it cost?");
    assertThat(one.asking()).isEqualTo(new AskedQuestion.Asking("support", Outcome.DECLINED, .21));
    assertThat(one.passages()).containsExactly("p1", "p2");
    assertThat(Files.readString(workspace.asked()))
        .as("neither the texts of passages, nor the filter")
        .doesNotContain("text of p1")
        .doesNotContain("board-only.md");
  }

  @Test
  void anAnswerWithLittleSupportIsToldFromOneWithMuch() {
    try (var keeping = keeping()) {
      keeping.answered(app(), new Query("a?", Filter.ALL), answered(.49, Answer.Outcome.ANSWERED));
      keeping.answered(app(), new Query("b?", Filter.ALL), answered(.5, Answer.Outcome.ANSWERED));
      keeping.answered(
          app(), new Query("c?", Filter.ALL), answered(.9, Answer.Outcome.UNSUPPORTED));
    }

    assertThat(kept())
        .extracting(one -> one.asking().outcome())
        .containsExactly(Outcome.BADLY_SUPPORTED, Outcome.ANSWERED, Outcome.BADLY_SUPPORTED);
  }

  @Test
  void aQuestionThatFollowsOthersIsNotKept() {
    try (var keeping = keeping()) {
      var before = List.of(new Turn(Turn.Speaker.USER, "what does a badge cost?"));
      keeping.answered(app(), new Query("and a lost one?", Filter.ALL, true, before), declined(0));
    }

    assertThat(kept()).isEmpty();
  }

  @Test
  void theFileIsWrittenWhileTheServerRuns() throws InterruptedException {
    try (var keeping = keeping()) {
      keeping.answered(app(), new Query("where is it?", Filter.ALL), declined(0));
      while (kept().isEmpty()) {
        Thread.sleep(20); // the class's time limit ends this
      }
    }
  }

  @Test
  void aFloodCostsNoAnswerAndNoMemory() {
    try (var keeping = keeping()) {
      for (int i = 0; i < 50_000; i++) {
        keeping.answered(app(), new Query("is it number " + i, Filter.ALL), declined(0));
      }
    }

    assertThat(kept()).hasSizeBetween(1, 100);
  }

  @Test
  void whereItCannotBeWrittenQuestionsAreAnsweredAllTheSame() throws IOException {
    Files.createDirectories(workspace.hidden());
    Files.writeString(workspace.hidden().resolve("asked"), "no folder");

    try (var keeping = keeping()) {
      keeping.answered(app(), new Query("where is it?", Filter.ALL), declined(0));
    }

    assertThat(workspace.hidden().resolve("asked")).hasContent("no folder");
  }

  private static App app() {
    return new App(
        "app-1",
        "support",
        new Retriever(EngineKind.LUCENE, null, "documents", 3),
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static Filter filter() {
    return new Filter(Map.of("document", Set.of("board-only.md")));
  }

  private static List<Retrieved> hits() {
    return List.of(hit("p1"), hit("p2"));
  }

  private static Retrieved hit(String id) {
    var passage = new Passage(id, "d.md", List.of("D"), "text of " + id, 0, 10, 0, 4, Map.of());
    return new Retrieved(
        passage, 1, 1, OptionalDouble.of(1), OptionalDouble.of(1), OptionalDouble.empty());
  }

  private static Answered declined(double support) {
    var answer =
        new Answer(
            List.of(),
            Answer.Outcome.DECLINED,
            new Refusal.LowSupport(support, .4),
            Answer.EXTRACTIVE,
            "not in the documents",
            List.of(),
            support,
            Answer.Usage.NONE,
            new Answer.Timings(1, 0));
    return new Answered(answer, hits(), new RerankOutcome.NotAsked());
  }

  private static Answered answered(double support, Answer.Outcome outcome) {
    var answer =
        new Answer(
            List.of(new Sentence("It is so.", List.of(1))),
            outcome,
            Answer.EXTRACTIVE,
            "",
            List.of(Citation.of(1, hits().getFirst().passage())),
            support,
            Answer.Usage.NONE,
            new Answer.Timings(1, 0));
    return new Answered(answer, hits(), new RerankOutcome.NotAsked());
  }
}
