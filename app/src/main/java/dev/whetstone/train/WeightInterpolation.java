package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import java.util.Arrays;

/// Weights between two networks of one shape, after Wortsman et al., "Robust fine-tuning of
/// zero-shot models", CVPR 2022: part of the way back to the base keeps what it knew.
public final class WeightInterpolation {
  private WeightInterpolation() {}

  /// `(1 - alpha) * base + alpha * tuned`, tensor by tensor. Tensors that only the base has (a
  /// pooler that is not trained) stay as they are.
  ///
  /// @param alpha from 0 (the base's bits) to 1 (the tuned ones')
  public static NamedTensors mix(NamedTensors base, NamedTensors tuned, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha " + alpha + " is not from 0 to 1");
    }
    var mixed = new NamedTensors();
    for (String name : base.names()) {
      NamedTensors.Array from = base.get(name);
      mixed.put(name, tuned.has(name) ? mix(name, from, tuned.get(name), alpha) : from);
    }
    return mixed;
  }

  private static NamedTensors.Array mix(
      String name, NamedTensors.Array base, NamedTensors.Array tuned, double alpha) {
    if (!Arrays.equals(base.shape(), tuned.shape())) {
      throw new IllegalArgumentException("tensor " + name + " has two shapes");
    }
    float[] data = new float[base.data().length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) ((1 - alpha) * base.data()[i] + alpha * tuned.data()[i]);
    }
    return new NamedTensors.Array(base.shape().clone(), data);
  }
}
