package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.PairTokens;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The written-out gradient against two oracles, and automatic differentiation of the general
/// network against one, on `sum(rows * R)` with a fixed random `R`, in doubles.
class TrainingPassTest {
  private static final List<int[]> SEQUENCES =
      NetworkTest.sequences(4, new int[] {9, 12, 11, 3, 12, 1});

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#fast")
  void theGradientIsThatOfTheGeneralNetwork(NetworkDescription network) {
    var layout = new ParameterLayout(network);
    PackedBatch batch = batch(network);
    try (var _ = new Scope();
        var weights = weights(network);
        var gradients = Weights.zeros(layout, ScalarType.Double);
        var arena = new Arena(ScalarType.Double);
        var general = Weights.zeros(layout, ScalarType.Double)) {
      Tensor direction = direction(network);
      Tensor ofWords =
          gradient(
              GradientPass.of(weights, gradients, batch, weights.words(), batch.ids(), arena),
              direction);
      Tensor ofWordsInGeneral =
          gradient(
              new AutogradPass(weights, general, batch, weights.words(), batch.ids()), direction);

      assertThat(TrainingPass.computes(network)).isTrue();
      for (String name : layout.names()) {
        assertThat(difference(gradients.get(name), general.get(name))).as(name).isLessThan(1e-9);
      }
      assertThat(difference(ofWords, ofWordsInGeneral)).isLessThan(1e-9);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#everything")
  void theGradientIsThatOfCentralDifferences(NetworkDescription network) {
    double step = 1e-6;
    var random = new Random(8);
    var layout = new ParameterLayout(network);
    PackedBatch batch = batch(network);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var weights = weights(network);
        var gradients = Weights.zeros(layout, ScalarType.Double);
        var arena = new Arena(ScalarType.Double)) {
      Tensor direction = direction(network);
      Tensor ofWords =
          gradient(
              GradientPass.of(weights, gradients, batch, weights.words(), batch.ids(), arena),
              direction);

      for (String name : layout.names()) {
        Tensor tensor = weights.get(name).view(-1);
        int at = random.nextInt(Math.toIntExact(tensor.numel()));
        double numeric = difference(weights, direction, tensor, at, step);
        assertThat(value(gradients.get(name).view(-1), at))
            .as(name + " at " + at)
            .isCloseTo(numeric, within(1e-7));
      }
      int used = Math.toIntExact(batch.ids()[3]) * network.hidden() + 5;
      assertThat(value(ofWords.view(-1), used))
          .isCloseTo(
              difference(weights, direction, weights.words().view(-1), used, step), within(1e-7));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.torch.Networks#everything")
  void forwardGivesTheRowsOfInference(NetworkDescription network) {
    PackedBatch batch = batch(network);
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var weights = weights(network);
        var gradients = Weights.zeros(new ParameterLayout(network), ScalarType.Double);
        var arena = new Arena(ScalarType.Double)) {
      Tensor rows =
          GradientPass.of(weights, gradients, batch, weights.words(), batch.ids(), arena).forward();

      assertThat(
              difference(
                  rows,
                  new NetworkPass(weights, batch, NetworkPass.Attention.FUSED)
                      .compute(weights.words(), batch.ids())))
          .isLessThan(1e-12);
    }
  }

  /// Larger than at the start of a training, so that no gradient is nearly 0.
  private static Weights weights(NetworkDescription network) {
    try (var _ = new Scope();
        var _ = new NoGradGuard();
        var small = Weights.of(new ParameterLayout(network), RandomWeights.of(network, 5))) {
      Weights weights = small.copy(ScalarType.Double);
      weights.flat().mul_(new Scalar(6.0)).add_(new Scalar(.01));
      weights.words().mul_(new Scalar(10.0));
      return weights;
    }
  }

  /// Pairs whose second text begins at different places, where the network scores.
  private static PackedBatch batch(NetworkDescription network) {
    return network.scores()
        ? PackedBatch.ofPairs(
            SEQUENCES.stream().map(ids -> new PairTokens(ids, ids.length / 3)).toList())
        : PackedBatch.of(SEQUENCES);
  }

  private static Tensor direction(NetworkDescription network) {
    torch.manual_seed(2);
    return torch.randn(SEQUENCES.size(), network.dimension()).to(ScalarType.Double);
  }

  private static Tensor gradient(GradientPass pass, Tensor direction) {
    try (var scope = new Scope();
        var _ = new NoGradGuard()) {
      pass.forward();
      return scope.hand(pass.backward(direction));
    }
  }

  private static double loss(Weights weights, Tensor direction) {
    PackedBatch batch = batch(weights.layout().description());
    return new NetworkPass(weights, batch, NetworkPass.Attention.DIFFERENTIABLE)
        .compute(weights.words(), batch.ids())
        .mul(direction)
        .sum()
        .item_double();
  }

  private static double difference(
      Weights weights, Tensor direction, Tensor tensor, int at, double step) {
    try (var _ = new Scope()) {
      Tensor one = tensor.narrow(0, at, 1);
      one.add_(new Scalar(step));
      double above = loss(weights, direction);
      one.sub_(new Scalar(2 * step));
      double below = loss(weights, direction);
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
