package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.EmbeddingTable;
import dev.whetstone.core.NetworkDescription.FeedForward;
import dev.whetstone.core.NetworkDescription.InputEmbeddings;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkDescription.NormPlacement;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import dev.whetstone.core.NetworkOutput;
import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.NetworkOutput.NormModule;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The network of any [NetworkDescription], computed forward over a [PackedBatch] within the open
/// [Scope]: of all families, for inference and, through libtorch's automatic differentiation, for
/// training ([AutogradPass]).
///
/// The residual stream has the type of the layers' linear maps; pooling, head and normalisation are
/// fp32 (or fp64 with fp64 weights). With CLS pooling, the last layer computes the first tokens
/// alone: nothing reads the others.
final class NetworkPass {
  private final NetworkDescription description;
  private final NormPlacement placement;
  private final Weights weights;
  private final LinearMaps linears;
  private final PackedBatch batch;
  private final Attention attention;
  private final ScalarType type;
  private final AttentionPositions positions;

  /// How attention is computed.
  enum Attention {
    /// By single operators: for training.
    DIFFERENTIABLE,
    /// By libtorch's kernels: its bf16 gradient is slow and a relative bias has none.
    FUSED,
    /// By [ExponentialAttention] where that computes it, else as [#FUSED]. The result may be NaN.
    EXPONENTIAL
  }

  /// One pass by libtorch's general operators.
  NetworkPass(Weights weights, PackedBatch batch, Attention attention) {
    this(weights, new LinearMaps.Plain(weights), batch, attention);
  }

  /// @param linears of the same weights
  NetworkPass(Weights weights, LinearMaps linears, PackedBatch batch, Attention attention) {
    this.description = weights.layout().description();
    this.placement = description.stack().placement();
    this.weights = weights;
    this.linears = linears;
    this.batch = batch;
    this.attention = attention;
    this.type = linears.type();
    this.positions = new AttentionPositions(weights, batch, type);
  }

  /// Embeds the texts of the batch, or scores its pairs.
  ///
  /// @param words rows of the word table, all or those that occur: `[u, hidden]`
  /// @param wordOf row of `words` for each token: `[tokens]`
  /// @return in packed order unit rows, or scores as rows of one number: `[size, dimension]`
  Tensor compute(Tensor words, long[] wordOf) {
    Tensor state = embeddings(words, wordOf);
    int last = description.stack().layers().size() - 1;
    for (int i = 0; i < last; i++) {
      state = attention == Attention.DIFFERENTIABLE ? layer(i, state) : layerAlone(i, state);
    }
    Tensor pooled =
        switch (description.pooling()) {
          case CLS -> finalNorm(lastLayerOfFirstTokens(last, state));
          case MEAN -> mean(finalNorm(layer(last, state)));
        };
    Tensor mapped = head(description, weights, widen(pooled));
    return switch (description.output()) {
      case NetworkOutput.UnitVector _ -> unit(mapped);
      case NetworkOutput.Score _ -> mapped;
    };
  }

  static Tensor widen(Tensor tensor) {
    return Kernels.isBf16(tensor) ? tensor.to(ScalarType.Float) : tensor;
  }

  private static Tensor unit(Tensor rows) {
    return rows.div(lengths(rows));
  }

  /// Euclidean length of each row, never 0: `[size, 1]`.
  static Tensor lengths(Tensor rows) {
    Tensor squares = rows.square().sum(new long[] {1}, true, new ScalarTypeOptional());
    return squares.sqrt().clamp_min(new Scalar(1e-12));
  }

  private Tensor embeddings(Tensor words, long[] wordOf) {
    InputEmbeddings embeddings = description.embeddings();
    Tensor sum = torch.embedding(words, Device.indices(wordOf));
    if (embeddings.positions().isPresent()) {
      var places = embeddings.positions().get();
      Tensor table = weights.get(places.table().weightName());
      sum = sum.add(torch.embedding(table, Device.indices(batch.positions(places.offset()))));
    }
    if (embeddings.tokenTypes().isPresent()) {
      Tensor table = weights.get(embeddings.tokenTypes().get().weightName());
      sum =
          sum.add(
              distinguishesTypes(embeddings.tokenTypes().get(), batch)
                  ? torch.embedding(table, Device.indices(batch.types()))
                  : table.select(0, 0));
    }
    return (embeddings.norm().isPresent() ? norm(sum, embeddings.norm().get()) : sum).to(type);
  }

  /// Whether tokens are of two types.
  static boolean distinguishesTypes(EmbeddingTable types, PackedBatch batch) {
    return batch.hasPairs() && types.rows() > 1;
  }

  /// A layer whose intermediates, and the state that it took, are freed at once: the next one then
  /// writes to memory that is still in the core's cache.
  private Tensor layerAlone(int number, Tensor state) {
    SelfAttention layer = description.stack().layers().get(number).attention();
    batch.groups().forEach(group -> prepare(layer, group)); // kept for other layers: outside
    Tensor out;
    try (var scope = new Scope()) {
      out = scope.hand(layer(number, state));
    }
    state.close();
    return out;
  }

  private void prepare(SelfAttention layer, PackedBatch.Group group) {
    positions.prepareRotation(layer);
    if (computesExponentials(layer, group, group.length())) {
      var _ = positions.shares(group);
    } else {
      var _ = positions.scores(layer, group);
    }
  }

  private boolean computesExponentials(SelfAttention layer, PackedBatch.Group group, long rows) {
    return attention == Attention.EXPONENTIAL
        && rows < ExponentialAttention.TOO_LONG
        && positions.onlyPadding(layer, group);
  }

  private Tensor layer(int number, Tensor state) {
    Layer layer = description.stack().layers().get(number);
    Tensor qkv =
        linears.apply(beforeAttention(layer, state), weights.layout().queryKeyValue(number));
    SelfAttention attention = layer.attention();
    var contexts = new TensorVector();
    for (PackedBatch.Group group : batch.groups()) {
      contexts.push_back(context(attention, qkv, group));
    }
    Tensor context = batch.groups().size() == 1 ? contexts.front() : torch.cat(contexts, 0);
    return afterAttention(layer, state, context);
  }

  private Tensor beforeAttention(Layer layer, Tensor state) {
    return switch (placement) {
      case POST -> state;
      case PRE -> layer.attentionNorm().map(norm -> norm(state, norm)).orElse(state);
    };
  }

  private Tensor afterAttention(Layer layer, Tensor state, Tensor context) {
    Tensor sum = linears.plus(context, layer.attention().output(), state);
    return switch (placement) {
      case POST -> {
        Tensor attended = layer.attentionNorm().map(norm -> norm(sum, norm)).orElse(sum);
        yield norm(feedForward(layer, attended, attended), layer.feedForwardNorm());
      }
      case PRE -> feedForward(layer, norm(sum, layer.feedForwardNorm()), sum);
    };
  }

  private Tensor feedForward(Layer layer, Tensor in, Tensor residual) {
    return switch (layer.feedForward()) {
      case FeedForward.Plain(Linear up, Linear down) -> linears.feedForward(in, up, down, residual);
      case FeedForward.Gated(Linear up, Linear down) -> {
        Tensor both = linears.apply(in, up);
        Tensor activated = torch.gelu(both.narrow(1, 0, down.in()));
        yield linears.plus(activated.mul(both.narrow(1, down.in(), down.in())), down, residual);
      }
    };
  }

  private Tensor finalNorm(Tensor state) {
    return description.stack().finalNorm().map(norm -> norm(state, norm)).orElse(state);
  }

  /// Attention of one group.
  ///
  /// @param qkv `[tokens, 3 * width]`
  /// @return `[group tokens, width]`
  private Tensor context(SelfAttention attention, Tensor qkv, PackedBatch.Group group) {
    Tensor parts =
        qkv.narrow(0, group.firstToken(), group.tokens())
            .view(group.count(), group.length(), 3, attention.heads(), attention.headWidth())
            .permute(2, 0, 3, 1, 4); // [3, count, heads, length, headWidth]
    return attend(
        group,
        attention,
        positions.rotate(attention, parts.select(0, 0)),
        positions.rotate(attention, parts.select(0, 1)),
        parts.select(0, 2));
  }

  /// `softmax(Q Kᵀ / √headWidth + scores) V`.
  ///
  /// @param query `[count, heads, length, headWidth]`, or `[count, heads, 1, headWidth]` of the
  ///   first tokens alone
  /// @return `[count * length, width]`, or `[count, width]`
  private Tensor attend(
      PackedBatch.Group group, SelfAttention layer, Tensor query, Tensor key, Tensor value) {
    long rows = query.size(2);
    if (computesExponentials(layer, group, rows)) {
      Tensor context = Device.empty(type, group.count(), rows, layer.heads(), layer.headWidth());
      ExponentialAttention.compute(
          query, key, value, positions.shares(group), context.transpose(1, 2));
      return context.view(group.count() * rows, layer.width());
    }
    TensorOptional scores =
        rows == group.length()
            ? positions.scores(layer, group)
            : positions.scoresOfFirst(layer, group);
    Tensor context = attend(query, key, value, scores);
    return context.transpose(1, 2).reshape(group.count() * rows, layer.width());
  }

  private Tensor attend(Tensor query, Tensor key, Tensor value, TensorOptional scores) {
    if (attention != Attention.DIFFERENTIABLE) {
      return torch.scaled_dot_product_attention(
          query, key, value, scores, 0.0, false, new DoubleOptional(), false);
    }
    double scale = 1 / Math.sqrt((double) query.size(3));
    Tensor products = query.mul(new Scalar(scale)).matmul(key.transpose(2, 3));
    if (scores.has_value()) {
      products = products.add(scores.get());
    }
    return products.softmax(-1).matmul(value);
  }

  private Tensor lastLayerOfFirstTokens(int number, Tensor state) {
    Layer layer = description.stack().layers().get(number);
    SelfAttention attention = layer.attention();
    Linear qkv = weights.layout().queryKeyValue(number);
    long width = attention.width();
    Tensor in = beforeAttention(layer, state);
    Tensor rows = Device.indices(batch.firstTokens());
    Tensor first = torch.index_select(state, 0, rows);
    Tensor query =
        linears.apply(
            placement == NormPlacement.POST ? first : torch.index_select(in, 0, rows),
            qkv,
            0,
            width);
    Tensor keyValue = linears.apply(in, qkv, width, 2 * width);
    var contexts = new TensorVector();
    for (PackedBatch.Group group : batch.groups()) {
      Tensor parts =
          keyValue
              .narrow(0, group.firstToken(), group.tokens())
              .view(group.count(), group.length(), 2, attention.heads(), attention.headWidth())
              .permute(2, 0, 3, 1, 4); // [2, count, heads, length, headWidth]
      Tensor one = // not rotated: it stands at place 0
          query
              .narrow(0, group.firstRow(), group.count())
              .view(group.count(), attention.heads(), 1, attention.headWidth());
      contexts.push_back(
          attend(
              group,
              attention,
              one,
              positions.rotate(attention, parts.select(0, 0)),
              parts.select(0, 1)));
    }
    return afterAttention(layer, first, torch.cat(contexts, 0));
  }

  private Tensor mean(Tensor state) {
    var means = new TensorVector();
    for (PackedBatch.Group group : batch.groups()) {
      Tensor tokens =
          widen(state.narrow(0, group.firstToken(), group.tokens()))
              .view(group.count(), group.length(), description.hidden());
      Tensor shares = shares(batch, group).to(tokens.scalar_type());
      means.push_back(shares.matmul(tokens).squeeze(1));
    }
    return torch.cat(means, 0);
  }

  /// Each token's share of its row's mean, 0 for padding: `[count, 1, length]`.
  static Tensor shares(PackedBatch batch, PackedBatch.Group group) {
    float[] shares = batch.mask(group, 1, 0);
    for (int row = 0; row < group.count(); row++) {
      for (int i = 0; i < group.length(); i++) {
        shares[row * group.length() + i] /= batch.length(group.firstRow() + row);
      }
    }
    return Device.floats(shares, group.count(), 1, group.length());
  }

  /// The modules that map the pooled state.
  ///
  /// @param pooled fp32 or fp64: `[size, hidden]`
  static Tensor head(NetworkDescription description, Weights weights, Tensor pooled) {
    Tensor rows = pooled;
    for (HeadModule module : description.output().modules()) {
      rows =
          switch (module) {
            case DenseModule(Linear linear, Activation activation) ->
                activated(new LinearMaps.Plain(weights).apply(rows, linear), activation);
            case NormModule(LayerNorm norm, double epsilon) -> norm(weights, rows, norm, epsilon);
          };
    }
    return rows;
  }

  private static Tensor activated(Tensor rows, Activation activation) {
    return switch (activation) {
      case IDENTITY -> rows;
      case TANH -> rows.tanh();
      case RELU -> rows.relu();
      case GELU -> torch.gelu(rows);
    };
  }

  private Tensor norm(Tensor in, LayerNorm norm) {
    return norm(weights, in, norm, description.stack().epsilon());
  }

  private static Tensor norm(Weights weights, Tensor in, LayerNorm norm, double epsilon) {
    return torch.layer_norm(
        in,
        new long[] {norm.width()},
        new TensorOptional(weights.get(norm.weightName())),
        norm.bias() ? new TensorOptional(weights.get(norm.biasName())) : new TensorOptional(),
        epsilon,
        true);
  }
}
