package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription.Linear;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The matrix products of an ONNX graph in 8 bits.
///
/// **Problem.** Nearly all time of a network goes into products of states with weights. CPUs
/// multiply 8-bit numbers two to four times as fast as fp32 ones, and the weights take a quarter of
/// the memory.
///
/// **Method.** Dynamic quantisation, as ONNX Runtime's own tool does it. Each column of a weight
/// (one output) is rounded to whole numbers from -127 to 127 with a scale of its own, once, when
/// the graph is built. Each input is rounded to whole numbers from 0 to 255 when it is computed,
/// with one scale and zero point for all of it (`DynamicQuantizeLinear`), once for all products
/// that read it. `MatMulInteger` sums exactly in 32 bits; the sum times both scales is the product.
/// Everything else (embeddings, norms, attention, the head) stays fp32.
///
/// **Error.** Half a step in each factor: 1/254 of a column's largest weight, 1/510 of the input's
/// range. An outlier in a state coarsens the whole batch, so whether scores stay in order is
/// measured on a sample before the graph is used.
///
/// **Example.** The column (0.5, -1.27) has the scale .01 and becomes (50, -127).
final class OnnxInt8 implements OnnxProducts {
  /// Changes when the graph does: older ones in the cache are then left alone.
  static final int VERSION = 1;

  private final OnnxBuilder graph;
  private final Set<String> quantized = new HashSet<>();

  OnnxInt8(OnnxBuilder graph) {
    this.graph = graph;
  }

  @Override
  public String product(String input, Linear linear, NamedTensors.Array weight, String output) {
    String states = input + ".int8";
    if (quantized.add(input)) {
      graph.ops(
          "DynamicQuantizeLinear",
          List.of(states, states + ".scale", states + ".zero"),
          List.of(input));
    }
    String name = linear.weightName() + ".int8";
    RoundedWeight.of(weight.data(), linear.in(), linear.out()).addTo(graph, name);
    graph.op("MatMulInteger", output + ".sum", states, name, states + ".zero");
    graph.cast(output + ".float", output + ".sum", OnnxBuilder.FLOAT);
    graph.op("Mul", output + ".scale", states + ".scale", name + ".scales");
    return graph.op("Mul", output, output + ".float", output + ".scale");
  }
}
