package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import org.junit.jupiter.api.Test;

/// By a plan of 300 s for 10 pairs a second: 1,950 pairs in 61 steps of 3.2 s, 195 s of training
/// and at most 75 s of choosing.
class TrainingBudgetTest {
  private static final double STEP = 3.2;
  private final TrainingBudget budget = TrainingBudget.of(plan(), 61, 300);

  private static FineTuningPlan plan() {
    return Planner.plan(
        new FineTuningPlan.Key(FineTuningPlan.FORMAT, "m", 1),
        PlannerTest.inputs(20_000, 0, 29, false),
        Recipe.PLAIN,
        300,
        new FineTuningPlan.Speed(Precision.FP32, 10, ContrastiveTraining.Limits.USUAL),
        true);
  }

  @Test
  void inTimeNothingIsCut() {
    assertThat(plan().pairs().total()).isEqualTo(1950);
    for (int done = 1; done <= 61; done++) {
      assertThat(budget.end(done, done * STEP, 0, 0)).isEqualTo(61);
      // 1.5 × 195 + 75 s is below 1.25 × 300
      assertThat(budget.end(done, done * STEP * 1.5, 0, 0)).isEqualTo(61);
    }
  }

  @Test
  void twiceAsSlowItIsCutToWhatLeavesTimeForChoosing() {
    // 10 steps took 64 s of 300; choosing will take 150; 86 s are 13 steps, but half of what is
    // left are 118 s, 18 steps
    assertThat(budget.end(10, 10 * STEP * 2, 0, 0)).isEqualTo(10 + 18);
  }

  @Test
  void timeSpentAndToBeSpentOnOtherTrainingsCounts() {
    // 252 s are left, of which choosing will take 112.5: 29 steps of 4.8 s
    assertThat(budget.end(10, 10 * STEP * 1.5, 0, 61)).isEqualTo(10 + 29);
    assertThat(budget.end(10, 10 * STEP, 200, 0)).isEqualTo(10 + 10); // half of 68 s
  }

  @Test
  void whereNoTimeIsLeftTheRateStillFallsToNothingInAFewSteps() {
    assertThat(budget.end(20, 1000, 0, 0)).isEqualTo(23);
    assertThat(budget.end(60, 1000, 0, 0)).isEqualTo(61);
  }

  @Test
  void theFirstStepsTellNothing() {
    assertThat(budget.end(4, 1000, 0, 0)).isEqualTo(61);
  }
}
