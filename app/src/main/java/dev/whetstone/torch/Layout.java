package dev.whetstone.torch;

import dev.whetstone.core.EncoderShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where each tensor of an encoder stands in one flat run of floats, so that the optimiser, the
/// norm of the gradient and a cast each take one pass. The word table is on its own: a step touches
/// few of its rows.
///
/// Names are Hugging Face's, but query, key and value of a layer are one tensor, `….attention.qkv`
/// (`[3 * hidden, hidden]`), so that they are one matrix product.
///
/// The order is: weights of products, the other tables; then, without weight decay, biases of
/// products, LayerNorms.
final class Layout {
  static final String WORDS = "embeddings.word_embeddings.weight";
  static final String POSITIONS = "embeddings.position_embeddings.weight";
  static final String TYPES = "embeddings.token_type_embeddings.weight";
  static final String EMBEDDING_NORM = "embeddings.LayerNorm";

  private static final List<String> QKV = List.of("query", "key", "value");

  /// Names of one layer, each to be ended by `.weight` or `.bias`.
  record Layer(
      String qkv, String attentionOut, String attentionNorm, String up, String down, String norm) {
    static Layer of(int index) {
      String prefix = "encoder.layer." + index;
      return new Layer(
          prefix + ".attention.qkv",
          prefix + ".attention.output.dense",
          prefix + ".attention.output.LayerNorm",
          prefix + ".intermediate.dense",
          prefix + ".output.dense",
          prefix + ".output.LayerNorm");
    }
  }

  /// A tensor's place: `[offset, offset + count)`.
  record Span(long offset, long count) {}

  private final EncoderShape shape;
  private final Map<String, long[]> sizes = new LinkedHashMap<>();
  private final Map<String, Span> spans = new LinkedHashMap<>();
  private final List<String> products = new ArrayList<>();
  private final long decayed;
  private final long length;

  Layout(EncoderShape shape) {
    this.shape = shape;
    var norms = new ArrayList<String>(List.of(EMBEDDING_NORM));
    var dense = new LinkedHashMap<String, long[]>();
    long hidden = shape.hidden();
    for (int i = 0; i < shape.layers(); i++) {
      var layer = Layer.of(i);
      dense.put(layer.qkv(), new long[] {3 * hidden, hidden});
      dense.put(layer.attentionOut(), new long[] {hidden, hidden});
      dense.put(layer.up(), new long[] {shape.intermediate(), hidden});
      dense.put(layer.down(), new long[] {hidden, shape.intermediate()});
      norms.add(layer.attentionNorm());
      norms.add(layer.norm());
    }
    long at = 0;
    for (var entry : dense.entrySet()) {
      at = place(entry.getKey() + ".weight", entry.getValue(), at);
      products.add(entry.getKey() + ".weight");
    }
    at = place(POSITIONS, new long[] {shape.positions(), hidden}, at);
    at = place(TYPES, new long[] {shape.tokenTypes(), hidden}, at);
    this.decayed = at;
    for (var entry : dense.entrySet()) {
      at = place(entry.getKey() + ".bias", new long[] {entry.getValue()[0]}, at);
      products.add(entry.getKey() + ".bias");
    }
    for (String norm : norms) {
      at = place(norm + ".weight", new long[] {hidden}, at);
      at = place(norm + ".bias", new long[] {hidden}, at);
    }
    this.length = at;
  }

  private long place(String name, long[] size, long at) {
    sizes.put(name, size);
    spans.put(name, new Span(at, count(size)));
    return at + count(size);
  }

  EncoderShape shape() {
    return shape;
  }

  /// All tensors but the word table, in their order.
  List<String> names() {
    return List.copyOf(sizes.keySet());
  }

  /// Weights and biases of the matrix products.
  List<String> products() {
    return products;
  }

  long[] size(String name) {
    long[] size = sizes.get(name);
    if (size == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return size;
  }

  Span span(String name) {
    Span span = spans.get(name);
    if (span == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return span;
  }

  /// Where the products' tensors stand.
  List<Span> productSpans() {
    Span positions = span(POSITIONS);
    Span firstNorm = span(EMBEDDING_NORM + ".weight");
    return List.of(
        new Span(0, positions.offset()), new Span(decayed, firstNorm.offset() - decayed));
  }

  /// Floats before this place are subject to weight decay.
  long decayed() {
    return decayed;
  }

  long length() {
    return length;
  }

  /// The Hugging Face tensors that make up one of ours, in order along its first side.
  static List<String> parts(String name) {
    if (!name.contains(".qkv.")) {
      return List.of(name);
    }
    return QKV.stream().map(part -> name.replace("qkv", "self." + part)).toList();
  }

  /// Every tensor's size under Hugging Face's names, the word table first.
  Map<String, long[]> huggingFace() {
    var all = new LinkedHashMap<String, long[]>();
    all.put(WORDS, new long[] {shape.vocabulary(), shape.hidden()});
    sizes.forEach(
        (name, size) -> {
          List<String> parts = parts(name);
          for (String part : parts) {
            long[] share = size.clone();
            share[0] /= parts.size();
            all.put(part, share);
          }
        });
    return all;
  }

  static long count(long[] size) {
    long count = 1;
    for (long side : size) {
      count *= side;
    }
    return count;
  }
}
