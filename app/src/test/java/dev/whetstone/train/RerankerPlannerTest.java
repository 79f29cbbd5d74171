package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import org.junit.jupiter.api.Test;

class RerankerPlannerTest {
  private static final RerankerPlan.Key KEY = new RerankerPlan.Key(RerankerPlan.FORMAT, "d", 1);

  private static RerankerPlan plan(
      int lists, int dev, boolean fresh, double seconds, double perSecond, double millis) {
    return RerankerPlanner.plan(
        KEY,
        new RerankerPlanner.Inputs(lists, dev, 12, fresh, 256),
        seconds,
        150,
        new RerankerPlan.Speed(
            Precision.BF16, perSecond, millis, ContrastiveTraining.Limits.USUAL));
  }

  @Test
  void theExampleOfTheEssay() {
    var plan = plan(600, 90, true, 600, 2, 30);

    assertThat(plan.shape().layers()).isEqualTo(5); // 12 · 150 / (12 · 30)
    assertThat(plan.shape().depth()).isEqualTo(12); // 12.5 ms each
    // 840 lists of twelve layers are 2,016 of five; 1,800 are wanted, a trial takes a third
    assertThat(plan.lists().negatives()).isEqualTo(7);
    assertThat(plan.search().rates()).hasSize(2);
    assertThat(plan.lists().total()).isEqualTo(1512);
    assertThat(plan.lists().last()).isEqualTo(24);
    assertThat(plan.seconds()).isCloseTo(315, within(1.0));
  }

  @Test
  void aFastMachineKeepsAllLayersAndReordersFifty() {
    var plan = plan(600, 90, true, 600, 20, 2);

    assertThat(plan.shape().layers()).isEqualTo(12);
    assertThat(plan.shape().depth()).isEqualTo(50);
    assertThat(plan.lists().total()).isEqualTo(1800);
    assertThat(plan.search().rates()).hasSize(3);
    assertThat(plan.search().ends()).containsExactly(.5, 1.0);
  }

  @Test
  void aLoadedRerankerKeepsItsLayersAndIsTrainedMoreGently() {
    var loaded = plan(600, 90, false, 600, 2, 30);

    assertThat(loaded.shape().layers()).isEqualTo(12);
    assertThat(loaded.shape().depth()).isEqualTo(5);
    assertThat(loaded.optimisation().rate())
        .isLessThan(plan(600, 90, true, 600, 2, 30).optimisation().rate());
  }

  @Test
  void onASlowMachineSomeLayersAndSomeListsAreLeft() {
    var plan = plan(5000, 200, true, 60, .1, 400);

    assertThat(plan.shape().layers()).isEqualTo(3);
    assertThat(plan.shape().depth()).isEqualTo(1);
    assertThat(plan.lists().negatives()).isEqualTo(3);
    assertThat(plan.lists().total()).isBetween(4, 100);
    assertThat(plan.search().rates()).hasSize(1);
    assertThat(plan.search().questions()).isGreaterThanOrEqualTo(30);
  }

  @Test
  void whereFp32IsFasterThanBf16TheTimeInEightBitsIsExpected() {
    var plan =
        RerankerPlanner.plan(
            KEY,
            new RerankerPlanner.Inputs(600, 90, 12, true, 256),
            600,
            150,
            new RerankerPlan.Speed(Precision.FP32, 2, 30, ContrastiveTraining.Limits.USUAL));

    assertThat(plan.shape().layers()).isEqualTo(10); // 12 · 150 / (12 · 15)
    assertThat(plan.shape().depth()).isEqualTo(12);
  }

  @Test
  void aFewPassagesMoreThanFitTellCandidatesApart() {
    assertThat(plan(5000, 200, true, 60, .1, 400).search().depth()).isEqualTo(10);
  }

  @Test
  void withoutDevQuestionsNothingIsCompared() {
    var plan = plan(600, 0, true, 600, 20, 2);

    assertThat(plan.search().rates()).hasSize(1);
    assertThat(plan.search().questions()).isZero();
  }

  @Test
  void thePlanIsAFunctionOfItsArguments() {
    assertThat(plan(600, 90, true, 600, 2, 30)).isEqualTo(plan(600, 90, true, 600, 2, 30));
    assertThat(plan(600, 90, true, 600, 2, 30).hash())
        .isNotEqualTo(plan(600, 90, true, 500, 2, 30).hash());
  }
}
