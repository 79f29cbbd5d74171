package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.torch.Precision;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static Plan plan(int labels, int documents, int dev, double seconds, double rate) {
    var given = new Planner.Given(labels, documents, dev, true);
    return Planner.plan("m", given, seconds, Precision.FP32, rate, true, 1);
  }

  @Test
  void theFewerLabelsTheMoreOftenTheyAreSeen() {
    assertThat(plan(500, 0, 0, 1e6, 10).labelPairs()).isEqualTo(1500);
    assertThat(plan(100, 0, 0, 1e6, 10).labelPairs()).isEqualTo(400);
    assertThat(plan(2000, 0, 0, 1e6, 10).labelPairs()).isEqualTo(4000);
    assertThat(plan(20_000, 0, 0, 1e6, 10).labelPairs()).isEqualTo(20_000);
  }

  @Test
  void theBudgetBoundsThePairs() {
    // 100 s, of which training may take 65, at 5 pairs/s
    assertThat(plan(2000, 0, 0, 100, 5).pairs()).isEqualTo(325);
    assertThat(plan(0, 4000, 0, 100, 5).pairs()).isEqualTo(325);
  }

  @Test
  void documentsAloneAreTrainedOnGentlyAndBriefly() {
    Plan plan = plan(0, 4000, 0, 1e6, 10);

    assertThat(plan.pairs()).isEqualTo(1500);
    assertThat(plan.rate()).isEqualTo(2e-5);
    assertThat(plan.poolTop()).isZero();
  }

  @Test
  void hardNegativesAreLeftOutWhereTheyWouldCostRepetitions() {
    // 1,000 labels are wanted twice: 200 s of training at 10 pairs/s, 370 s with hard negatives
    assertThat(plan(1000, 0, 0, 400 / .65, 10).negatives()).isEqualTo(1);
    assertThat(plan(1000, 0, 0, 300 / .65, 10).negatives()).isZero();
    assertThat(plan(1000, 0, 0, 300 / .65, 10).labelPairs()).isEqualTo(2000);
  }

  @Test
  void fewLabelsAreMixedWithDocumentPairs() {
    Plan plan = plan(100, 4000, 0, 1e6, 10);

    assertThat(plan.labelPairs()).isEqualTo(400);
    assertThat(plan.documentPairs()).isEqualTo(1350);
    assertThat(plan.rate()).isCloseTo(2.3e-5, within(1e-9));
    assertThat(plan(1000, 4000, 0, 1e6, 10).documentPairs()).isZero();
  }

  @Test
  void labelsInFewStepsAreTrainedOnBoldly() {
    assertThat(plan(1000, 0, 0, 1e6, 10).rate()).isEqualTo(5e-5); // 2,000 pairs, 63 steps
    assertThat(plan(1000, 0, 0, 512 / .65, 1).rate()).isCloseTo(5e-5 * Math.sqrt(2), within(1e-7));
    assertThat(plan(1000, 0, 0, 100, 1).rate()).isEqualTo(1e-4); // 2 steps
    // few, but no document pair among what is trained on
    assertThat(plan(100, 4000, 0, 256 / .65, 1).rate()).isEqualTo(1e-4);
    assertThat(plan(0, 4000, 0, 256 / .65, 1).rate()).isEqualTo(2e-5);
  }

  @Test
  void thePoolShrinksWithTheBudget() {
    Plan rich = plan(1000, 0, 100, 1e5, 10);
    Plan poor = plan(1000, 0, 100, 100, 2);

    assertThat(rich.poolTop()).isEqualTo(50);
    assertThat(rich.poolRandom()).isEqualTo(2000);
    assertThat(poor.poolTop()).isEqualTo(3);
    assertThat(poor.poolRandom()).isEqualTo(50);
  }

  @Test
  void withTimeForItRatesAreTriedBesideTheWholeTraining() {
    Plan plan = plan(1000, 0, 100, 1e5, 10);

    assertThat(plan.choices().rates()).hasSize(3).first().isEqualTo(plan.rate());
    assertThat(plan.choices().rates().get(1)).isCloseTo(plan.rate() / 3, within(1e-12));
    assertThat(plan.choices().rates().get(2)).isCloseTo(plan.rate() * 3, within(1e-12));
    assertThat(plan.choices().share()).isEqualTo(1);
    assertThat(plan.choices().ends()).containsExactly(.5, .75, 1.0);
    assertThat(plan.choices().because()).isEmpty();
  }

  @Test
  void withLessTimeOneOtherRateIsTriedAndTheBudgetIsKept() {
    // 70 % of 300 s at 10 pairs/s are 2,100 pairs: 2,000 are wanted, and a trial takes a third
    Plan plan = plan(1000, 0, 100, 300, 10);

    assertThat(plan.choices().rates()).hasSize(2);
    assertThat(plan.choices().share()).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(plan.pairs()).isEqualTo(1575);
    assertThat(plan.pairs() * (1 + plan.choices().share())).isLessThanOrEqualTo(2100);
    assertThat(plan.negatives()).isZero();
  }

  @Test
  void theRuleStandsWhereTheBudgetIsShortAndTheReasonSaysWhichWouldDo() {
    Plan plan = plan(1000, 0, 100, 150, 10);

    assertThat(plan.choices().rates()).containsExactly(plan.rate());
    assertThat(plan.pairs()).isEqualTo(975); // as many as without any trials
    assertThat(plan.choices().because()).contains("too short").contains("4m would do");
    assertThat(plan(1000, 0, 100, 240, 10).choices().because()).isEmpty();
  }

  @Test
  void withLittleTimeFewerCandidatesAreComparedOnFewerQuestions() {
    // a quarter of 120 s at 5 · 3 passages/s: 450 for the safe share and the whole, 35 questions
    // each
    Plan plan = plan(116, 4000, 79, 120, 5);

    assertThat(plan.choices().alphas()).containsExactly(.7, 1.0);
    assertThat(plan.choices().ends()).containsExactly(1.0);
    assertThat(plan.choices().questions()).isEqualTo(35);
    assertThat(plan(116, 4000, 79, 1200, 5).choices().questions()).isEqualTo(79);
  }

  @Test
  void theRuleStandsWhereQuestionsAreFewAndTheReasonSaysHowMany() {
    Plan plan = plan(1000, 0, 29, 1e5, 10);

    assertThat(plan.choices().rates()).containsExactly(plan.rate());
    assertThat(plan.choices().ends()).containsExactly(1.0);
    assertThat(plan.choices().because()).contains("29 questions are too few").contains("30");
  }

  @Test
  void aBudgetThatIsTooShortForAnythingStillTrainsOnAFewPairs() {
    for (Plan plan : new Plan[] {plan(0, 4000, 0, 1, 1), plan(100, 4000, 100, 1, .5)}) {
      assertThat(plan.pairs()).isEqualTo(Planner.FEWEST_PAIRS);
      assertThat(Loop.steps(plan, plan.pairs())).isOne();
    }
  }
}
