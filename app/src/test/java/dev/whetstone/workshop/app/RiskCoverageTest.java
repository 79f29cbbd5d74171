package dev.whetstone.workshop.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RiskCoverageTest {
  @Test
  void theRiskAtACoverageIsTheShareOfWrongOnesAmongTheBestSupported() {
    List<AskedQuestion> asked =
        List.of(
            question("a", .9, true, true),
            question("b", .8, false, false), // has no answer, and is answered
            question("c", .7, true, true),
            question("d", .6, true, false));

    RiskCoverage curve = RiskCoverage.of(asked, 1);

    assertThat(curve.points())
        .extracting(RiskCoverage.Point::coverage)
        .containsExactly(.25, .5, .75, 1.0);
    assertThat(curve.points())
        .extracting(RiskCoverage.Point::threshold)
        .containsExactly(.9, .8, .7, .6);
    assertThat(curve.points()).extracting(RiskCoverage.Point::right).containsExactly(1, 1, 2, 2);
    assertThat(curve.points()).extracting(RiskCoverage.Point::missed).containsExactly(1, 1, 0, 0);
    assertThat(curve.points().get(2).risk()).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(curve.area().mean()).isCloseTo((0 + .5 + 1 / 3.0 + .5) / 4, within(1e-9));
    assertThat(curve.area().low95()).isLessThanOrEqualTo(curve.area().mean());
    assertThat(curve.area().high95()).isGreaterThanOrEqualTo(curve.area().mean());
  }

  @Test
  void whatIsNeverAnsweredIsNotCoveredAtAnyThreshold() {
    var silent =
        new AskedQuestion(
            "s", "s", true, .99, new AskedQuestion.Reply(false, false, false, false, 0, 0));

    RiskCoverage curve = RiskCoverage.of(List.of(question("a", .5, true, true), silent), 1);

    assertThat(curve.points()).containsExactly(new RiskCoverage.Point(.5, .5, 0, 1, 0));
    assertThat(RiskCoverage.of(List.of(silent), 1).points()).isEmpty();
  }

  @Test
  void sharesAreCountedAtTheThreshold() {
    List<AskedQuestion> asked =
        List.of(
            question("a", .9, true, true),
            question("b", .8, true, false),
            question("c", .2, true, true),
            question("d", .7, false, false),
            question("e", .1, false, false));

    AnswerFigures figures = AnswerFigures.of(asked, .5);

    assertThat(figures.wellServed().count()).isEqualTo(2); // a, e
    assertThat(figures.declined().count()).isEqualTo(1);
    assertThat(figures.declined().of()).isEqualTo(3);
    assertThat(figures.declinedUnanswerable().count()).isEqualTo(1);
    assertThat(figures.sentences().rightSentence().count()).isEqualTo(1);
    assertThat(figures.sentences().rightSentence().of()).isEqualTo(1); // b did not find its own
    assertThat(figures.sentences().citesRight().of()).isEqualTo(2);
    assertThat(figures.sentences().citationsHold().of()).isEqualTo(6); // two of a, b and d
    assertThat(figures.sentences().citationsHold().count()).isEqualTo(3);
    assertThat(figures.support()).isCloseTo(1.9 / 3, within(1e-9));
  }

  @Test
  void runsAreComparedQuestionByQuestionAndOnlyWhereTheQuestionIsTheSame() {
    var before = new ArrayList<AskedQuestion>();
    var now = new ArrayList<AskedQuestion>();
    for (int i = 0; i < 40; i++) {
      before.add(question("q" + i, .9, true, true));
      now.add(question("q" + i, .9, true, i % 4 != 0));
    }
    now.add(new AskedQuestion("q40", "other words", true, .9, now.getFirst().reply()));
    before.add(question("q40", .9, true, true));
    AnswerReport earlier = report("plan a", before);

    AnswerReport.Comparison comparison =
        Objects.requireNonNull(report("plan b", now).against("r1", earlier, 1).comparison());

    assertThat(comparison.questions()).isEqualTo(40);
    assertThat(comparison.gain().mean()).isCloseTo(-.25, within(1e-9));
    assertThat(comparison.worse()).isTrue();
    assertThat(comparison.changed()).containsExactly("plan");
    AnswerReport.Comparison same =
        Objects.requireNonNull(earlier.against("r1", earlier, 1).comparison());
    assertThat(same.worse()).isFalse();
  }

  private static AnswerReport report(String plan, List<AskedQuestion> asked) {
    var made = new TreeMap<String, String>();
    made.put("plan", plan);
    made.put("llm", "none");
    return AnswerReport.of("app", made, .5, asked, 1);
  }

  /// Each has two sentences, one of which holds.
  private static AskedQuestion question(
      String id, double support, boolean answerable, boolean right) {
    return new AskedQuestion(
        id, id, answerable, support, new AskedQuestion.Reply(true, right, right, right, 2, 1));
  }
}
