package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.torch.ContrastiveTraining.LossSettings;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The loss against its formula in doubles, and its gradient against central differences.
class ContrastiveLossTest {
  private static final int QUESTIONS = 3;
  private static final int PASSAGES = 5;
  private static final int DIMENSION = 8;
  private static final int[] POSITIVES = {1, 4, 0};
  private static final double TEMPERATURE = .2;

  static List<LossSettings> objectives() {
    return List.of(
        new LossSettings(TEMPERATURE, List.of()),
        new LossSettings(TEMPERATURE, List.of(4)),
        new LossSettings(TEMPERATURE, List.of(8, 5, 2))); // the whole vector counts once
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
            excluded);
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
    double loss = ofPrefix(rows, excluded, DIMENSION, false);
    int count = 1;
    for (int prefix : settings.dimensions()) {
      if (prefix < DIMENSION) {
        loss += ofPrefix(rows, excluded, prefix, true);
        count++;
      }
    }
    return loss / count;
  }

  private static double ofPrefix(double[] rows, boolean[] excluded, int prefix, boolean unit) {
    double loss = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      double sum = 0;
      double own = 0;
      for (int j = 0; j < PASSAGES; j++) {
        double score = score(rows, i, QUESTIONS + j, prefix, unit) / TEMPERATURE;
        sum += excluded[i * PASSAGES + j] ? 0 : Math.exp(score);
        own = j == POSITIVES[i] ? score : own;
      }
      loss += Math.log(sum) - own;
    }
    return loss / QUESTIONS;
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
