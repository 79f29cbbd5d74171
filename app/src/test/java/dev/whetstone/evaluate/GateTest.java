package dev.whetstone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GateTest {
  private static double[] normal(long seed, int n, double mean, double deviation) {
    var random = new Random(seed);
    var values = new double[n];
    Arrays.setAll(values, _ -> mean + deviation * random.nextGaussian());
    return values;
  }

  @Test
  void theIntervalOfNormalDifferencesIsThatOfTheNormalDistribution() {
    var zeros = new double[400];
    var differences = normal(1, 400, .03, .25);
    double mean = Arrays.stream(differences).average().orElseThrow();
    double error = Power.deviation(zeros, differences) / Math.sqrt(400);

    var interval = Bootstrap.paired(zeros, differences, Bootstrap.RESAMPLES, 1);

    // for 400 draws the percentiles lie at mean ± 1.96 standard errors; one-sided 95 % at −1.645
    assertThat(interval.mean()).isCloseTo(mean, within(1e-12));
    assertThat(interval.low95()).isCloseTo(mean - 1.96 * error, within(.1 * error));
    assertThat(interval.high95()).isCloseTo(mean + 1.96 * error, within(.1 * error));
    assertThat(interval.oneSidedLow(.95)).isCloseTo(mean - 1.645 * error, within(.1 * error));
  }

  @Test
  void theSameSeedGivesTheSameIntervalAndAnotherSeedAnother() {
    var a = normal(1, 50, .5, .3);
    var b = normal(2, 50, .5, .3);

    var first = Bootstrap.paired(a, b, 1000, 5);

    assertThat(Bootstrap.paired(a, b, 1000, 5).low95()).isEqualTo(first.low95());
    assertThat(Bootstrap.paired(a, b, 1000, 6).low95()).isNotEqualTo(first.low95());
  }

  @Test
  void questionsThatAllGainEquallyLeaveNoDoubt() {
    var interval = Bootstrap.paired(new double[] {.1, .2, .3}, new double[] {.2, .3, .4}, 100, 1);

    assertThat(interval.low95()).isCloseTo(.1, within(1e-12));
    assertThat(interval.high95()).isCloseTo(.1, within(1e-12));
  }

  @Test
  void aRealGainIsPromotedAndNoiseIsNot() {
    var zeros = new double[200];

    var real = Gate.standard().judge(zeros, normal(3, 200, .08, .25), 1);
    var noise = Gate.standard().judge(zeros, normal(4, 200, 0, .25), 1);

    assertThat(real).isInstanceOf(Verdict.Promoted.class);
    assertThat(noise).isInstanceOf(Verdict.NotPromoted.class);
    assertThat(noise.reason())
        .contains("200 questions")
        .contains("with 95 % confidence")
        .contains("not proven")
        .contains("would prove");
  }

  @Test
  void ofModelsWithoutAGainAboutOneInTwentyIsPromoted() {
    int promoted = 0;
    for (int trial = 0; trial < 300; trial++) {
      var verdict = Gate.standard().judge(new double[60], normal(trial, 60, 0, .25), trial);
      promoted += verdict.promoted() ? 1 : 0;
    }

    // binomial with n = 300, p = .05: 15 ± 3.8; p of the bootstrap at n = 60 is a little higher
    assertThat(promoted).isBetween(5, 27);
  }

  @Test
  void aStricterLevelAsksForMore() {
    var zeros = new double[100];
    var gains = normal(8, 100, .05, .25);

    assertThat(new Gate(.90).judge(zeros, gains, 1).promoted()).isTrue();
    assertThat(new Gate(.999).judge(zeros, gains, 1).promoted()).isFalse();
    assertThatThrownBy(() -> new Gate(1.2)).hasMessageContaining("1.2");
  }

  @Test
  void withoutQuestionsNothingIsProvenAndTheReasonSaysHowManyWouldDo() {
    var none = Gate.standard().judge(new double[0], new double[0], 1);
    var three = Gate.standard().judge(new double[3], new double[] {1, 1, 1}, 1);

    assertThat(none).isInstanceOf(Verdict.Unproven.class);
    assertThat(none.reason())
        .isEqualTo(
            "there are no questions to prove a gain with; 39 questions would prove a gain of 10"
                + " points, 155 one of 5 points");
    assertThat(three).isInstanceOf(Verdict.Unproven.class);
  }

  @Test
  void powerFollowsTheFormulaOfTheOneSidedTest() {
    // (1.6449 + .8416) · .25 / √60 = .0803;  (2.4865 · .25 / .05)² = 154.6
    assertThat(Power.STANDARD.provable(60, .25)).isCloseTo(.0803, within(1e-4));
    assertThat(Power.STANDARD.questions(.05, .25)).isEqualTo(155);
    assertThat(Power.STANDARD.with(60, .25))
        .isEqualTo(
            "with 60 questions only a gain above 8 points can be proven; 155 would prove 5"
                + " points");
  }

  @Test
  void aSurerGateNeedsMoreQuestions() {
    assertThat(Power.quantile(.975)).isCloseTo(1.959964, within(1e-6));
    assertThat(Power.quantile(.8)).isCloseTo(.841621, within(1e-6));
    assertThat(Power.quantile(.5)).isCloseTo(0, within(1e-9));
    // ((2.3263 + .8416) · .25 / .05)² = 250.9
    assertThat(new Power(.99).questions(.05, .25)).isEqualTo(251);
    assertThat(new Gate(.99).judge(new double[60], normal(1, 60, 0, .25), 1).reason())
        .contains(new Power(.99).with(60, Power.deviation(new double[60], normal(1, 60, 0, .25))));
  }

  @Test
  void theDeviationIsReadFromTheIntervalOfAGain() {
    var zeros = new double[200];
    var differences = normal(1, 200, .02, .12);
    var gain = Gain.of(Bootstrap.paired(zeros, differences, Bootstrap.RESAMPLES, 1));

    double exact = Power.deviation(zeros, differences);
    assertThat(Power.deviation(gain, 200)).hasValueCloseTo(exact, within(.05 * exact));
    assertThat(Power.deviation(gain, Gate.FEWEST - 1)).isEmpty();
    assertThat(Power.deviation(Gain.NONE, 200)).isEmpty();
  }

  @Test
  void aGainOfTheProvableSizeIsPromotedFourTimesInFive() {
    double gain = Power.STANDARD.provable(100, .25);
    int promoted = 0;
    for (int trial = 0; trial < 300; trial++) {
      var verdict = Gate.standard().judge(new double[100], normal(trial, 100, gain, .25), trial);
      promoted += verdict.promoted() ? 1 : 0;
    }

    // binomial with n = 300, p = .8: 240 ± 7
    assertThat(promoted).isBetween(215, 265);
  }
}
