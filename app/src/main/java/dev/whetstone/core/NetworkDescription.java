package dev.whetstone.core;

import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.NetworkOutput.NormModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A text encoder as data: which tensors it has, under which names a checkpoint holds them, and how
/// they are put together. One architecture is one description ([NetworkFamilies] has those in use);
/// a description is read three ways, and no reader knows an architecture by name:
///
/// - `model` checks a safetensors file against [#tensors] and builds the ONNX graph;
/// - `torch` places the tensors in memory and computes the network forward and backward.
///
/// ## The network
///
/// Token ids become vectors of width `hidden` ([InputEmbeddings]): the word's row, plus a row for
/// its place and one for its type where there are such tables, normalised. Each [Layer] adds to
/// that state twice: [SelfAttention] and a [FeedForward]. With [NormPlacement#POST] the sum is
/// normalised, `x = norm(x + f(x))`; with [NormPlacement#PRE] the input of the sublayer is, `x = x
/// + f(norm(x))`, and a final norm stands at the end. [Pooling] makes one vector of a text's
///   states. What follows is the [NetworkOutput]: a vector of unit length, or the score of a pair.
///
/// Attention knows places in up to three ways, which add up: through the embeddings, through a
/// [RelativeBias] added to the scores, or by turning queries and keys by an angle that grows with
/// the place ([Rotary]). A layer may see a window of the text only.
///
/// | family | places | norms | attention | feed-forward |
/// |---|---|---|---|---|
/// | BERT | table of 512 | post | q, k, v apart | plain |
/// | RoBERTa, XLM-R | table, from row pad id + 1; one token type | post | as BERT | plain |
/// | DistilBERT | table; no token types | post | as BERT | plain |
/// | MPNet | table from row 2, and a relative bias; no token types | post | as BERT | plain |
/// | ModernBERT | rotary, another base in windowed layers | pre; none before the first attention; no biases | fused, windows in two layers of three | gated |
///
/// ## What is the same for all
///
/// Scores are divided by √(head width). The activation in layers is GELU by the error function, not
/// its tanh approximation. Attention is bidirectional; padding is never attended to. All LayerNorms
/// have the same epsilon.
///
/// Names are those of a Hugging Face checkpoint without prefix ([CheckpointNames]), and without
/// `.weight` or `.bias`; those of sentence-transformers' modules are `head.NUMBER.linear` and
/// `head.NUMBER.norm`. Immutable.
///
/// @param family Hugging Face's `model_type`
/// @param maxTokens longest sequence, special tokens included: from 2
/// @param output what is made of the pooled state
public record NetworkDescription(
    String family,
    int maxTokens,
    InputEmbeddings embeddings,
    LayerStack stack,
    Pooling pooling,
    NetworkOutput output,
    CheckpointNames names) {

  /// Something with tensors of its own.
  public sealed interface Parameter {
    /// Without `.weight` or `.bias`.
    String name();

    /// Of the weight.
    long[] shape();

    /// Whether there is a bias beside the weight: as long as [#shape]'s first side.
    boolean bias();

    default String weightName() {
      return name() + ".weight";
    }

    default String biasName() {
      return name() + ".bias";
    }
  }

  /// `x · Wᵀ + b`, the weight being `[out, in]`.
  public record Linear(String name, int in, int out, boolean bias) implements Parameter {
    public Linear {
      requirePositive(in, out);
    }

    @Override
    public long[] shape() {
      return new long[] {out, in};
    }
  }

  /// Rows looked up by number: `[rows, width]`.
  public record EmbeddingTable(String name, int rows, int width) implements Parameter {
    public EmbeddingTable {
      requirePositive(rows, width);
    }

    @Override
    public long[] shape() {
      return new long[] {rows, width};
    }

    @Override
    public boolean bias() {
      return false;
    }
  }

  /// Mean 0 and variance 1 over the state, then times weight, plus bias: both `[width]`.
  public record LayerNorm(String name, int width, boolean bias) implements Parameter {
    public LayerNorm {
      requirePositive(width);
    }

    @Override
    public long[] shape() {
      return new long[] {width};
    }
  }

  /// The state before the first layer: the sum of the tables' rows, normalised.
  ///
  /// @param words rows are token ids
  /// @param tokenTypes row 0 for a single text and the first of a pair, row 1 for the second
  public record InputEmbeddings(
      EmbeddingTable words,
      Optional<PositionEmbedding> positions,
      Optional<EmbeddingTable> tokenTypes,
      Optional<LayerNorm> norm) {}

  /// A row for each place in the text.
  ///
  /// @param offset row of the first token; RoBERTa and MPNet keep the rows before it for padding
  public record PositionEmbedding(EmbeddingTable table, int offset) {}

  /// Where a layer normalises.
  public enum NormPlacement {
    /// After each sublayer's sum: `norm(x + f(x))`.
    POST,
    /// Before each sublayer: `x + f(norm(x))`.
    PRE
  }

  /// The layers, first to last.
  ///
  /// @param epsilon added to the variance in every LayerNorm
  /// @param relativeBias one for all layers
  public record LayerStack(
      NormPlacement placement,
      double epsilon,
      List<Layer> layers,
      Optional<RelativeBias> relativeBias,
      Optional<LayerNorm> finalNorm) {
    public LayerStack {
      layers = List.copyOf(layers);
      if (layers.isEmpty() || !(epsilon > 0)) {
        throw new IllegalArgumentException(layers.size() + " layers, epsilon " + epsilon);
      }
    }
  }

  /// Attention, then feed-forward.
  ///
  /// @param attentionNorm none in ModernBERT's first layer, whose input is normalised already
  public record Layer(
      SelfAttention attention,
      Optional<LayerNorm> attentionNorm,
      FeedForward feedForward,
      LayerNorm feedForwardNorm) {}

  /// `softmax(Q Kᵀ / √headWidth + bias) V`, heads side by side, then a product.
  ///
  /// @param window how far from its own place a token sees, in tokens either side; none: everything
  public record SelfAttention(
      int heads,
      int headWidth,
      Projections projections,
      Linear output,
      Optional<Rotary> rotary,
      OptionalInt window) {
    public SelfAttention {
      requirePositive(heads, headWidth);
      if (rotary.isPresent() && headWidth % 2 != 0) {
        throw new IllegalArgumentException("a head of " + headWidth + " cannot be turned in pairs");
      }
    }

    /// Of queries: heads · head width.
    public int width() {
      return heads * headWidth;
    }
  }

  /// How queries, keys and values are made.
  public sealed interface Projections {
    /// Three products.
    record Separate(Linear query, Linear key, Linear value) implements Projections {
      public Separate {
        if (query.bias() != key.bias() || key.bias() != value.bias()) {
          throw new IllegalArgumentException("query, key and value differ in having a bias");
        }
      }
    }

    /// One product of three times the width: query, key, value.
    record Fused(Linear queryKeyValue) implements Projections {}
  }

  /// The part of a layer that sees one token at a time.
  public sealed interface FeedForward {
    /// The first product.
    Linear up();

    /// Back to the width of the state.
    Linear down();

    /// `down(gelu(up(x)))`.
    record Plain(Linear up, Linear down) implements FeedForward {}

    /// `down(gelu(a) * b)`, where a and b are the two halves of `up(x)` (GeGLU; Shazeer, 2020).
    record Gated(Linear up, Linear down) implements FeedForward {}
  }

  /// Pooled vector to pooled vector: `activation(linear(x))`; sentence-transformers' Dense module.
  public record DenseModule(Linear linear, Activation activation) implements HeadModule {
    @Override
    public Linear parameter() {
      return linear;
    }
  }

  /// Of a [DenseModule].
  public enum Activation {
    IDENTITY,
    TANH,
    RELU,
    /// By the error function.
    GELU
  }

  /// What checkpoints call the tensors.
  ///
  /// @param prefixes that may stand before every name, in the order in which they are tried
  /// @param oldEndings the ending that an old checkpoint uses, by the ending of our name
  public record CheckpointNames(List<String> prefixes, Map<String, String> oldEndings) {
    public CheckpointNames {
      prefixes = List.copyOf(prefixes);
      oldEndings = Map.copyOf(oldEndings);
    }
  }

  public NetworkDescription {
    int hidden = embeddings.words().width();
    for (Layer layer : stack.layers()) {
      requireFit(hidden, layer);
    }
    int rows =
        embeddings.positions().map(each -> each.table().rows() - each.offset()).orElse(maxTokens);
    if (maxTokens < 2 || maxTokens > rows) {
      throw new IllegalArgumentException(
          maxTokens + " tokens at most, with " + rows + " positions");
    }
    int width = hidden;
    for (HeadModule module : output.modules()) {
      width =
          switch (module) {
            case DenseModule(Linear linear, _) -> {
              requireEqual(linear.name(), width, linear.in());
              yield linear.out();
            }
            case NormModule(LayerNorm norm, _) -> {
              requireEqual(norm.name(), width, norm.width());
              yield width;
            }
          };
    }
  }

  private static void requireFit(int hidden, Layer layer) {
    SelfAttention attention = layer.attention();
    switch (attention.projections()) {
      case Projections.Separate(Linear query, Linear key, Linear value) -> {
        for (Linear each : List.of(query, key, value)) {
          requireEqual(each.name(), hidden, each.in());
          requireEqual(each.name(), attention.width(), each.out());
        }
      }
      case Projections.Fused(Linear all) -> {
        requireEqual(all.name(), hidden, all.in());
        requireEqual(all.name(), 3 * attention.width(), all.out());
      }
    }
    requireEqual(attention.output().name(), attention.width(), attention.output().in());
    requireEqual(attention.output().name(), hidden, attention.output().out());
    Linear up = layer.feedForward().up();
    Linear down = layer.feedForward().down();
    int halves =
        switch (layer.feedForward()) {
          case FeedForward.Plain _ -> 1;
          case FeedForward.Gated _ -> 2;
        };
    requireEqual(up.name(), hidden, up.in());
    requireEqual(up.name(), halves * down.in(), up.out());
    requireEqual(down.name(), hidden, down.out());
  }

  private static void requireEqual(String name, int expected, int width) {
    if (width != expected) {
      throw new IllegalArgumentException(name + " has a side of " + width + ", not " + expected);
    }
  }

  private static void requirePositive(int... sizes) {
    for (int size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException("a size of " + size);
      }
    }
  }

  /// Width of the token states.
  public int hidden() {
    return embeddings.words().width();
  }

  /// Number of token ids.
  public int vocabulary() {
    return embeddings.words().rows();
  }

  /// Width of the output: that of the last module, or of the states; 1 of a score.
  public int dimension() {
    return switch (output) {
      case NetworkOutput.Score _ -> 1;
      case NetworkOutput.UnitVector(var modules) ->
          modules.isEmpty() ? hidden() : modules.getLast().linear().out();
    };
  }

  /// The modules that map a pooled vector to another one; empty for most models, and where a score
  /// is made.
  public List<DenseModule> head() {
    return switch (output) {
      case NetworkOutput.UnitVector(var modules) -> modules;
      case NetworkOutput.Score _ -> List.of();
    };
  }

  /// Whether it scores pairs instead of embedding texts.
  public boolean scores() {
    return output instanceof NetworkOutput.Score;
  }

  public NetworkDescription withPooling(Pooling other) {
    return with(other, output);
  }

  /// The same encoder, making vectors.
  ///
  /// @param other maps the pooled vector; empty for nothing
  public NetworkDescription withHead(List<DenseModule> other) {
    return with(pooling, new NetworkOutput.UnitVector(other));
  }

  /// The same encoder, scoring pairs; [ScoreHeads] has the usual heads.
  ///
  /// @param modules make the score of the pooled state
  public NetworkDescription withScoreHead(Pooling other, List<HeadModule> modules) {
    return with(other, new NetworkOutput.Score(modules));
  }

  private NetworkDescription with(Pooling other, NetworkOutput otherOutput) {
    return new NetworkDescription(family, maxTokens, embeddings, stack, other, otherOutput, names);
  }

  /// Everything that has tensors, each once, in the order in which the network uses it.
  public List<Parameter> parameters() {
    var all = new ArrayList<Parameter>();
    all.add(embeddings.words());
    embeddings.positions().ifPresent(each -> all.add(each.table()));
    embeddings.tokenTypes().ifPresent(all::add);
    embeddings.norm().ifPresent(all::add);
    stack.relativeBias().ifPresent(each -> all.add(each.table()));
    for (Layer layer : stack.layers()) {
      add(all, layer);
    }
    stack.finalNorm().ifPresent(all::add);
    output.modules().forEach(module -> all.add(module.parameter()));
    return all;
  }

  private void add(List<Parameter> all, Layer layer) {
    boolean normFirst = stack.placement() == NormPlacement.PRE;
    if (normFirst) {
      layer.attentionNorm().ifPresent(all::add);
    }
    switch (layer.attention().projections()) {
      case Projections.Separate(Linear query, Linear key, Linear value) ->
          all.addAll(List.of(query, key, value));
      case Projections.Fused(Linear queryKeyValue) -> all.add(queryKeyValue);
    }
    all.add(layer.attention().output());
    if (normFirst) {
      all.add(layer.feedForwardNorm());
    } else {
      layer.attentionNorm().ifPresent(all::add);
    }
    all.add(layer.feedForward().up());
    all.add(layer.feedForward().down());
    if (!normFirst) {
      all.add(layer.feedForwardNorm());
    }
  }

  /// The shape of every tensor by name, in the order of [#parameters], a weight before its bias.
  public Map<String, long[]> tensors() {
    var shapes = new LinkedHashMap<String, long[]>();
    for (Parameter parameter : parameters()) {
      shapes.put(parameter.weightName(), parameter.shape());
      if (parameter.bias()) {
        shapes.put(parameter.biasName(), new long[] {parameter.shape()[0]});
      }
    }
    return shapes;
  }

  /// How many numbers the tensors hold together.
  ///
  /// @throws ArithmeticException if there are more than a long counts
  public long count() {
    long sum = 0;
    for (Parameter parameter : parameters()) {
      long[] shape = parameter.shape();
      long count = 1;
      for (long side : shape) {
        count = Math.multiplyExact(count, side);
      }
      sum = Math.addExact(sum, parameter.bias() ? Math.addExact(count, shape[0]) : count);
    }
    return sum;
  }

  /// Everything that decides which vectors the network makes of which weights, as named fields for
  /// a fingerprint: two descriptions with the same fields compute the same.
  public List<String> fields() {
    var fields = new ArrayList<String>();
    fields.add("family " + family);
    fields.add("max tokens " + maxTokens);
    fields.add("pooling " + pooling);
    fields.add("norm placement " + stack.placement());
    fields.add("epsilon " + stack.epsilon());
    embeddings.positions().ifPresent(each -> fields.add("first position " + each.offset()));
    stack.relativeBias().ifPresent(each -> fields.add("relative bias to " + each.maxDistance()));
    for (Layer layer : stack.layers()) {
      SelfAttention attention = layer.attention();
      fields.add("layer, heads " + attention.heads());
      attention.rotary().ifPresent(each -> fields.add("rotary base " + each.base()));
      attention.window().ifPresent(each -> fields.add("window " + each));
      fields.add(
          switch (layer.feedForward()) {
            case FeedForward.Plain _ -> "plain";
            case FeedForward.Gated _ -> "gated";
          });
    }
    fields.addAll(outputFields());
    tensors().forEach((name, shape) -> fields.add(name + " " + Arrays.toString(shape)));
    return fields;
  }

  private List<String> outputFields() {
    var fields = new ArrayList<String>();
    if (scores()) {
      fields.add("score");
    }
    for (HeadModule module : output.modules()) {
      fields.add(
          switch (module) {
            case DenseModule(_, Activation activation) -> "head activation " + activation;
            case NormModule(_, double epsilon) -> "head norm, epsilon " + epsilon;
          });
    }
    return fields;
  }
}
