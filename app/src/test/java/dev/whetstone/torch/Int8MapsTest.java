package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Linear;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// 8-bit maps against the same maps in fp32.
class Int8MapsTest {
  private static final NetworkDescription BERT = Networks.bert();

  /// The states that reach a feed-forward part differ in size from layer to layer, and those after
  /// GELU have a floor, which must not coarsen small ones.
  @ParameterizedTest
  @ValueSource(doubles = {.01, .3, 1, 30})
  void smallAndLargeStatesAreRoundedAlike(double size) {
    assumeTrue(Network.computesInt8(), "libtorch does not multiply 8-bit numbers here");
    var weights = Weights.of(new ParameterLayout(BERT), RandomWeights.of(BERT, 3));
    try (var maps = new Int8Maps(weights, Map.of());
        var _ = new Scope();
        var _ = new NoGradGuard()) {
      Tensor states = torch.randn(40, 32).mul(new Scalar(size));

      Tensor expected = feedForward(new LinearMaps.Plain(weights), states);
      Tensor found = feedForward(maps, states);

      double error = norm(found.sub(expected)) / norm(expected);
      assertThat(error).as("of states of %s", size).isLessThan(.04);
    } finally {
      weights.close();
    }
  }

  @Test
  void aRowOfZerosGivesTheBias() {
    assumeTrue(Network.computesInt8(), "libtorch does not multiply 8-bit numbers here");
    var weights = Weights.of(new ParameterLayout(BERT), RandomWeights.of(BERT, 3));
    try (var maps = new Int8Maps(weights, Map.of());
        var _ = new Scope();
        var _ = new NoGradGuard()) {
      Linear up = up();
      Tensor states = torch.randn(3, 32);
      states.narrow(0, 1, 1).zero_();

      Tensor found = maps.apply(states, up).narrow(0, 1, 1).squeeze(0);

      assertThat(norm(found.sub(weights.get(up.biasName())))).isLessThan(1e-6);
    } finally {
      weights.close();
    }
  }

  private static Linear up() {
    return BERT.stack().layers().getFirst().feedForward().up();
  }

  private static Tensor feedForward(LinearMaps maps, Tensor states) {
    Linear down = BERT.stack().layers().getFirst().feedForward().down();
    return maps.feedForward(states, up(), down, torch.zeros_like(states));
  }

  private static double norm(Tensor tensor) {
    return tensor.norm().item_float();
  }
}
