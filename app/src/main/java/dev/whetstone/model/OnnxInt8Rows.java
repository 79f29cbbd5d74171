package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription.Linear;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The matrix products of an ONNX graph in 8 bits, with a scale for each token: for an encoder,
/// whose vectors are to stay in the space of fp32.
///
/// **Problem.** With one scale for all states of a call ([OnnxInt8]) a vector of bge-small has a
/// cosine of .9975 to that of fp32, and depends on the texts beside it.
///
/// **Method.** As [OnnxInt8], but each token's state is rounded with a scale of its own. Two more
/// things halve the error:
///
/// 1. *Smoothing* (Xiao et al., *SmoothQuant*, ICML 2023). Some columns of the states are far
///    larger than others, for every token, and take up the scale. A state that comes from a norm is
///    at most about `3 |gamma| + |beta|` in each column; the column is divided by `√(that / largest
///    weight)`, and its weights are multiplied by it. The products are the same.
/// 2. *GELU* is never below -.17. With that added its values need no sign, and have 255 steps in
///    place of 127; what is too much is taken off the products.
///
/// **Cost.** More operators for a product than [OnnxInt8] has. They are of no account for the few
/// tokens of a question, where time goes into reading the weights: of 20 tokens, one thread, one
/// takes half the processor time of fp32.
///
/// **Error.** The mean cosine to fp32 is .9995 (bge-small, 160 questions, the lowest .9992);
/// whether it is so for a model on a machine is measured before its graph is used. CPUs without
/// VNNI add pairs of products in 16 bits, where some sums are cut off.
final class OnnxInt8Rows implements OnnxProducts {
  /// Changes when the graph does: older ones in the cache are then left alone.
  static final int VERSION = 1;

  private static final int MOST = 127;
  private static final int MOST_WITHOUT_SIGN = 255;

  /// What stands for 0 in states with a sign: ONNX Runtime is fast for inputs without a sign alone.
  private static final int ZERO = 128;

  /// GELU's minimum is -.16997.
  private static final float GELU_DEPTH = .17f;

  /// Standard deviations that a normalised state is taken to have at most.
  private static final float DEVIATIONS = 3;

  private static final float LEAST = 1e-6f;

  private final OnnxBuilder graph;
  private final Map<String, float[]> sizes = new HashMap<>(); // of the columns of a norm's output
  private final Set<String> activated = new HashSet<>();
  private final Map<String, float[]> smoothing = new HashMap<>(); // by the rounded states
  private final Set<String> roundedStates = new HashSet<>();

  OnnxInt8Rows(OnnxBuilder graph) {
    this.graph = graph;
    graph.scalar("int8.least", LEAST);
    graph.scalar("int8.most", MOST);
    graph.scalar("int8.shift", ZERO + .5f);
    graph.unsignedByte("int8.zero_point", (byte) ZERO);
  }

  @Override
  public void normed(String output, float[] gamma, float[] beta) {
    var size = new float[gamma.length];
    for (int i = 0; i < size.length; i++) {
      float shift = i < beta.length ? Math.abs(beta[i]) : 0;
      size[i] = Math.max(LEAST, DEVIATIONS * Math.abs(gamma[i]) + shift);
    }
    sizes.put(output, size);
  }

  @Override
  public void activated(String output) {
    if (activated.isEmpty()) {
      graph.scalar("int8.most_without_sign", MOST_WITHOUT_SIGN);
      graph.scalar("int8.depth", GELU_DEPTH);
    }
    activated.add(output);
  }

  @Override
  public String product(String input, Linear linear, NamedTensors.Array weight, String output) {
    int in = linear.in();
    int out = linear.out();
    boolean unsigned = activated.contains(input);
    String states = unsigned ? withoutSign(input) : signed(input, weight.data(), in, out);
    float[] factors = smoothing.getOrDefault(states, new float[0]);
    var smooth = new float[in * out];
    for (int i = 0; i < smooth.length; i++) {
      smooth[i] = factors.length == 0 ? weight.data()[i] : weight.data()[i] * factors[i / out];
    }
    var rounded = RoundedWeight.of(smooth, in, out);
    String name = linear.weightName() + ".int8";
    rounded.addTo(graph, name);
    if (unsigned) {
      graph.op("MatMulInteger", output + ".sum", states, name);
    } else {
      graph.op("MatMulInteger", output + ".sum", states, name, "int8.zero_point");
    }
    graph.cast(output + ".float", output + ".sum", OnnxBuilder.FLOAT);
    graph.op("Mul", output + ".of_row", output + ".float", states + ".scale");
    if (!unsigned) {
      return graph.op("Mul", output, output + ".of_row", name + ".scales");
    }
    graph.constant(name + ".depths", new long[] {out}, rounded.sums(GELU_DEPTH));
    graph.op("Mul", output + ".deep", output + ".of_row", name + ".scales");
    return graph.op("Sub", output, output + ".deep", name + ".depths");
  }

  /// @return the name of the whole numbers; that of their scales is `.scale` behind it
  private String signed(String input, float[] weight, int in, int out) {
    String states = input + ".int8";
    if (!roundedStates.add(states)) {
      return states;
    }
    String smooth = input;
    float[] size = sizes.get(input);
    if (size != null) {
      var factors = new float[in];
      var inverse = new float[in];
      for (int i = 0; i < in; i++) {
        float largest = LEAST;
        for (int o = 0; o < out; o++) {
          largest = Math.max(largest, Math.abs(weight[i * out + o]));
        }
        factors[i] = (float) Math.sqrt(size[i] / largest);
        inverse[i] = 1 / factors[i];
      }
      smoothing.put(states, factors);
      graph.constant(states + ".smoothing", new long[] {in}, inverse);
      smooth = graph.op("Mul", states + ".smooth", input, states + ".smoothing");
    }
    graph.op("Abs", states + ".size", smooth);
    graph.largest(states + ".largest", states + ".size");
    graph.op("Max", states + ".bounded", states + ".largest", "int8.least");
    graph.op("Div", states + ".scale", states + ".bounded", "int8.most");
    graph.op("Div", states + ".scaled", smooth, states + ".scale");
    graph.op("Add", states + ".shifted", states + ".scaled", "int8.shift");
    return graph.cast(states, states + ".shifted", OnnxBuilder.UINT8); // which cuts off
  }

  private String withoutSign(String input) {
    String states = input + ".uint8";
    if (!roundedStates.add(states)) {
      return states;
    }
    graph.op("Add", states + ".deep", input, "int8.depth");
    graph.largest(states + ".largest", states + ".deep");
    graph.op("Max", states + ".bounded", states + ".largest", "int8.least");
    graph.op("Div", states + ".scale", states + ".bounded", "int8.most_without_sign");
    graph.op("Div", states + ".scaled", states + ".deep", states + ".scale");
    graph.op("Add", states + ".shifted", states + ".scaled", "half");
    return graph.cast(states, states + ".shifted", OnnxBuilder.UINT8);
  }
}
