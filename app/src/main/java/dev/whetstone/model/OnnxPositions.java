package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import dev.whetstone.core.RelativeBias;
import dev.whetstone.core.Rotary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// The part of an encoder's ONNX graph that knows where tokens stand, and which are padding. What
/// all layers share is computed once:
///
/// - the bias on attention scores, `[batch, 1 or heads, 1 or tokens, tokens]`: -10000 for keys that
///   are padding or outside a layer's window, plus the relative bias by head and distance;
/// - cosines and sines for rotary positions, `[tokens, head width / 2]`, one pair for each base.
///
/// e^-10000 is 0 in fp32, and a token always sees itself, so a masked key has no share at all.
final class OnnxPositions {
  static final float MASKED = -10000f;

  private final NetworkDescription network;
  private final OnnxBuilder graph;

  /// The name of the bias by the window.
  private final Map<OptionalInt, String> biases = new HashMap<>();

  OnnxPositions(NetworkDescription network, OnnxBuilder graph) {
    this.network = network;
    this.graph = graph;
  }

  /// 0 where there is a token, [#MASKED] where there is padding: `[batch, 1, 1, tokens]`.
  String mask() {
    graph.op("Unsqueeze", "mask_3", "attention_mask", "axis_1");
    graph.op("Unsqueeze", "mask_4", "mask_3", "axis_2");
    graph.cast("mask_float", "mask_4", OnnxBuilder.FLOAT);
    graph.op("Sub", "mask_inverse", "one", "mask_float");
    return graph.op("Mul", "mask", "mask_inverse", "masked");
  }

  /// Puts in how many tokens there are, and the row of the table of positions for each; without a
  /// table, its number from 0.
  void length() {
    int offset = network.embeddings().positions().map(each -> each.offset()).orElse(0);
    var all = new long[network.maxTokens()];
    for (int i = 0; i < all.length; i++) {
      all[i] = (long) offset + i;
    }
    graph.integers("positions", all);
    graph.op("Shape", "length", List.of("input_ids"), "start", 1, "end", 2);
    graph.op("Slice", "position_ids", "positions", "first", "length");
  }

  /// `[tokens]`, see [#length].
  String rows() {
    return "position_ids";
  }

  /// Puts in what the layers share.
  ///
  /// @param weight puts in a tensor by its name
  void prepare(String mask, Consumer<String> weight) {
    Optional<RelativeBias> relative = network.stack().relativeBias();
    List<SelfAttention> attentions =
        network.stack().layers().stream().map(Layer::attention).toList();
    boolean windows = attentions.stream().anyMatch(each -> each.window().isPresent());
    if (relative.isPresent() || windows) {
      graph.integers("axis_0", 0);
      graph.op("Unsqueeze", "key_position", "position_ids", "axis_0");
      graph.op("Unsqueeze", "query_position", "position_ids", "axis_1");
      graph.op("Sub", "distance", "key_position", "query_position");
    }
    String everywhere = mask;
    if (relative.isPresent()) {
      everywhere = graph.op("Add", "bias", relative(relative.get(), weight), mask);
    }
    for (SelfAttention attention : attentions) {
      if (!biases.containsKey(attention.window())) {
        biases.put(
            attention.window(),
            attention.window().isPresent()
                ? windowed(everywhere, attention.window().getAsInt())
                : everywhere);
      }
    }
    Set<Rotary> bases = new HashSet<>();
    for (SelfAttention attention : attentions) {
      if (attention.rotary().isPresent() && bases.add(attention.rotary().get())) {
        angles(attention.rotary().get(), attention.headWidth());
      }
    }
  }

  /// The name of the bias on the scores of layers with such a window.
  String bias(OptionalInt window) {
    return biases.getOrDefault(window, "mask");
  }

  /// The row of the table by head for each pair: `[1, heads, tokens, tokens]`.
  private String relative(RelativeBias relative, Consumer<String> weight) {
    int farthest = network.maxTokens() - 1;
    var buckets = new long[2 * farthest + 1];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = relative.bucket(i - farthest);
    }
    graph.integers("buckets", buckets);
    graph.integers("farthest", farthest);
    weight.accept(relative.table().weightName());
    graph.op("Add", "distance_from_0", "distance", "farthest");
    graph.op("Gather", "bucket", "buckets", "distance_from_0");
    graph.op("Gather", "relative_rows", relative.table().weightName(), "bucket");
    graph.transpose("relative_rows", "relative_heads", 2, 0, 1);
    return graph.op("Unsqueeze", "relative_bias", "relative_heads", "axis_0");
  }

  private String windowed(String bias, int window) {
    String name = "window_" + window;
    graph.integers(name + ".size", window);
    graph.op("Abs", name + ".apart", "distance");
    graph.op("Greater", name + ".outside", name + ".apart", name + ".size");
    graph.cast(name + ".float", name + ".outside", OnnxBuilder.FLOAT);
    graph.op("Mul", name + ".mask", name + ".float", "masked");
    return graph.op("Add", name, name + ".mask", bias);
  }

  private void angles(Rotary rotary, int headWidth) {
    float[] angles = rotary.angles(network.maxTokens(), headWidth);
    var cosines = new float[angles.length];
    var sines = new float[angles.length];
    for (int i = 0; i < angles.length; i++) {
      cosines[i] = (float) Math.cos(angles[i]);
      sines[i] = (float) Math.sin(angles[i]);
    }
    long[] size = {network.maxTokens(), headWidth / 2};
    graph.constant(name(rotary) + ".cosines", size, cosines);
    graph.constant(name(rotary) + ".sines", size, sines);
    for (String part : List.of(".cosine", ".sine")) {
      graph.op("Slice", name(rotary) + part, name(rotary) + part + "s", "first", "length");
    }
  }

  private static String name(Rotary rotary) {
    return "rotary_" + rotary.base();
  }

  /// Turns each head's halves (a, b) at each place by its angles: a cos - b sin, b cos + a sin.
  ///
  /// @param heads `[batch, heads, tokens, head width]`
  String rotated(String heads, Rotary rotary) {
    String cosine = name(rotary) + ".cosine";
    String sine = name(rotary) + ".sine";
    String a = heads + ".a";
    String b = heads + ".b";
    graph.split(heads, List.of(a, b));
    graph.op(
        "Sub",
        a + ".new",
        graph.op("Mul", a + ".cos", a, cosine),
        graph.op("Mul", b + ".sin", b, sine));
    graph.op(
        "Add",
        b + ".new",
        graph.op("Mul", b + ".cos", b, cosine),
        graph.op("Mul", a + ".sin", a, sine));
    return graph.op("Concat", heads + ".rotated", List.of(a + ".new", b + ".new"), "axis", -1);
  }
}
