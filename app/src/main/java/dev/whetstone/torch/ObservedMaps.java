package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Linear;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// By libtorch's general operators, and notes how large the inputs of each map are. On one thread.
final class ObservedMaps implements LinearMaps {
  private final LinearMaps.Plain plain;
  private final Map<String, Tensor> largest = new HashMap<>();

  ObservedMaps(Weights weights) {
    this.plain = new LinearMaps.Plain(weights);
  }

  /// The largest absolute input of each column, by the name of the map's weight: `[in]`. The caller
  /// frees them.
  Map<String, Tensor> largest() {
    return largest;
  }

  @Override
  public ScalarType type() {
    return plain.type();
  }

  @Override
  public Tensor apply(Tensor in, Linear linear, long from, long count) {
    try (var scope = new Scope()) {
      Tensor now = in.abs().amax(new long[] {0}, false).clamp_min_(new Scalar(1e-5));
      Tensor before = largest.get(linear.weightName());
      if (before == null) {
        largest.put(linear.weightName(), scope.keep(now));
      } else {
        var _ = torch.maximum_out(before, before, now);
      }
    }
    return plain.apply(in, linear, from, count);
  }

  /// The output of GELU is not smoothed, so it is not observed.
  @Override
  public Tensor feedForward(Tensor in, Linear up, Linear down, Tensor residual) {
    return plain.plus(gelu(in, up), down, residual);
  }
}
