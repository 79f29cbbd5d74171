package dev.whetstone.model;

import ai.onnx.proto.OnnxMl;
import dev.whetstone.core.NamedTensors;
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
import dev.whetstone.core.NetworkDescription.PositionEmbedding;
import dev.whetstone.core.NetworkDescription.Projections;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.NetworkOutput.NormModule;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Rotary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Builds an encoder as an ONNX graph from its description: `input_ids`, `attention_mask` and,
/// where the network distinguishes them, `token_type_ids` (int64 `[batch, tokens]`) to
/// `last_hidden_state` (fp32 `[batch, tokens, hidden]`). Pooling and head are not part of it: what
/// runs the graph, here or elsewhere, pools by its own means. A network that scores pairs is put in
/// whole instead, to `logits` (fp32 `[batch, 1]`) as exporters name them; its last layer computes
/// the first token alone where nothing else is pooled. Nodes stand as exporters write them, so that
/// ONNX Runtime finds the patterns it fuses.
///
/// Where tokens stand is known to the graph in up to three ways: a table of positions that is added
/// to the words, and what [OnnxPositions] makes: a bias on the scores, and rotated queries and
/// keys.
final class OnnxGraph {
  private static final List<String> AXES = List.of("batch", "tokens");

  private final NetworkDescription network;
  private final NamedTensors weights;
  private final OnnxBuilder graph = new OnnxBuilder();
  private final OnnxPositions positions;

  /// Names of states cut to the first token.
  private final Set<String> firsts = new HashSet<>();

  /// Makes the products of the layers; empty for fp32.
  private final Optional<OnnxProducts> rounded;

  private OnnxGraph(
      NetworkDescription network,
      NamedTensors weights,
      Function<OnnxBuilder, Optional<OnnxProducts>> products) {
    this.network = network;
    this.weights = weights;
    this.positions = new OnnxPositions(network, graph);
    this.rounded = products.apply(graph);
  }

  /// @param weights under the description's names, dense ones `[out, in]`. They are taken out one
  ///   by one as they go into the graph, so that both together need the memory of one of them
  static OnnxMl.ModelProto of(NetworkDescription network, NamedTensors weights) {
    return new OnnxGraph(network, weights, _ -> Optional.empty()).build();
  }

  /// The same with the products of the layers in 8 bits, see [OnnxInt8].
  static OnnxMl.ModelProto int8(NetworkDescription network, NamedTensors weights) {
    return new OnnxGraph(network, weights, graph -> Optional.of(new OnnxInt8(graph))).build();
  }

  /// The same with a scale for each token, see [OnnxInt8Rows].
  static OnnxMl.ModelProto int8Rows(NetworkDescription network, NamedTensors weights) {
    return new OnnxGraph(network, weights, graph -> Optional.of(new OnnxInt8Rows(graph))).build();
  }

  /// The names of the inputs: token types only where there is more than one.
  static List<String> inputs(NetworkDescription network) {
    return distinguishesTypes(network)
        ? List.of("input_ids", "attention_mask", "token_type_ids")
        : List.of("input_ids", "attention_mask");
  }

  private static boolean distinguishesTypes(NetworkDescription network) {
    return network.embeddings().tokenTypes().filter(types -> types.rows() > 1).isPresent();
  }

  private OnnxMl.ModelProto build() {
    for (String input : inputs(network)) {
      graph.input(input, OnnxBuilder.INT64, AXES);
    }
    constants();
    String mask = positions.mask();
    String state = embeddings();
    positions.prepare(mask, this::weight);
    List<Layer> layers = network.stack().layers();
    for (int i = 0; i < layers.size(); i++) {
      boolean firstAlone =
          network.scores() && network.pooling() == Pooling.CLS && i == layers.size() - 1;
      state = layer(state, layers.get(i), firstAlone);
    }
    Optional<LayerNorm> last = network.stack().finalNorm();
    if (last.isPresent()) {
      state = norm(state, last.get());
    }
    if (network.scores()) {
      String scores = head(network.pooling() == Pooling.CLS ? state : mean(state));
      graph.op("Squeeze", "logits", scores, "axis_1");
      graph.output("logits", OnnxBuilder.FLOAT, List.of("batch", "labels"));
    } else {
      graph.op("Identity", "last_hidden_state", state);
      graph.output("last_hidden_state", OnnxBuilder.FLOAT, List.of("batch", "tokens", "hidden"));
    }
    return graph.build();
  }

  /// The mean over tokens that are not padding: `[batch, 1, hidden]`.
  private String mean(String state) {
    graph.op("Squeeze", "pooling.shares", "mask_float", "axis_1");
    graph.op("MatMul", "pooling.sum", "pooling.shares", state);
    graph.op("ReduceSum", "pooling.count", "pooling.shares", "axis_2");
    return graph.op("Div", "pooling.mean", "pooling.sum", "pooling.count");
  }

  /// The modules that make the score: `[batch, 1, hidden]` to `[batch, 1, 1]`.
  private String head(String pooled) {
    String state = pooled;
    for (HeadModule module : network.output().modules()) {
      state =
          switch (module) {
            case DenseModule(Linear linear, Activation activation) ->
                activated(dense(state, linear, Optional.empty()), activation, linear.name());
            case NormModule(LayerNorm norm, double epsilon) -> norm(state, norm, epsilon);
          };
    }
    return state;
  }

  private String activated(String input, Activation activation, String name) {
    return switch (activation) {
      case IDENTITY -> input;
      case TANH -> graph.op("Tanh", name + ".tanh", input);
      case RELU -> graph.op("Relu", name + ".relu", input);
      case GELU -> gelu(input, name + ".gelu");
    };
  }

  /// The state of each text's first token: `[batch, 1, hidden]`.
  private String first(String state) {
    String name = state + ".first";
    return firsts.add(name) ? graph.op("Gather", name, List.of(state, "first"), "axis", 1) : name;
  }

  private void constants() {
    SelfAttention attention = network.stack().layers().getFirst().attention();
    graph.scalar("one", 1f);
    graph.scalar("masked", OnnxPositions.MASKED);
    graph.scalar("root_of_head_size", (float) Math.sqrt((float) attention.headWidth()));
    graph.scalar("root_of_two", (float) Math.sqrt(2));
    graph.scalar("half", .5f);
    graph.integers("first", 0);
    graph.integers("axis_1", 1);
    graph.integers("axis_2", 2);
    graph.integers("split", 0, 0, attention.heads(), attention.headWidth());
    graph.integers("joined", 0, 0, attention.width());
  }

  private String embeddings() {
    InputEmbeddings embeddings = network.embeddings();
    EmbeddingTable words = embeddings.words();
    weight(words.weightName());
    embeddings.positions().ifPresent(each -> weight(each.table().weightName()));
    embeddings.tokenTypes().ifPresent(each -> weight(each.weightName()));
    positions.length();
    var parts = new ArrayList<String>();
    parts.add(graph.op("Gather", words.name(), words.weightName(), "input_ids"));
    embeddings.tokenTypes().ifPresent(each -> parts.add(types(each)));
    embeddings.positions().ifPresent(each -> parts.add(places(each)));
    String sum = parts.getFirst();
    for (int i = 1; i < parts.size(); i++) {
      sum = graph.op("Add", "embeddings.sum_" + i, sum, parts.get(i));
    }
    Optional<LayerNorm> norm = embeddings.norm();
    return norm.isPresent() ? norm(sum, norm.get()) : sum;
  }

  /// The row of each token's type, or the only row there is for all of them.
  private String types(EmbeddingTable types) {
    return distinguishesTypes(network)
        ? graph.op("Gather", "embeddings.types", types.weightName(), "token_type_ids")
        : types.weightName();
  }

  private String places(PositionEmbedding table) {
    return graph.op("Gather", "embeddings.places", table.table().weightName(), positions.rows());
  }

  /// @param firstAlone whether only the first token's state is computed
  private String layer(String state, Layer layer, boolean firstAlone) {
    SelfAttention attention = layer.attention();
    FeedForward forward = layer.feedForward();
    boolean before = network.stack().placement() == NormPlacement.PRE;
    Optional<LayerNorm> attentionNorm = layer.attentionNorm();
    String input = before && attentionNorm.isPresent() ? norm(state, attentionNorm.get()) : state;
    String attended = dense(attention(input, attention, firstAlone), attention.output());
    String sum = parent(attention.output().name()) + ".sum";
    String middle = graph.op("Add", sum, attended, firstAlone ? first(state) : state);
    if (!before && attentionNorm.isPresent()) {
      middle = norm(middle, attentionNorm.get());
    }
    String narrow = feedForward(before ? norm(middle, layer.feedForwardNorm()) : middle, forward);
    String out = graph.op("Add", parent(forward.down().name()) + ".sum", narrow, middle);
    return before ? out : norm(out, layer.feedForwardNorm());
  }

  /// softmax(QKᵀ / √head size + bias) V, heads side by side: `[batch, tokens, hidden]`.
  private String attention(String state, SelfAttention attention, boolean firstAlone) {
    String queries = queries(state, attention.projections(), firstAlone);
    String name =
        switch (attention.projections()) {
          case Projections.Separate(Linear first, _, _) -> parent(first.name());
          case Projections.Fused(Linear all) -> parent(all.name());
        };
    String query = heads(queries, 0, 2, 1, 3);
    String keys = project(state, attention.projections(), 1);
    String key;
    if (attention.rotary().isPresent()) {
      Rotary rotary = attention.rotary().get();
      query = firstAlone ? query : positions.rotated(query, rotary); // place 0 is not turned
      String rotated = positions.rotated(heads(keys, 0, 2, 1, 3), rotary);
      key = graph.transpose(rotated, keys + ".columns", 0, 1, 3, 2);
    } else {
      key = heads(keys, 0, 2, 3, 1);
    }
    String value = heads(project(state, attention.projections(), 2), 0, 2, 1, 3);
    String bias = positions.bias(attention.window());
    if (firstAlone
        && (attention.window().isPresent() || network.stack().relativeBias().isPresent())) {
      bias = graph.op("Gather", bias + ".first", List.of(bias, "first"), "axis", 2);
    }
    graph.op("MatMul", name + ".products", query, key);
    graph.op("Div", name + ".scaled", name + ".products", "root_of_head_size");
    graph.op("Add", name + ".scores", name + ".scaled", bias);
    graph.op("Softmax", name + ".shares", List.of(name + ".scores"), "axis", -1);
    graph.op("MatMul", name + ".mixed", name + ".shares", value);
    graph.transpose(name + ".mixed", name + ".rows", 0, 2, 1, 3);
    return graph.op("Reshape", name, name + ".rows", "joined");
  }

  /// Of all tokens, or of the first alone.
  private String queries(String state, Projections projections, boolean firstAlone) {
    return switch (projections) {
      case Projections.Separate _ -> project(firstAlone ? first(state) : state, projections, 0);
      case Projections.Fused _ -> {
        String all = project(state, projections, 0);
        yield firstAlone ? first(all) : all;
      }
    };
  }

  /// Queries, keys or values: `[batch, tokens, heads · head width]`.
  ///
  /// @param which 0, 1 or 2; a fused product is put in with the first
  private String project(String state, Projections projections, int which) {
    return switch (projections) {
      case Projections.Separate(Linear query, Linear key, Linear value) ->
          dense(state, List.of(query, key, value).get(which));
      case Projections.Fused(Linear all) -> {
        String name = parent(all.name());
        List<String> parts = List.of(name + ".query", name + ".key", name + ".value");
        if (which == 0) {
          graph.split(dense(state, all), parts);
        }
        yield parts.get(which);
      }
    };
  }

  private String heads(String input, long... order) {
    graph.op("Reshape", input + ".split", input, "split");
    return graph.transpose(input + ".split", input + ".heads", order);
  }

  private String feedForward(String state, FeedForward forward) {
    String wide = dense(state, forward.up());
    String name = parent(parent(forward.up().name()));
    return switch (forward) {
      case FeedForward.Plain(Linear _, Linear down) ->
          dense(activated(gelu(wide, name + ".gelu")), down);
      case FeedForward.Gated(Linear up, Linear down) -> {
        List<String> halves = List.of(up.name() + ".activated", up.name() + ".gate");
        graph.split(wide, halves);
        String activated = gelu(halves.getFirst(), name + ".gelu");
        yield dense(graph.op("Mul", name + ".gated", activated, halves.getLast()), down);
      }
    };
  }

  private String activated(String gelu) {
    rounded.ifPresent(products -> products.activated(gelu));
    return gelu;
  }

  /// x · Wᵀ + b.
  private String dense(String input, Linear linear) {
    return dense(input, linear, rounded);
  }

  private String dense(String input, Linear linear, Optional<OnnxProducts> by) {
    NamedTensors.Array turned = OnnxWeights.transposed(weights.take(linear.weightName()));
    String product = linear.bias() ? linear.name() + ".product" : linear.name();
    if (by.isPresent()) {
      by.get().product(input, linear, turned, product);
    } else {
      graph.constant(linear.weightName(), turned);
    }
    if (linear.bias()) {
      weight(linear.biasName());
    }
    if (by.isEmpty()) {
      graph.op("MatMul", product, input, linear.weightName());
    }
    return linear.bias() ? graph.op("Add", linear.name(), product, linear.biasName()) : product;
  }

  /// x / 2 · (1 + erf(x / √2)).
  private String gelu(String input, String name) {
    graph.op("Div", name + ".divided", input, "root_of_two");
    graph.op("Erf", name + ".erf", name + ".divided");
    graph.op("Add", name + ".plus", name + ".erf", "one");
    graph.op("Mul", name + ".times", input, name + ".plus");
    return graph.op("Mul", name, name + ".times", "half");
  }

  private String norm(String input, LayerNorm norm) {
    return norm(input, norm, network.stack().epsilon());
  }

  private String norm(String input, LayerNorm norm, double epsilon) {
    var inputs = new ArrayList<>(List.of(input, norm.weightName()));
    NamedTensors.Array gamma = weights.take(norm.weightName());
    graph.constant(norm.weightName(), gamma);
    float[] beta = {};
    if (norm.bias()) {
      NamedTensors.Array shift = weights.take(norm.biasName());
      graph.constant(norm.biasName(), shift);
      inputs.add(norm.biasName());
      beta = shift.data();
    }
    if (rounded.isPresent()) {
      rounded.get().normed(norm.name(), gamma.data(), beta);
    }
    return graph.layerNorm(norm.name(), inputs, epsilon);
  }

  private void weight(String name) {
    graph.constant(name, weights.take(name));
  }

  /// The name of what a tensor is part of: all before the last dot.
  private static String parent(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }
}
