package dev.whetstone.encode;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.Pooling;

/// BERT in plain loops and doubles, one sequence at a time: the oracle for the runtimes. After
/// Devlin et al., 2019, in the form of Hugging Face's `BertModel`.
final class PlainBert {
  private PlainBert() {}

  static float[] embed(NetworkDescription network, NamedTensors weights, int[] ids) {
    var states = new double[ids.length][network.hidden()];
    for (int t = 0; t < ids.length; t++) {
      for (int d = 0; d < network.hidden(); d++) {
        states[t][d] =
            at(weights, "embeddings.word_embeddings.weight", ids[t], d)
                + at(weights, "embeddings.position_embeddings.weight", t, d)
                + at(weights, "embeddings.token_type_embeddings.weight", 0, d);
      }
    }
    norm(weights, "embeddings.LayerNorm", network, states);
    for (int layer = 0; layer < network.stack().layers().size(); layer++) {
      states = layer(network, weights, "encoder.layer." + layer, states);
    }
    return pooled(states, network.pooling());
  }

  private static double[][] layer(
      NetworkDescription network, NamedTensors weights, String name, double[][] states) {
    double[][] attended = attention(network, weights, name + ".attention.self", states);
    double[][] middle = dense(weights, name + ".attention.output.dense", attended);
    add(middle, states);
    norm(weights, name + ".attention.output.LayerNorm", network, middle);
    double[][] wide = dense(weights, name + ".intermediate.dense", middle);
    for (double[] row : wide) {
      for (int i = 0; i < row.length; i++) {
        row[i] = row[i] * .5 * (1 + erf(row[i] / Math.sqrt(2)));
      }
    }
    double[][] out = dense(weights, name + ".output.dense", wide);
    add(out, middle);
    norm(weights, name + ".output.LayerNorm", network, out);
    return out;
  }

  private static double[][] attention(
      NetworkDescription network, NamedTensors weights, String name, double[][] states) {
    double[][] q = dense(weights, name + ".query", states);
    double[][] k = dense(weights, name + ".key", states);
    double[][] v = dense(weights, name + ".value", states);
    int heads = network.stack().layers().getFirst().attention().heads();
    int width = network.hidden() / heads;
    var out = new double[states.length][network.hidden()];
    for (int head = 0; head < heads; head++) {
      for (int t = 0; t < states.length; t++) {
        var shares = new double[states.length];
        double sum = 0;
        for (int s = 0; s < states.length; s++) {
          double score = 0;
          for (int d = head * width; d < (head + 1) * width; d++) {
            score += q[t][d] * k[s][d];
          }
          shares[s] = Math.exp(score / Math.sqrt(width));
          sum += shares[s];
        }
        for (int s = 0; s < states.length; s++) {
          for (int d = head * width; d < (head + 1) * width; d++) {
            out[t][d] += shares[s] / sum * v[s][d];
          }
        }
      }
    }
    return out;
  }

  private static double[][] dense(NamedTensors weights, String name, double[][] in) {
    int out = weights.get(name + ".bias").data().length;
    var result = new double[in.length][out];
    for (int t = 0; t < in.length; t++) {
      for (int o = 0; o < out; o++) {
        result[t][o] = weights.get(name + ".bias").data()[o];
        for (int i = 0; i < in[t].length; i++) {
          result[t][o] += at(weights, name + ".weight", o, i) * in[t][i];
        }
      }
    }
    return result;
  }

  private static void add(double[][] to, double[][] other) {
    for (int t = 0; t < to.length; t++) {
      for (int d = 0; d < to[t].length; d++) {
        to[t][d] += other[t][d];
      }
    }
  }

  private static void norm(
      NamedTensors weights, String name, NetworkDescription network, double[][] states) {
    for (double[] row : states) {
      double mean = 0;
      for (double x : row) {
        mean += x / row.length;
      }
      double variance = 0;
      for (double x : row) {
        variance += (x - mean) * (x - mean) / row.length;
      }
      for (int d = 0; d < row.length; d++) {
        row[d] =
            (row[d] - mean)
                    / Math.sqrt(variance + network.stack().epsilon())
                    * weights.get(name + ".weight").data()[d]
                + weights.get(name + ".bias").data()[d];
      }
    }
  }

  private static float[] pooled(double[][] states, Pooling pooling) {
    var sum = new double[states[0].length];
    for (int t = 0; t < (pooling == Pooling.CLS ? 1 : states.length); t++) {
      for (int d = 0; d < sum.length; d++) {
        sum[d] += states[t][d];
      }
    }
    double square = 0;
    for (double x : sum) {
      square += x * x;
    }
    var unit = new float[sum.length];
    for (int d = 0; d < sum.length; d++) {
      unit[d] = (float) (sum[d] / Math.sqrt(square));
    }
    return unit;
  }

  private static double at(NamedTensors weights, String name, int row, int column) {
    return weights.get(name).data()[row * (int) weights.get(name).shape()[1] + column];
  }

  /// By its Taylor series, which converges everywhere; exact to 1e-12 for |x| < 4.
  private static double erf(double x) {
    if (Math.abs(x) > 4) {
      return Math.signum(x);
    }
    double sum = 0;
    double term = x;
    for (int n = 0; n < 200; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
