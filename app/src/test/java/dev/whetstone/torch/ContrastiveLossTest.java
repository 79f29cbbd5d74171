package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.torch.ContrastiveBatch.Target;
import dev.whetstone.torch.ContrastiveTraining.LossSettings;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The loss against its formula in doubles, and its gradient against central differences.
class ContrastiveLossTest {
  private static final int QUESTIONS = 3;
  private static final int PASSAGES = 5;
  private static final int DIMENSION = 8;
  private static final int[] POSITIVES = {1, 4, 0};
  private static final double TEMPERATURE = .2;

  /// Of the first question one candidate is excluded, and one has no share; the second has none.
  private static final List<List<Target>> TARGETS =
      List.of(
          List.of(new Target(1, .5), new Target(3, .3), new Target(0, .2), new Target(2, 0)),
          List.of(),
          List.of(new Target(0, .25), new Target(4, .75)));

  static List<LossSettings> objectives() {
    return List.of(
        new LossSettings(TEMPERATURE, List.of()),
        new LossSettings(TEMPERATURE, List.of(4)),
        new LossSettings(TEMPERATURE, List.of(8, 5, 2)), // the whole vector counts once
        new LossSettings(TEMPERATURE, List.of(), .7),
        new LossSettings(TEMPERATURE, List.of(4, 2), 3));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void itIsTheMeanOverPrefixesAndItsGradientThatOfTheFormula(LossSettings settings) {
    double[] rows = rows();
    boolean[] excluded = new boolean[QUESTIONS * PASSAGES];
    excluded[3] = true; // question 0, passage 3
    excluded[PASSAGES] = true; // question 1, passage 0
    var batch =
        new ContrastiveBatch(
            NetworkTest.sequences(1, new int[] {4, 7, 5}),
            NetworkTest.sequences(2, new int[] {4, 7, 5, 3, 2}),
            POSITIVES,
            excluded,
            TARGETS);
    float[] values = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = (float) rows[i];
    }
    try (var _ = new Scope();
        var _ = new AutoGradMode(true)) {
      Tensor leaf = Device.floats(values, QUESTIONS + PASSAGES, DIMENSION);
      leaf.set_requires_grad(true);

      Tensor loss = ContrastiveLoss.of(leaf, batch, settings);
      loss.backward();

      assertThat(loss.item_double()).isCloseTo(formula(rows, excluded, settings), within(1e-5));
      float[] gradient = Device.read(leaf.grad());
      for (int i = 0; i < rows.length; i++) {
        assertThat((double) gradient[i])
            .as("by number " + i)
            .isCloseTo(numeric(rows, i, excluded, settings), within(1e-4));
      }
    }
  }

  private static double numeric(double[] rows, int at, boolean[] excluded, LossSettings settings) {
    double[] moved = rows.clone();
    moved[at] = rows[at] + 1e-5;
    double above = formula(moved, excluded, settings);
    moved[at] = rows[at] - 1e-5;
    return (above - formula(moved, excluded, settings)) / 2e-5;
  }

  private static double formula(double[] rows, boolean[] excluded, LossSettings settings) {
    double loss = ofPrefix(rows, excluded, DIMENSION, false, settings.distillation());
    int count = 1;
    for (int prefix : settings.dimensions()) {
      if (prefix < DIMENSION) {
        loss += ofPrefix(rows, excluded, prefix, true, settings.distillation());
        count++;
      }
    }
    return loss / count;
  }

  private static double ofPrefix(
      double[] rows, boolean[] excluded, int prefix, boolean unit, double distillation) {
    double loss = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      double sum = 0;
      double own = 0;
      for (int j = 0; j < PASSAGES; j++) {
        double score = score(rows, i, QUESTIONS + j, prefix, unit) / TEMPERATURE;
        sum += excluded[i * PASSAGES + j] ? 0 : Math.exp(score);
        own = j == POSITIVES[i] ? score : own;
      }
      loss += Math.log(sum) - own + distillation * divergence(rows, i, prefix, unit);
    }
    return loss / QUESTIONS;
  }

  /// Σ p log (p / q) over the candidates of a question, with the teacher's p and the student's
  /// softmax q; what is excluded as a negative is a candidate all the same.
  private static double divergence(double[] rows, int question, int prefix, boolean unit) {
    double all = 0;
    for (Target target : TARGETS.get(question)) {
      all +=
          Math.exp(score(rows, question, QUESTIONS + target.passage(), prefix, unit) / TEMPERATURE);
    }
    double sum = 0;
    for (Target target : TARGETS.get(question)) {
      double score =
          score(rows, question, QUESTIONS + target.passage(), prefix, unit) / TEMPERATURE;
      double share = Math.exp(score) / all;
      sum += target.share() > 0 ? target.share() * Math.log(target.share() / share) : 0;
    }
    return sum;
  }

  @Test
  void aStudentThatGivesTheTeachersSharesDivergesByNothing() {
    // cosines .6 and .8 at temperature .2: e³ against e⁴
    double share = 1 / (1 + Math.E);
    var targets = List.of(List.of(new Target(0, share), new Target(1, 1 - share)));
    var batch =
        new ContrastiveBatch(
            NetworkTest.sequences(1, new int[] {4}),
            NetworkTest.sequences(2, new int[] {4, 5}),
            new int[] {0},
            new boolean[2],
            targets);
    float[] rows = {1, 0, .6f, .8f, .8f, -.6f};
    try (var _ = new Scope()) {
      Tensor given = Device.floats(rows, 3, 2);

      double alone =
          ContrastiveLoss.of(given, batch, new LossSettings(.2, List.of())).item_double();
      double taught =
          ContrastiveLoss.of(given, batch, new LossSettings(.2, List.of(), 1)).item_double();

      assertThat(alone).isCloseTo(Math.log(1 + Math.E), within(1e-5));
      assertThat(taught - alone).isCloseTo(0, within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("noShares")
  void sharesThatAreNoneAreRefused(List<List<Target>> targets) {
    assertThatThrownBy(
            () ->
                new ContrastiveBatch(
                    NetworkTest.sequences(1, new int[] {4}),
                    NetworkTest.sequences(2, new int[] {4, 5}),
                    new int[] {0},
                    new boolean[2],
                    targets))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static List<List<List<Target>>> noShares() {
    return List.of(
        List.of(List.of(new Target(0, 1))), // one alone tells nothing
        List.of(List.of(new Target(0, .5), new Target(1, .4))),
        List.of(List.of(new Target(0, .5), new Target(0, .5))),
        List.of(List.of(new Target(0, .5), new Target(2, .5))),
        List.of(List.of(new Target(0, 1.5), new Target(1, -.5))),
        List.of(List.of(), List.of())); // two lists for one question
  }

  private static double score(double[] rows, int left, int right, int prefix, boolean unit) {
    double dot = 0;
    double ofLeft = 0;
    double ofRight = 0;
    for (int k = 0; k < prefix; k++) {
      double a = rows[left * DIMENSION + k];
      double b = rows[right * DIMENSION + k];
      dot += a * b;
      ofLeft += a * a;
      ofRight += b * b;
    }
    return unit ? dot / Math.sqrt(ofLeft * ofRight) : dot;
  }

  private static double[] rows() {
    var random = new Random(3);
    double[] rows = new double[(QUESTIONS + PASSAGES) * DIMENSION];
    for (int row = 0; row < QUESTIONS + PASSAGES; row++) {
      double squares = 0;
      for (int k = 0; k < DIMENSION; k++) {
        rows[row * DIMENSION + k] = random.nextGaussian();
        squares += rows[row * DIMENSION + k] * rows[row * DIMENSION + k];
      }
      for (int k = 0; k < DIMENSION; k++) {
        rows[row * DIMENSION + k] /= Math.sqrt(squares);
      }
    }
    return rows;
  }
}
