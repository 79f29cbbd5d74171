package dev.whetstone.encode;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.Pooling;
import dev.whetstone.model.Model;
import java.nio.FloatBuffer;
import java.util.List;

/// Makes vectors of token states: pooling, the Dense modules of the model's head, unit length.
/// Immutable, safe for many threads.
///
/// @param network of which pooling and head are used
/// @param weights of the head
record VectorHead(NetworkDescription network, NamedTensors weights) {
  static VectorHead of(Model model) {
    return new VectorHead(model.network(), model.headWeights());
  }

  /// @param ids token sequences, each at least one token long
  /// @param tokens of the longest one, to which the states of the others are padded
  /// @param states `[ids.size(), tokens, hidden]`
  /// @return of unit length: `[ids.size() * dimension]`
  float[] vectors(List<int[]> ids, int tokens, FloatBuffer states) {
    int dimension = network.dimension();
    var rows = new float[ids.size() * dimension];
    for (int row = 0; row < ids.size(); row++) {
      double[] vector = pooled(states, row * tokens, ids.get(row).length);
      for (DenseModule module : network.head()) {
        vector = mapped(vector, module);
      }
      double square = 0;
      for (double x : vector) {
        square += x * x;
      }
      double norm = Math.sqrt(square);
      for (int d = 0; d < dimension; d++) {
        rows[row * dimension + d] = (float) (vector[d] / norm);
      }
    }
    return rows;
  }

  private double[] pooled(FloatBuffer states, int first, int tokens) {
    int hidden = network.hidden();
    int count = network.pooling() == Pooling.CLS ? 1 : tokens;
    var state = new float[hidden];
    var sum = new double[hidden];
    for (int i = 0; i < count; i++) {
      states.get((first + i) * hidden, state);
      for (int d = 0; d < hidden; d++) {
        sum[d] += state[d];
      }
    }
    if (!network.head().isEmpty()) { // otherwise the length of the sum is of no consequence
      for (int d = 0; d < hidden; d++) {
        sum[d] /= count;
      }
    }
    return sum;
  }

  private double[] mapped(double[] in, DenseModule module) {
    float[] weight = weights.get(module.linear().weightName()).data();
    var out = new double[module.linear().out()];
    for (int o = 0; o < out.length; o++) {
      double sum = module.linear().bias() ? weights.get(module.linear().biasName()).data()[o] : 0;
      for (int i = 0; i < in.length; i++) {
        sum += weight[o * in.length + i] * in[i];
      }
      out[o] = activated(sum, module.activation());
    }
    return out;
  }

  private static double activated(double x, Activation activation) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
    };
  }

  /// By its Taylor series; exact to 1e-7.
  private static double erf(double x) {
    if (Math.abs(x) > 4) {
      return Math.signum(x);
    }
    double sum = 0;
    double term = x;
    for (int n = 0; n < 100; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
