package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static FineTuningPlan plan(
      int labels, int documents, int dev, double seconds, double rate) {
    return Planner.plan(
        new FineTuningPlan.Key(FineTuningPlan.FORMAT, "m", 1),
        inputs(labels, documents, dev, true),
        Recipe.PLAIN,
        seconds,
        new FineTuningPlan.Speed(Precision.FP32, rate, ContrastiveTraining.Limits.USUAL),
        true);
  }

  static PlanInputs inputs(int labels, int documents, int dev, boolean mining) {
    return new PlanInputs(
        new PlanInputs.Pairs(labels, 0, documents),
        new FineTuningPlan.Dev(dev, false),
        Headroom.UNKNOWN,
        mining,
        5000,
        0);
  }

  private static FineTuningPlan plan(PlanInputs inputs, Recipe recipe, double seconds) {
    return Planner.plan(
        new FineTuningPlan.Key(FineTuningPlan.FORMAT, "m", 1),
        inputs,
        recipe,
        seconds,
        new FineTuningPlan.Speed(Precision.FP32, 10, ContrastiveTraining.Limits.USUAL),
        true);
  }

  private static PlanInputs written(int written, double found) {
    return new PlanInputs(
        new PlanInputs.Pairs(0, written, 4000),
        new FineTuningPlan.Dev(60, true),
        new Headroom(200, found),
        true,
        5000,
        0);
  }

  /// What a few of people's questions leave to written ones is bounded, unless people's choose.
  @Test
  void headroomBoundsTheShareWherePeoplesQuestionsNeitherTrainNorChoose() {
    assertThat(largestShare(0, new FineTuningPlan.Dev(60, true))).isEqualTo(.3);
    assertThat(largestShare(99, new FineTuningPlan.Dev(60, true))).isEqualTo(.3);
    assertThat(largestShare(99, new FineTuningPlan.Dev(30, false))).isEqualTo(1);
    assertThat(largestShare(100, new FineTuningPlan.Dev(60, true))).isEqualTo(1);
  }

  private static double largestShare(int labels, FineTuningPlan.Dev dev) {
    var inputs =
        new PlanInputs(
            new PlanInputs.Pairs(labels, 300, 4000), dev, new Headroom(200, .92), true, 5000, 0);
    return plan(inputs, Recipe.STANDARD, 1e6).search().alphas().getLast();
  }

  @Test
  void aTeacherIsPaidForWithWhatItScoresAndFourHardNegatives() {
    var recipe = Recipe.parse("plain,distill=on");
    FineTuningPlan plan = plan(inputs(1000, 0, 0, true), recipe, 1e6);
    FineTuningPlan without = plan(inputs(1000, 0, 0, true), Recipe.PLAIN, 1e6);

    assertThat(plan.pairs().negatives().each()).isEqualTo(4);
    assertThat(plan.pairs().total()).isEqualTo(without.pairs().total());
    assertThat(plan.optimisation().loss().distillation()).isEqualTo(1);
    assertThat(without.optimisation().loss().distillation()).isZero();
    assertThat(plan.settled())
        .extracting(Decision::words)
        .anyMatch(words -> words.contains("8 candidates") && words.contains("4 of them"));
    // 2,000 pairs of 1 + 4 · .85 are 8,800, and 1,000 questions with 9 passages to score 3,000:
    // 11,800 pairs, of 65 % of a budget that trains 10 a second.
    double least = 11_800 / .65 / 10;
    assertThat(plan(inputs(1000, 0, 0, true), recipe, 1.001 * least).pairs())
        .isEqualTo(plan.pairs());
    assertThat(plan(inputs(1000, 0, 0, true), recipe, .99 * least).pairs().negatives().each())
        .isEqualTo(3);
  }

  @Test
  void aTeacherIsNotAskedWhereNoHardNegativeIsPaidFor() {
    FineTuningPlan plan = plan(inputs(1000, 0, 0, true), Recipe.parse("plain,distill=on"), 60);

    assertThat(plan.pairs().negatives().each()).isZero();
    assertThat(plan.optimisation().loss().distillation()).isZero();
    assertThat(plan.settled())
        .extracting(Decision::words)
        .anyMatch(words -> words.startsWith("distillation off"));
  }

  @Test
  void writtenQuestionsAreMixedWithDocumentsAsLabelsAre() {
    FineTuningPlan plan = plan(written(315, .66), Recipe.STANDARD, 1e6);

    assertThat(plan.pairs().written()).isEqualTo(945);
    assertThat(plan.pairs().documents()).isEqualTo(1027); // 1,500 times 1 - .315
    assertThat(plan.optimisation().rate())
        .isEqualTo(plan(315, 4000, 0, 1e6, 10).optimisation().rate());
    assertThat(plan.search().alphas()).containsExactly(.3, .5, .7, 1.0);
    assertThat(plan.search().dev().written()).isTrue();
  }

  @Test
  void theBaseThatFindsThemAlreadyIsLeftMoreAsItIs() {
    FineTuningPlan plan = plan(written(400, .85), Recipe.STANDARD, 1e6);

    assertThat(plan.pairs().written()).isEqualTo(600); // half of three times 400
    assertThat(plan.search().alphas()).containsExactly(.3, .5);
    assertThat(plan.settled().getFirst().words()).contains("50 %", "0.850");
  }

  @Test
  void withManyLabelsWrittenQuestionsAreLeftOut() {
    var few = new PlanInputs.Pairs(500, 400, 4000);
    var many = new PlanInputs.Pairs(2000, 400, 4000);
    var dev = new FineTuningPlan.Dev(100, false);

    assertThat(new PlanInputs(few, dev, Headroom.UNKNOWN, true, 1, 0).wanted(0).written())
        .isEqualTo(900); // three quarters of them, three times
    assertThat(new PlanInputs(many, dev, Headroom.UNKNOWN, true, 1, 0).wanted(0).written())
        .isZero();
  }

  @Test
  void timeThatIsLeftGoesToABatchThatLeavesEnoughStepsThenToSeeds() {
    var auto = Recipe.parse("batch=auto,remine=auto,decay=auto,seeds=auto");
    // 20,000 pairs are 78 steps of 256
    FineTuningPlan rich = plan(inputs(20_000, 0, 100, true), auto, 1e6);
    FineTuningPlan small = plan(inputs(500, 0, 100, true), auto, 1e6);

    assertThat(rich.optimisation().batch()).isEqualTo(256);
    assertThat(rich.optimisation().seeds()).isEqualTo(3);
    assertThat(rich.optimisation().rate()).isCloseTo(5e-5 * Math.sqrt(8), within(1e-9));
    assertThat(small.optimisation().batch()).isEqualTo(32);
    assertThat(small.pairs().negatives().remined()).containsExactly(.5);
    assertThat(small.search().trials().layerDecay()).isEqualTo(.9);
  }

  @Test
  void theBudgetIsKeptWhateverIsPlanned() {
    for (int labels : new int[] {100, 700, 3000, 20_000}) {
      for (double seconds : new double[] {60, 300, 1200, 7200}) {
        for (String recipe : new String[] {"plain", "seeds=auto", "batch=128", "seeds=3"}) {
          FineTuningPlan plan =
              plan(inputs(labels, 4000, 100, true), Recipe.parse(recipe), seconds);
          var trials = plan.search().trials();
          double trainings = plan.optimisation().seeds() + (trials.count() - 1) * trials.share();

          assertThat(Planner.cost(plan) * trainings)
              .as("%d labels, %.0f s, %s", labels, seconds, recipe)
              .isLessThanOrEqualTo(.7 * 1.02 * 10 * seconds);
        }
      }
    }
  }

  @Test
  void whatIsAskedForIsPlanned() {
    var asked = Recipe.parse("batch=64,negatives=2,seeds=2,decay=.8,remine=on,matryoshka=96");

    FineTuningPlan plan = plan(inputs(500, 0, 100, true), asked, 1e6);

    assertThat(plan.optimisation().batch()).isEqualTo(64);
    assertThat(plan.optimisation().seeds()).isEqualTo(2);
    assertThat(plan.optimisation().layerDecay()).isEqualTo(.8);
    assertThat(plan.search().trials().layerDecay()).isEqualTo(1);
    assertThat(plan.optimisation().loss().dimensions()).containsExactly(96);
    assertThat(plan.pairs().negatives().each()).isEqualTo(2);
    assertThat(plan.pairs().negatives().remined()).hasSize(2);
  }

  @Test
  void theFewerLabelsTheMoreOftenTheyAreSeen() {
    assertThat(plan(500, 0, 0, 1e6, 10).pairs().labels()).isEqualTo(1500);
    assertThat(plan(100, 0, 0, 1e6, 10).pairs().labels()).isEqualTo(400);
    assertThat(plan(2000, 0, 0, 1e6, 10).pairs().labels()).isEqualTo(4000);
    assertThat(plan(20_000, 0, 0, 1e6, 10).pairs().labels()).isEqualTo(20_000);
  }

  @Test
  void theBudgetBoundsThePairs() {
    // 100 s, of which training may take 65, at 5 pairs/s
    assertThat(plan(2000, 0, 0, 100, 5).pairs().total()).isEqualTo(325);
    assertThat(plan(0, 4000, 0, 100, 5).pairs().total()).isEqualTo(325);
  }

  @Test
  void documentsAloneAreTrainedOnGentlyAndBriefly() {
    FineTuningPlan plan = plan(0, 4000, 0, 1e6, 10);

    assertThat(plan.pairs().total()).isEqualTo(1500);
    assertThat(plan.optimisation().rate()).isEqualTo(2e-5);
    assertThat(plan.search().pool().top()).isZero();
  }

  @Test
  void hardNegativesAreLeftOutWhereTheyWouldCostRepetitions() {
    // 1,000 labels are wanted twice: 200 s of training at 10 pairs/s, 370 s with hard negatives
    assertThat(plan(1000, 0, 0, 400 / .65, 10).pairs().negatives().each()).isEqualTo(1);
    assertThat(plan(1000, 0, 0, 300 / .65, 10).pairs().negatives().each()).isZero();
    assertThat(plan(1000, 0, 0, 300 / .65, 10).pairs().labels()).isEqualTo(2000);
  }

  @Test
  void fewLabelsAreMixedWithDocumentPairs() {
    FineTuningPlan plan = plan(100, 4000, 0, 1e6, 10);

    assertThat(plan.pairs().labels()).isEqualTo(400);
    assertThat(plan.pairs().documents()).isEqualTo(1350);
    assertThat(plan.optimisation().rate()).isCloseTo(2.3e-5, within(1e-9));
    assertThat(plan(1000, 4000, 0, 1e6, 10).pairs().documents()).isZero();
  }

  @Test
  void labelsInFewStepsAreTrainedOnBoldly() {
    assertThat(plan(1000, 0, 0, 1e6, 10).optimisation().rate())
        .isEqualTo(5e-5); // 2,000 pairs, 63 steps
    assertThat(plan(1000, 0, 0, 512 / .65, 1).optimisation().rate())
        .isCloseTo(5e-5 * Math.sqrt(2), within(1e-7));
    assertThat(plan(1000, 0, 0, 100, 1).optimisation().rate()).isEqualTo(1e-4); // 2 steps
    // few, but no document pair among what is trained on
    assertThat(plan(100, 4000, 0, 256 / .65, 1).optimisation().rate()).isEqualTo(1e-4);
    assertThat(plan(0, 4000, 0, 256 / .65, 1).optimisation().rate()).isEqualTo(2e-5);
  }

  @Test
  void thePoolShrinksWithTheBudget() {
    FineTuningPlan rich = plan(1000, 0, 100, 1e5, 10);
    FineTuningPlan poor = plan(1000, 0, 100, 100, 2);

    assertThat(rich.search().pool().top()).isEqualTo(50);
    assertThat(rich.search().pool().random()).isEqualTo(2000);
    assertThat(poor.search().pool().top()).isEqualTo(3);
    assertThat(poor.search().pool().random()).isEqualTo(50);
  }

  @Test
  void withTimeForItRatesAreTriedBesideTheWholeTraining() {
    FineTuningPlan plan = plan(1000, 0, 100, 1e5, 10);

    assertThat(plan.search().trials().rates())
        .hasSize(3)
        .first()
        .isEqualTo(plan.optimisation().rate());
    assertThat(plan.search().trials().rates().get(1))
        .isCloseTo(plan.optimisation().rate() / 3, within(1e-12));
    assertThat(plan.search().trials().rates().get(2))
        .isCloseTo(plan.optimisation().rate() * 3, within(1e-12));
    assertThat(plan.search().trials().share()).isEqualTo(1);
    assertThat(plan.search().ends()).containsExactly(.5, .75, 1.0);
    assertThat(plan.search().trials().because()).isEmpty();
  }

  @Test
  void withLessTimeOneOtherRateIsTriedAndTheBudgetIsKept() {
    // 70 % of 300 s at 10 pairs/s are 2,100 pairs: 2,000 are wanted, and a trial takes a third
    FineTuningPlan plan = plan(1000, 0, 100, 300, 10);

    assertThat(plan.search().trials().rates()).hasSize(2);
    assertThat(plan.search().trials().share()).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(plan.pairs().total()).isEqualTo(1575);
    assertThat(plan.pairs().total() * (1 + plan.search().trials().share()))
        .isLessThanOrEqualTo(2100);
    assertThat(plan.pairs().negatives().each()).isZero();
  }

  @Test
  void theRuleStandsWhereTheBudgetIsShortAndTheReasonSaysWhichWouldDo() {
    FineTuningPlan plan = plan(1000, 0, 100, 150, 10);

    assertThat(plan.search().trials().rates()).containsExactly(plan.optimisation().rate());
    assertThat(plan.pairs().total()).isEqualTo(975); // as many as without any trials
    assertThat(plan.search().trials().because()).contains("too short").contains("4m would do");
    assertThat(plan(1000, 0, 100, 240, 10).search().trials().because()).isEmpty();
  }

  @Test
  void withLittleTimeFewerCandidatesAreComparedOnFewerQuestions() {
    // a quarter of 120 s at 5 · 3 passages/s: 450 for the safe share and the whole, 35 questions
    // each
    FineTuningPlan plan = plan(116, 4000, 79, 120, 5);

    assertThat(plan.search().alphas()).containsExactly(.7, 1.0);
    assertThat(plan.search().ends()).containsExactly(1.0);
    assertThat(plan.search().dev().count()).isEqualTo(35);
    assertThat(plan(116, 4000, 79, 1200, 5).search().dev().count()).isEqualTo(79);
  }

  @Test
  void theProbeOfDocumentsComparesWhatTheTimeForChoosingPaysFor() {
    // a quarter of the seconds at 10 · 3 passages/s; a pool is 200 passages and 35 a held-out one
    assertThat(probe(2000).passages()).isEqualTo(100);
    assertThat(probe(2000).shares()).containsExactly(.3, .5, .7);
    assertThat(probe(400).passages()).isEqualTo(22); // 3,000 for three pools
    assertThat(probe(240)).isEqualTo(new FineTuningPlan.Probe(45, List.of(.3))); // 1,800 for one
    assertThat(probe(10)).isEqualTo(new FineTuningPlan.Probe(20, List.of(.3))); // the least
  }

  @Test
  void writtenQuestionsAndTheProbeShareTheTimeForChoosing() {
    FineTuningPlan.SearchSpace both = search(60, 1200);

    assertThat(both.probe()).isEqualTo(probe(400)); // a third of it
    assertThat(both.pool()).isEqualTo(search(60, 0, 800).pool());
    assertThat(both.alphas()).isEqualTo(search(60, 0, 800).alphas());
  }

  private static FineTuningPlan.Probe probe(double seconds) {
    return search(0, seconds).probe();
  }

  private static FineTuningPlan.SearchSpace search(int dev, double seconds) {
    return search(dev, 100, seconds);
  }

  private static FineTuningPlan.SearchSpace search(int dev, int heldOut, double seconds) {
    var inputs =
        new PlanInputs(
            new PlanInputs.Pairs(0, dev, 4000),
            new FineTuningPlan.Dev(dev, dev > 0),
            Headroom.UNKNOWN,
            true,
            5000,
            heldOut);
    return plan(inputs, Recipe.STANDARD, seconds).search();
  }

  @Test
  void theRuleStandsWhereQuestionsAreFewAndTheReasonSaysHowMany() {
    FineTuningPlan plan = plan(1000, 0, 29, 1e5, 10);

    assertThat(plan.search().trials().rates()).containsExactly(plan.optimisation().rate());
    assertThat(plan.search().ends()).containsExactly(1.0);
    assertThat(plan.search().trials().because())
        .contains("29 questions are too few")
        .contains("30");
  }

  @Test
  void aBudgetThatIsTooShortForAnythingStillTrainsOnAFewPairs() {
    for (FineTuningPlan plan :
        new FineTuningPlan[] {plan(0, 4000, 0, 1, 1), plan(100, 4000, 100, 1, .5)}) {
      assertThat(plan.pairs().total()).isEqualTo(Planner.FEWEST_PAIRS);
      assertThat(TrainingRun.steps(plan, plan.pairs().total())).isOne();
    }
  }
}
