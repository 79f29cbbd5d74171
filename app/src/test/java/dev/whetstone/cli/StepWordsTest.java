package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Remedy;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.workshop.ReportedFailure;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.index.Rollback;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prepare.PreparedPassages.Unread;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.prove.Proof.Standing;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workshop.stage.SkippedFiles;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.TruncatedList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The English of results: it says what happened, and which command goes on from there.
class StepWordsTest {
  @Test
  void aQuestionIsNamedByItsIdOnlyWhereItsFileGivesOne() {
    String text = "How long is it kept?";

    assertThat(StepWords.question(new StepResult.NotFound("q7", text, ""))).isEqualTo("q7");
    assertThat(StepWords.question(new StepResult.NotFound(null, text, ""))).contains(text);
  }

  @Test
  void whatIsReadInPartForLikeReasonsIsCountedWithThePlaceOfTheWholeList() {
    var parts = new ArrayList<Unread>();
    for (int page = 1; page <= 300; page++) {
      parts.add(new Unread("page%d.html".formatted(page), "%,d letters".formatted(page * 17)));
    }
    parts.add(new Unread("prices.xlsx", "1 hidden sheet"));
    var prepared =
        new StepResult.Prepared(
            301,
            2000,
            90_000,
            TruncatedList.of(List.of(new StepResult.Copy("b.html", "a.html"))),
            TruncatedList.of(List.of(new Unread("x.pdf", "no text"))),
            TruncatedList.ofUnlike(parts, Unread::reason),
            new StepResult.PicturePages(
                5,
                TruncatedList.of(
                    List.of(new PreparedPassages.Pictures("x.pdf", List.of(3, 5, 6, 7, 9))))),
            "de");

    List<String> lines = StepWords.lines(prepared);

    assertThat(lines.getFirst())
        .isEqualTo("301 documents read, 1 could not be; 2,000 passages, 90,000 tokens");
    assertThat(lines)
        .anyMatch(line -> line.contains("German") && line.contains("model.multilingual"));
    assertThat(lines).anyMatch(line -> line.startsWith("1 document is a copy of another"));
    assertThat(lines).contains("not read: x.pdf: no text");
    assertThat(lines).contains("picture: x.pdf: pages 3, 5-7, 9 are pictures");
    assertThat(lines).filteredOn(line -> line.startsWith("read in part: page")).hasSize(10);
    assertThat(lines).anyMatch(line -> line.contains("prices.xlsx"));
    assertThat(lines.getLast()).contains("290 more").contains("failures.json");
  }

  @Test
  void filesThatWereNotStagedAreNamedWithWhatToDo() {
    var rejected = new TreeMap<String, SkippedFiles.Rejection>();
    rejected.put(
        "a.md",
        new SkippedFiles.Rejection("rename one of them, or take the others out", unstage()));
    var staged =
        new StepResult.Staged(
            "/docs",
            new StepResult.Counts(2, 3000, 1, 0, 1),
            TruncatedList.of(List.of("gone.md")),
            new SkippedFiles(
                new TreeMap<>(Map.of("link", 3)),
                rejected,
                4_900,
                new TreeMap<>(Map.of("deep", "the name is too long")),
                new SkippedFiles.Pictures(List.of("a.png", "b.png"), 7)),
            List.of("1"),
            null);

    assertThat(StepWords.lines(staged))
        .containsExactly(
            "2 documents, 3 kB: 1 new, 0 changed, 1 removed, 1 as before",
            "passed over: 3 × link",
            "9 pictures without text: a.png, b.png and 7 more; text recognition (OCR) puts their"
                + " text beside them, as in a.png.md",
            "left out: a.md: rename one of them, or take the others out with `whet stage /other"
                + " --remove`",
            "left out: 4,900 more for reasons as above",
            "not read: deep: the name is too long; what was staged of it stays",
            "model 1 was trained on documents that are gone now");
  }

  private static Remedy unstage() {
    return new Remedy.Unstage("/other");
  }

  @Test
  void aSourceThatIsNotStagedAgainSaysHowToTakeItOutOrIn() {
    assertThat(notStaged(StepResult.NotStaged.Why.UNUSABLE, "it holds no document now"))
        .contains("not staged again from /docs: it holds no document now")
        .contains("what was staged stays (`whet stage /docs --remove` takes it out)");
    assertThat(notStaged(StepResult.NotStaged.Why.NAMED_ELSEWHERE, null))
        .contains("not staged again from /docs", "whet stage /docs");
  }

  private static String notStaged(StepResult.NotStaged.Why why, @Nullable String reason) {
    return StepWords.lines(
            new StepResult.Staged(
                "/docs",
                new StepResult.Counts(0, 0, 0, 0, 0),
                TruncatedList.of(List.of()),
                SkippedFiles.NONE,
                List.of(),
                new StepResult.NotStaged(why, reason)))
        .getFirst();
  }

  private static String verdict(
      Standing standing, String candidate, @Nullable String serves, @Nullable String earlier) {
    return ProofWords.verdict(
        "manual",
        new Proof.Report(
            candidate,
            null,
            null,
            32,
            Map.of(),
            Gain.NONE,
            Gain.NONE,
            .5,
            .5,
            standing == Standing.PROMOTED,
            serves,
            standing == Standing.NO_CANDIDATE ? "" : "the gate's reason",
            standing,
            earlier,
            null,
            null));
  }

  @Test
  void aVerdictSaysWhatServesAndWhatMayBeDone() {
    assertThat(verdict(Standing.NO_CANDIDATE, "none", "1", null))
        .isEqualTo("no model was trained; model manual/1 serves");
    assertThat(verdict(Standing.NO_QUESTIONS, "1", null, null))
        .contains("no held-out questions")
        .contains("model manual/1 is kept and the base model serves")
        .contains("questions would prove", "`whet questions import`");
    assertThat(verdict(Standing.PROMOTED, "1", "1", null)).isEqualTo("the gate's reason");
    assertThat(verdict(Standing.HELD_BACK, "1", null, null))
        .contains("It was rolled back", "`whet prove` lets model manual/1 serve again");
    assertThat(verdict(Standing.NOT_PROMOTED, "1", null, null))
        .isEqualTo("the gate's reason. The base model serves");
    assertThat(verdict(Standing.SERVES_UNPROVEN, "1", "1", "abc"))
        .contains("Model manual/1 was proven before (reports/abc) and still serves")
        .contains("`whet index rollback --model` lets the base model serve again");
  }

  @Test
  void whatCanBeProvenIsToldByTheDeviationOfTheLastProof() {
    assertThat(QuestionWords.provable(Proving.with(60, null, .95)))
        .isEqualTo(
            "with 60 questions only a gain above 8 points can be proven; 155 would prove 5 points");
    assertThat(QuestionWords.provable(Proving.with(99, .1, .95).oneMore()))
        .isEqualTo(
            "with 100 questions only a gain above 2.5 points can be proven; 619 would prove 1"
                + " point, where models differ as those of the last proof (standard deviation 0.10"
                + " a question)");
  }

  @Test
  void aRollbackSaysWhatServesAndHowToGoForward() {
    var back =
        new StepResult.RolledBack(
            "manual",
            new Rollback.Result(
                new Rollback.IndexChange(
                    "manual (lucene)", Rollback.IndexOutcome.NONE_KEPT, null, null),
                new Rollback.ModelChange(Rollback.ModelOutcome.WENT_BACK, null, "1", "abc")),
            new StepResult.RerankerChange("1", null));

    assertThat(StepWords.lines(back))
        .anyMatch(line -> line.contains("`whet run` makes one"))
        .anyMatch(line -> line.startsWith("the base model serves again"))
        .anyMatch(line -> line.contains("`whet prove` lets model manual/1 serve again"))
        .anyMatch(line -> line.contains("no reranker serves with it"));
  }

  @Test
  void aRerankersRollbackSaysWhatServesAndHowToGoForward() {
    var back = new StepResult.RerankerRolledBack("manual", new StepResult.RerankerChange("2", "1"));

    assertThat(StepWords.lines(back).getFirst())
        .startsWith("reranker manual/1 serves again")
        .contains("`whet prove` lets reranker manual/2 serve again");
  }

  @Test
  void questionsThatCannotBePartedSayWhatToImport() {
    var note =
        new QuestionLog.SplitNote(
            QuestionLog.SplitNote.Kind.ONLY_PROVE,
            10,
            1,
            "notes.txt",
            new QuestionLog.Parts(0, 0, 10));

    assertThat(StepWords.split(note))
        .contains("all 10 answered questions", "one document, notes.txt", "import questions");
  }

  @Test
  void ofAStepThatAnEarlierVersionRecordedItsWordsAreTold() {
    var outcome = new StepOutcome<StepResult.Prepared>("prepare", true, 0, null, "8 documents");

    assertThat(StepWords.lines(outcome)).containsExactly("8 documents");
  }

  @Test
  void aPlanSaysWhyEachStepIsRunAndHowLongTheyTookLastTime() {
    var plan =
        new StepPlan(
            List.of(
                planned("prepare", StepPlan.State.UP_TO_DATE, List.of(), null, 7.0),
                planned(
                    "train",
                    StepPlan.State.INPUTS_CHANGED,
                    List.of(
                        new Fingerprint.Change("questions", "a".repeat(64), "b".repeat(64)),
                        new Fingerprint.Change("train.seed", "1", "2")),
                    null,
                    600.0),
                planned("prove", StepPlan.State.WAITS, List.of(), null, 30.0)));

    assertThat(PlanWords.lines(plan))
        .containsExactly(
            "train      questions changed, train.seed 1 -> 2 (10 min last time)",
            "prove      if a step before it changes its inputs (30 s last time)",
            "about 11 min, if the steps take as long as last time");
  }

  @Test
  void aStepThatCannotBeDoneSaysWhatToDoFirst() {
    var blocked =
        planned(
            "prepare",
            StepPlan.State.BLOCKED,
            List.of(),
            new ReportedFailure("nothing is staged", List.of(new Remedy.Stage(null))),
            null);

    assertThat(PlanWords.why(blocked)).isEqualTo("nothing is staged. Run `whet stage DIR`");
  }

  private static StepPlan.Planned planned(
      String step,
      StepPlan.State state,
      List<Fingerprint.Change> changes,
      @Nullable ReportedFailure problem,
      @Nullable Double seconds) {
    return new StepPlan.Planned(
        step,
        state,
        changes,
        problem,
        seconds == null ? null : new StepPlan.LastRun(seconds, null, "words"));
  }
}
