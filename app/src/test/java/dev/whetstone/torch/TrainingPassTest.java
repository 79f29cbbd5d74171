package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Pooling;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The written-out gradient against two oracles, on `sum(rows * R)` with a fixed random `R`.
class TrainingPassTest {
  private static final Layout LAYOUT = new Layout(NetworkTest.TINY);

  private final Packed batch = Packed.of(NetworkTest.sequences(4, new int[] {9, 12, 11, 3, 12, 1}));

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void theGradientIsThatOfAutomaticDifferentiation(Pooling pooling) {
    try (var _ = new Scope();
        var weights = weights();
        var gradients = Weights.zeros(LAYOUT, ScalarType.Double)) {
      Tensor direction = direction();
      Tensor ofWords = gradient(pooling, weights, gradients, direction);

      weights.words().set_requires_grad(true);
      LAYOUT.names().forEach(name -> weights.get(name).set_requires_grad(true));
      loss(pooling, weights, direction).backward();

      for (String name : LAYOUT.names()) {
        assertThat(difference(gradients.get(name), weights.get(name).grad()))
            .as(name)
            .isLessThan(1e-9);
      }
      assertThat(difference(ofWords, weights.words().grad())).isLessThan(1e-9);
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void theGradientIsThatOfCentralDifferences(Pooling pooling) {
    double step = 1e-5;
    var random = new Random(8);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var weights = weights();
        var gradients = Weights.zeros(LAYOUT, ScalarType.Double)) {
      Tensor direction = direction();
      Tensor ofWords = gradient(pooling, weights, gradients, direction);

      for (String name : LAYOUT.names()) {
        Tensor tensor = weights.get(name).view(-1);
        int at = random.nextInt(Math.toIntExact(tensor.numel()));
        double numeric = difference(pooling, weights, direction, tensor, at, step);
        assertThat(value(gradients.get(name).view(-1), at))
            .as(name + " at " + at)
            .isCloseTo(numeric, within(1e-7));
      }
      int used = Math.toIntExact(batch.ids()[3]) * NetworkTest.TINY.hidden() + 5;
      assertThat(value(ofWords.view(-1), used))
          .isCloseTo(
              difference(pooling, weights, direction, weights.words().view(-1), used, step),
              within(1e-7));
    }
  }

  @Test
  void forwardGivesTheRowsOfInference() {
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var weights = weights();
        var gradients = Weights.zeros(LAYOUT, ScalarType.Double)) {
      Tensor rows =
          new TrainingPass(Pooling.CLS, weights, gradients, batch, weights.words(), batch.ids())
              .forward();

      assertThat(
              difference(
                  rows,
                  EncoderPass.embed(
                      NetworkTest.TINY, Pooling.CLS, weights, batch, batch.ids(), true)))
          .isLessThan(1e-12);
    }
  }

  /// Larger than at the start of a training, so that no gradient is nearly 0.
  private static Weights weights() {
    try (var _ = new Scope();
        var small = Weights.of(LAYOUT, RandomWeights.of(NetworkTest.TINY, 5))) {
      Weights weights = small.copy(ScalarType.Double);
      weights.flat().mul_(new Scalar(6.0)).add_(new Scalar(.01));
      weights.words().mul_(new Scalar(10.0));
      return weights;
    }
  }

  private Tensor direction() {
    torch.manual_seed(2);
    return torch.randn(batch.size(), NetworkTest.TINY.hidden()).to(ScalarType.Double);
  }

  private Tensor gradient(Pooling pooling, Weights weights, Weights gradients, Tensor direction) {
    try (var scope = new Scope();
        var _ = new NoGradGuard()) {
      var pass = new TrainingPass(pooling, weights, gradients, batch, weights.words(), batch.ids());
      pass.forward();
      return scope.hand(pass.backward(direction));
    }
  }

  private Tensor loss(Pooling pooling, Weights weights, Tensor direction) {
    return EncoderPass.embed(NetworkTest.TINY, pooling, weights, batch, batch.ids(), false)
        .mul(direction)
        .sum();
  }

  private double difference(
      Pooling pooling, Weights weights, Tensor direction, Tensor tensor, int at, double step) {
    try (var _ = new Scope()) {
      Tensor one = tensor.narrow(0, at, 1);
      one.add_(new Scalar(step));
      double above = loss(pooling, weights, direction).item_double();
      one.sub_(new Scalar(2 * step));
      double below = loss(pooling, weights, direction).item_double();
      one.add_(new Scalar(step));
      return (above - below) / (2 * step);
    }
  }

  private static double value(Tensor tensor, int at) {
    try (var _ = new Scope()) {
      return tensor.narrow(0, at, 1).item_double();
    }
  }

  private static double difference(Tensor left, Tensor right) {
    return left.sub(right).abs().max().item_double();
  }
}
