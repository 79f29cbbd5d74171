package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.Pooling;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ContrastiveTrainingTest {
  private static final List<int[]> QUESTIONS = NetworkTest.sequences(1, new int[] {4, 7, 5});
  private static final List<int[]> PASSAGES = NetworkTest.sequences(2, new int[] {20, 9, 21, 20});

  @Test
  void theLossIsTheCrossEntropyOfTheCosines() {
    try (var network =
            Network.of(
                NetworkTest.TINY.withPooling(Pooling.CLS), RandomWeights.of(NetworkTest.TINY, 3));
        var training = new ContrastiveTraining(network, settings(Precision.FP32))) {
      double expected = expectedLoss(network, new boolean[12]);

      assertThat(training.step(batch(new boolean[12]), 1e-4))
          .isCloseTo((float) expected, within(1e-5f));
    }
  }

  @Test
  void anExcludedPairDoesNotCount() {
    boolean[] excluded = new boolean[12];
    excluded[3] = true; // question 0, passage 3
    excluded[4] = true; // question 1, passage 0
    try (var network =
            Network.of(
                NetworkTest.TINY.withPooling(Pooling.CLS), RandomWeights.of(NetworkTest.TINY, 3));
        var training = new ContrastiveTraining(network, settings(Precision.FP32))) {
      double expected = expectedLoss(network, excluded);

      assertThat(training.step(batch(excluded), 1e-4)).isCloseTo((float) expected, within(1e-5f));
      assertThat(expected).isNotCloseTo(expectedLoss(network, new boolean[12]), within(.01));
    }
  }

  @Test
  void bf16LearnsAsFp32Does() {
    assumeTrue(
        Calibration.measure().bf16().inference() > 0, "bf16 is emulated here, so it is not used");
    float exact = lossAfter30Steps(Precision.FP32);
    float rounded = lossAfter30Steps(Precision.BF16);

    assertThat(exact).isLessThan(.7f);
    assertThat(rounded).isCloseTo(exact, within(.1f));
  }

  private static float lossAfter30Steps(Precision precision) {
    try (var network =
            Network.of(
                NetworkTest.TINY.withPooling(Pooling.MEAN), RandomWeights.of(NetworkTest.TINY, 3));
        var training = new ContrastiveTraining(network, settings(precision))) {
      float loss = 0;
      for (int i = 0; i < 30; i++) {
        loss = training.step(batch(new boolean[12]), 1e-3);
      }
      return loss;
    }
  }

  @Test
  void aStepLeavesNoTensorBehind() {
    try (var network =
            Network.of(
                NetworkTest.TINY.withPooling(Pooling.CLS), RandomWeights.of(NetworkTest.TINY, 3));
        var training = new ContrastiveTraining(network, settings(Precision.BF16))) {
      training.step(batch(new boolean[12]), 1e-3);
      long before = Scope.liveTensors();

      training.step(batch(new boolean[12]), 1e-3);

      assertThat(Scope.liveTensors()).isEqualTo(before);
    }
  }

  @Test
  void bothWaysToAttendGiveTheSameContextAndGradients() {
    try (var outer = new Scope();
        var arena = new Arena(ScalarType.Double);
        var scope = new Scope();
        var _ = new NoGradGuard()) {
      torch.manual_seed(3);
      Tensor qkv = torch.randn(2, 5, 3, 4, 8).to(ScalarType.Double);
      Tensor gradient = torch.randn(2, 5, 4, 8).to(ScalarType.Double);
      float[] padding = {0, 0, 0, 0, 0, 0, 0, 0, -1e4f, -1e4f};
      Tensor padded = AbstractTensor.create(padding, 2, 1, 1, 5).to(ScalarType.Double);
      Optional<Tensor> mask = Optional.of(padded);
      var additions = new AttentionKernel.Additions(mask, Optional.empty());

      Tensor[] results = new Tensor[2];
      for (int way = 0; way < 2; way++) {
        Tensor context = torch.zeros_like(gradient);
        var attention =
            way == 0
                ? AttentionBlocks.of(scope, arena, 30, inputs(qkv), additions, context)
                : AttentionKernel.Flash.of(scope, inputs(qkv), mask, context);
        Tensor of = torch.zeros_like(qkv);
        attention.backward(gradient, inputs(of));
        results[way] = torch.cat(new TensorVector(of.view(-1), context.view(-1)), 0);
      }

      assertThat(results[0].sub(results[1]).abs().max().item_double()).isLessThan(1e-12);
      assertThat(outer).isNotNull();
    }
  }

  private static AttentionKernel.Inputs inputs(Tensor qkv) {
    return new AttentionKernel.Inputs(qkv.select(2, 0), qkv.select(2, 1), qkv.select(2, 2));
  }

  /// Adam with decoupled weight decay written down from the paper, in double.
  @Test
  void adamWFollowsThePaper() {
    var layout = new ParameterLayout(NetworkTest.TINY);
    var random = new Random(6);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var weights = Weights.of(layout, RandomWeights.of(NetworkTest.TINY, 2));
        var adam = new AdamW(weights, .1, 1, 1)) {
      int[] watched = {
        0, 100, Math.toIntExact(layout.decayEnd()), Math.toIntExact(layout.length()) - 1
      };
      double[] expected = new double[watched.length];
      double[] first = new double[watched.length];
      double[] second = new double[watched.length];
      for (int i = 0; i < watched.length; i++) {
        expected[i] = weights.flat().narrow(0, watched[i], 1).item_double();
      }
      float word = weights.words().select(0, 9).narrow(0, 3, 1).item_float();
      for (int step = 1; step <= 5; step++) {
        float[] gradient = new float[Math.toIntExact(layout.length())];
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] = (float) random.nextGaussian();
        }
        double norm = 0;
        for (float each : gradient) {
          norm += (double) each * each;
        }
        double divisor = Math.max(1, Math.sqrt(norm));
        for (int i = 0; i < watched.length; i++) {
          double g = gradient[watched[i]] / divisor;
          double decay = watched[i] < layout.decayEnd() ? .1 : 0;
          first[i] = .9 * first[i] + .1 * g;
          second[i] = .999 * second[i] + .001 * g * g;
          double m = first[i] / (1 - Math.pow(.9, step));
          double v = second[i] / (1 - Math.pow(.999, step));
          expected[i] -= .01 * (m / (Math.sqrt(v) + 1e-8) + decay * expected[i]);
        }
        double reported =
            adam.step(
                AbstractTensor.create(gradient),
                Device.indices(new long[] {4}),
                torch.zeros(1, NetworkTest.TINY.hidden()),
                .01);
        assertThat(reported).isCloseTo(Math.sqrt(norm), within(1e-3));
      }

      for (int i = 0; i < watched.length; i++) {
        assertThat(weights.flat().narrow(0, watched[i], 1).item_double())
            .isCloseTo(expected[i], within(1e-6));
      }
      assertThat(weights.words().select(0, 9).narrow(0, 3, 1).item_float())
          .as("a word that did not occur")
          .isEqualTo(word);
    }
  }

  /// Adam's first step moves each weight by the rate, whatever its gradient.
  @Test
  void theRateFallsFromLayerToLayerAndIsLeastInTheEmbeddings() {
    var network = Networks.bert(); // two layers
    var layout = new ParameterLayout(network);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var weights = Weights.of(layout, RandomWeights.of(network, 2));
        var adam = new AdamW(weights, 0, 1e9, .5)) {
      Tensor before = weights.flat().clone();
      Tensor wordsBefore = weights.words().clone();

      adam.step(
          torch.ones_like(weights.flat()),
          Device.indices(new long[] {4}),
          torch.ones(1, network.hidden()),
          .01);

      Tensor moved = before.sub(weights.flat()).div(new Scalar(.01));
      for (String name : layout.names()) {
        double expected = name.contains("layer.1.") ? 1 : name.contains("layer.0.") ? .5 : .25;
        ParameterLayout.Span span = layout.span(name);
        Tensor part = moved.narrow(0, span.offset(), span.count());
        assertThat(part.mean().item_double()).as(name).isCloseTo(expected, within(1e-3));
      }
      Tensor word = wordsBefore.select(0, 4).sub(weights.words().select(0, 4));
      assertThat(word.mean().item_double()).isCloseTo(.0025, within(1e-5));
      assertThat(layout.rateSpans(1)).hasSize(2);
      assertThat(layout.rateSpans(.5).stream().mapToLong(run -> run.span().count()).sum())
          .isEqualTo(layout.length());
    }
  }

  private static ContrastiveTraining.StepSettings settings(Precision precision) {
    return ContrastiveTraining.StepSettings.of(precision, .1);
  }

  private static ContrastiveBatch batch(boolean[] excluded) {
    return new ContrastiveBatch(QUESTIONS, PASSAGES, new int[] {1, 2, 0}, excluded);
  }

  private static double expectedLoss(Network network, boolean[] excluded) {
    float[] questions = network.embed(QUESTIONS, Precision.FP32);
    float[] passages = network.embed(PASSAGES, Precision.FP32);
    int[] positives = {1, 2, 0};
    double loss = 0;
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      for (int j = 0; j < 4; j++) {
        if (!excluded[4 * i + j]) {
          sum += Math.exp(NetworkTest.dot(questions, i, passages, j) / .1);
        }
      }
      loss += Math.log(sum) - NetworkTest.dot(questions, i, passages, positives[i]) / .1;
    }
    return loss / 3;
  }
}
