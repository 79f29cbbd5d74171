package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.EmbeddingTable;
import dev.whetstone.core.NetworkDescription.FeedForward;
import dev.whetstone.core.NetworkDescription.InputEmbeddings;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkDescription.NormPlacement;
import dev.whetstone.core.NetworkDescription.Parameter;
import dev.whetstone.core.NetworkDescription.PositionEmbedding;
import dev.whetstone.core.NetworkDescription.Projections;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.RelativeBias;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The fast path of training for networks of BERT's form: the same function as [NetworkPass] with
/// its gradient written out, instead of recorded by automatic differentiation as in [AutogradPass].
///
/// ## Problem
///
/// A training step on a CPU is bound by matrix products and by memory traffic beside them.
/// Automatic differentiation adds traffic: it keeps every intermediate until the end of the
/// backward pass, makes a copy where several operations read a tensor, allocates each gradient anew
/// and sums gradients of shared tensors in extra passes.
///
/// ## Method
///
/// Reverse-mode differentiation by hand over a tape of closures ([#tape]). The forward pass pushes
/// one closure for each stage: embeddings, embedding norm, each layer, pooling, normalisation. Each
/// keeps just the tensors that its gradient needs and frees them as soon as it has run. Backward
/// pops them in reverse order; each takes the gradient of what the stage gave and returns that of
/// what it took. Gradients of weights are written straight into the flat buffer that the optimiser
/// reads (`mm_out`, `sum_out`). With `g` the gradient of a stage's output:
///
/// | stage | forward | gradients |
/// |---|---|---|
/// | linear map | `y = x Wᵀ + b` | `W: gᵀ x`, `b: Σ rows of g`, `x: g W` |
/// | sum | `y = x + f(x)` | `x: g + gradient through f`, added in place (`addmm_`) |
/// | LayerNorm, GELU | libtorch's kernels | libtorch's kernels, from kept means and deviations |
/// | attention | [AttentionKernel] | of query, key, value, written side by side |
/// | mean pooling | `y = Σ shareᵢ xᵢ` | `xᵢ: shareᵢ g` |
/// | unit length | `y = x / |x|` | `x: (g - y (y · g)) / |x|` |
/// | score head | [NetworkPass#head] | automatic differentiation: its products have one row a pair |
///
/// With CLS pooling the last layer computes queries, and all after attention, of first tokens only:
/// a sixth of a layer's products, as only keys and values need all tokens.
///
/// ## Shapes and types
///
/// States are `[tokens, hidden]`, tokens of a [PackedBatch] (padding included); attention works on
/// groups, `[count, length, heads, width]`. States, the linear maps and their gradients are of
/// `type` (fp32, bf16, or fp64 in tests), everything else is fp32; rows and their gradient are
/// fp32.
///
/// ## Invariants
///
/// - [#computes] is true for the description: norms after the sums with biases, absolute positions
///   at any offset or none, a relative bias or none, query, key and value apart with biases, plain
///   feed-forward with biases, no window; a head only where it scores pairs.
/// - [#forward] once, then [#backward] once, in one open [Scope], without autograd.
/// - What is kept of the layers but the norms' outputs is of the [Arena], in the order of a stack:
///   each closure gives back what its stage took.
/// - The order of floating-point operations is fixed, so a step gives the same bits each time on
///   one machine.
/// - After [#backward] every gradient but the words' has been overwritten, and every intermediate
///   of the layers is freed.
///
/// ## Cost and gain
///
/// Three times the products of a forward pass, attention's scores and the feed-forward part's
/// activations once more ([AttentionBlocks], [LayerTail]). Memory for eight states a layer and one
/// of the width inside the feed-forward part, however long the sequences are ([#elements]).
///
/// Measured against [AutogradPass] in one run, 4 layers of bge-small's widths, batch 32, on 2 cores
/// (AVX-512 with bf16, without AMX) under other load, best of 4: in fp32 2.6 CPU seconds a step
/// against 4.7, 2.6 pairs a second against 1.8; in bf16 2.2 CPU seconds against 2.4, the clock
/// alike. The command: `GradientPassBenchmark FP32 4 4`, then `BF16 4 4`.
///
/// Oracles: [AutogradPass] on the same weights, and central differences (`TrainingPassTest`).
///
/// Sources: Rumelhart, Hinton & Williams, 1986; Vaswani et al., 2017; Ba et al., 2016 (LayerNorm);
/// Dao et al., 2022 (attention in blocks).
final class TrainingPass implements GradientPass {
  private final NetworkDescription description;
  private final ParameterLayout layout;
  private final LinearGradients parameters;
  private final PackedBatch batch;
  private final Tensor words;
  private final Tensor wordRows;
  private final Arena arena;
  private final long begin;
  private final ScalarType type;
  private final List<AttentionKernel.Additions> additions = new ArrayList<>();
  private final Deque<Backward> tape = new ArrayDeque<>();

  /// Takes the gradient of a stage's output, and returns that of its input.
  private interface Backward {
    Tensor apply(Tensor gradient);
  }

  /// Whether this pass computes the network: BERT, RoBERTa, XLM-R, DistilBERT and MPNet, without a
  /// head or with one that scores pairs.
  static boolean computes(NetworkDescription description) {
    return (description.scores() || description.head().isEmpty())
        && description.stack().placement() == NormPlacement.POST
        && description.stack().finalNorm().isEmpty()
        && description.embeddings().norm().filter(norm -> norm.bias()).isPresent()
        && description.stack().layers().stream().allMatch(TrainingPass::computes);
  }

  private static boolean computes(Layer layer) {
    return layer.attention().projections() instanceof Projections.Separate(Linear query, _, _)
        && query.bias()
        && layer.attention().output().bias()
        && layer.attention().rotary().isEmpty()
        && layer.attention().window().isEmpty()
        && layer.attentionNorm().filter(norm -> norm.bias()).isPresent()
        && layer.feedForward() instanceof FeedForward.Plain(Linear up, Linear down)
        && up.bias()
        && down.bias()
        && layer.feedForwardNorm().bias()
        && layer.attention().width() == up.in();
  }

  /// Parameters as of [GradientPass#of].
  TrainingPass(
      Weights weights,
      Weights gradients,
      PackedBatch batch,
      Tensor words,
      long[] wordOf,
      Arena arena) {
    this.layout = weights.layout();
    this.description = layout.description();
    this.parameters = new LinearGradients(weights, gradients);
    this.batch = batch;
    this.words = words;
    this.wordRows = Device.indices(wordOf);
    this.arena = arena;
    this.begin = arena.top();
    this.type = parameters.weight(layout.queryKeyValue(0)).scalar_type();
  }

  /// What a pass takes of an arena.
  static long elements(NetworkDescription description, PackedBatch batch) {
    long kept = 0;
    long passing = 0;
    List<Layer> layers = description.stack().layers();
    for (int i = 0; i < layers.size(); i++) {
      boolean firstAlone = i + 1 == layers.size() && description.pooling() == Pooling.CLS;
      kept += kept(layers.get(i), batch, firstAlone);
      passing = Math.max(passing, passing(layers.get(i), batch, firstAlone));
    }
    return kept + passing;
  }

  private static long kept(Layer layer, PackedBatch batch, boolean firstAlone) {
    long hidden = layer.attention().width();
    long rows = firstAlone ? batch.size() : batch.tokens();
    return Arena.elements(batch.tokens(), (firstAlone ? 2 : 3) * hidden)
        + Arena.elements(rows, hidden)
        + LayerTail.kept(layer, rows);
  }

  private static long passing(Layer layer, PackedBatch batch, boolean firstAlone) {
    SelfAttention attention = layer.attention();
    long hidden = attention.width();
    long rows = firstAlone ? batch.size() : batch.tokens();
    long blocks = 0;
    for (PackedBatch.Group group : batch.groups()) {
      blocks =
          Math.max(
              blocks,
              AttentionBlocks.passing(
                  (long) group.count() * attention.heads(),
                  firstAlone ? 1 : group.length(),
                  group.length(),
                  attention.headWidth()));
    }
    long ofAttention =
        2 * Arena.elements(rows, hidden)
            + Arena.elements(batch.tokens(), (firstAlone ? 2 : 3) * hidden)
            + blocks;
    return Math.max(LayerTail.passing(layer, rows), ofAttention);
  }

  @Override
  public Tensor forward() {
    for (PackedBatch.Group group : batch.groups()) {
      additions.add(additions(group));
    }
    Tensor state = embeddings();
    description.stack().relativeBias().ifPresent(this::gradientOfBias);
    int last = description.stack().layers().size() - 1;
    for (int i = 0; i < last; i++) {
      state = layer(i, state);
    }
    Tensor pooled =
        switch (description.pooling()) {
          case CLS -> lastLayerOfFirstTokens(last, state);
          case MEAN -> mean(layer(last, state));
        };
    return description.scores() ? score(pooled) : unit(pooled);
  }

  private AttentionKernel.Additions additions(PackedBatch.Group group) {
    return new AttentionKernel.Additions(
        group.padded()
            ? Optional.of(AttentionPositions.padding(batch, group, type))
            : Optional.empty(),
        description
            .stack()
            .relativeBias()
            .map(
                bias ->
                    new ScoreBias(bias, parameters.weight(bias.table()), group.length(), type)));
  }

  /// Taken when all layers have been through.
  private void gradientOfBias(RelativeBias bias) {
    tape.push(
        gradient -> {
          Tensor ofTable = parameters.ofWeight(bias.table()).zero_();
          for (AttentionKernel.Additions each : additions) {
            ofTable.add_(each.bias().orElseThrow().ofTable());
          }
          return gradient;
        });
  }

  @Override
  public Tensor backward(Tensor gradient) {
    Tensor each = gradient;
    while (!tape.isEmpty()) {
      each = tape.pop().apply(each);
    }
    arena.release(begin);
    return each;
  }

  @Override
  public void drop() {
    tape.clear();
    arena.release(begin);
  }

  private Tensor embeddings() {
    InputEmbeddings embeddings = description.embeddings();
    Tensor sum = torch.embedding(words, wordRows);
    Tensor places = Device.indices(batch.positions(offset()));
    embeddings
        .positions()
        .ifPresent(each -> sum.add_(torch.embedding(parameters.weight(each.table()), places)));
    embeddings.tokenTypes().ifPresent(table -> addTypes(sum, table));
    tape.push(
        gradient -> {
          embeddings
              .positions()
              .ifPresent(
                  each ->
                      parameters
                          .ofWeight(each.table())
                          .copy_(
                              torch.embedding_dense_backward(
                                  gradient, places, each.table().rows(), -1, false)));
          embeddings.tokenTypes().ifPresent(table -> gradientOfTypes(gradient, table));
          return torch.embedding_dense_backward(gradient, wordRows, words.size(0), -1, false);
        });
    Tensor state = norm(sum);
    ScalarType wide = state.scalar_type();
    tape.push(gradient -> gradient.to(wide));
    return state.to(type);
  }

  private void addTypes(Tensor sum, EmbeddingTable table) {
    sum.add_(
        NetworkPass.distinguishesTypes(table, batch)
            ? torch.embedding(parameters.weight(table), Device.indices(batch.types()))
            : parameters.weight(table).select(0, 0));
  }

  private void gradientOfTypes(Tensor gradient, EmbeddingTable table) {
    Tensor ofTypes = parameters.ofWeight(table);
    if (NetworkPass.distinguishesTypes(table, batch)) {
      ofTypes.copy_(
          torch.embedding_dense_backward(
              gradient, Device.indices(batch.types()), table.rows(), -1, false));
    } else {
      ofTypes.zero_();
      ofTypes.select(0, 0).copy_(columnSums(gradient));
    }
  }

  private int offset() {
    return description.embeddings().positions().map(PositionEmbedding::offset).orElse(0);
  }

  private static Tensor columnSums(Tensor tensor) {
    return tensor.sum(new long[] {0}, false, new ScalarTypeOptional());
  }

  private LayerTail tail(Scope scope, Layer layer, Tensor in, Tensor context) {
    return new LayerTail(
        scope, arena, parameters, layer, description.stack().epsilon(), in, context);
  }

  private Tensor layer(int number, Tensor in) {
    Layer layer = description.stack().layers().get(number);
    Linear projection = layout.queryKeyValue(number);
    long mark = arena.top();
    try (var scope = new Scope()) {
      Tensor qkv =
          parameters.dense(in, projection, arena.take(batch.tokens(), 3L * description.hidden()));
      Tensor context = scope.hand(arena.take(batch.tokens(), description.hidden()));
      var kernels = new ArrayList<AttentionKernel>();
      for (int i = 0; i < batch.groups().size(); i++) {
        Tensor parts = perHead(layer, qkv, batch.groups().get(i), 3);
        kernels.add(
            AttentionKernel.forward(
                scope,
                arena,
                inputs(parts),
                additions.get(i),
                perHead(layer, context, batch.groups().get(i), 1).select(2, 0)));
      }
      LayerTail tail = tail(scope, layer, in, context);
      tape.push(
          gradient -> {
            try (var inner = new Scope()) {
              Tensor residual = inner.hand(tail.residual(gradient));
              Tensor ofContext = arena.take(batch.tokens(), description.hidden());
              tail.context(residual, ofContext);
              Tensor ofQkv = arena.take(batch.tokens(), 3L * description.hidden());
              for (int i = 0; i < kernels.size(); i++) {
                PackedBatch.Group group = batch.groups().get(i);
                Tensor parts = perHead(layer, ofQkv, group, 3);
                kernels
                    .get(i)
                    .backward(perHead(layer, ofContext, group, 1).select(2, 0), inputs(parts));
                kernels.get(i).free();
              }
              parameters.denseBackward(ofQkv, in, projection);
              residual.addmm_(ofQkv, parameters.weight(projection));
              tail.free();
              in.close();
              arena.release(mark);
              return residual;
            }
          });
      return tail.out();
    }
  }

  /// Of query, key and value side by side.
  private static AttentionKernel.Inputs inputs(Tensor parts) {
    return new AttentionKernel.Inputs(parts.select(2, 0), parts.select(2, 1), parts.select(2, 2));
  }

  /// Of one query a sequence, and key and value side by side.
  private static AttentionKernel.Inputs inputs(Tensor query, Tensor parts) {
    return new AttentionKernel.Inputs(query, parts.select(2, 0), parts.select(2, 1));
  }

  /// `[tokens, parts * hidden]` of one group as `[count, length, parts, heads, width]`.
  private static Tensor perHead(Layer layer, Tensor tensor, PackedBatch.Group group, int parts) {
    int heads = layer.attention().heads();
    return tensor
        .narrow(0, group.firstToken(), group.tokens())
        .view(group.count(), group.length(), parts, heads, layer.attention().headWidth());
  }

  private Tensor lastLayerOfFirstTokens(int number, Tensor in) {
    Layer layer = description.stack().layers().get(number);
    Linear projection = layout.queryKeyValue(number);
    long hidden = description.hidden();
    long mark = arena.top();
    try (var scope = new Scope()) {
      Tensor first = scope.hand(Device.indices(batch.firstTokens()));
      Tensor rows = scope.hand(torch.index_select(in, 0, first));
      Tensor weight = parameters.weight(projection);
      Tensor bias = parameters.bias(projection);
      Tensor query =
          LinearMaps.Plain.dense(rows, weight.narrow(0, 0, hidden), bias.narrow(0, 0, hidden));
      Tensor keyValue =
          LinearGradients.dense(
              in,
              weight.narrow(0, hidden, 2 * hidden),
              bias.narrow(0, hidden, 2 * hidden),
              arena.take(batch.tokens(), 2 * hidden));
      Tensor context = scope.hand(arena.take(batch.size(), hidden));
      var kernels = new ArrayList<AttentionKernel>();
      for (int i = 0; i < batch.groups().size(); i++) {
        PackedBatch.Group group = batch.groups().get(i);
        Tensor parts = perHead(layer, keyValue, group, 2);
        kernels.add(
            AttentionKernel.forward(
                scope,
                arena,
                inputs(firstPerHead(layer, query, group), parts),
                additions.get(i),
                firstPerHead(layer, context, group)));
      }
      LayerTail tail = tail(scope, layer, rows, context);
      tape.push(
          gradient -> {
            try (var inner = new Scope()) {
              Tensor ofRows = tail.residual(gradient);
              Tensor ofContext = arena.take(batch.size(), hidden);
              tail.context(ofRows, ofContext);
              Tensor ofQuery = arena.take(batch.size(), hidden);
              Tensor ofKeyValue = arena.take(batch.tokens(), 2 * hidden);
              for (int i = 0; i < kernels.size(); i++) {
                PackedBatch.Group group = batch.groups().get(i);
                Tensor parts = perHead(layer, ofKeyValue, group, 2);
                kernels
                    .get(i)
                    .backward(
                        firstPerHead(layer, ofContext, group),
                        inputs(firstPerHead(layer, ofQuery, group), parts));
                kernels.get(i).free();
              }
              Tensor ofWeight = parameters.ofWeight(projection);
              Tensor ofBias = parameters.ofBias(projection);
              torch.mm_out(ofWeight.narrow(0, 0, hidden), ofQuery.t(), rows);
              torch.mm_out(ofWeight.narrow(0, hidden, 2 * hidden), ofKeyValue.t(), in);
              ofBias.narrow(0, 0, hidden).copy_(columnSums(ofQuery));
              ofBias.narrow(0, hidden, 2 * hidden).copy_(columnSums(ofKeyValue));
              ofRows.addmm_(ofQuery, weight.narrow(0, 0, hidden));
              Tensor ofIn = inner.hand(torch.mm(ofKeyValue, weight.narrow(0, hidden, 2 * hidden)));
              ofIn.index_add_(0, first, ofRows);
              tail.free();
              in.close();
              arena.release(mark);
              return ofIn;
            }
          });
      return tail.out();
    }
  }

  private static Tensor firstPerHead(Layer layer, Tensor tensor, PackedBatch.Group group) {
    return tensor
        .narrow(0, group.firstRow(), group.count())
        .view(group.count(), 1, layer.attention().heads(), layer.attention().headWidth());
  }

  private Tensor norm(Tensor in) {
    try (var scope = new Scope()) {
      var norm =
          new NormStep(
              scope,
              parameters,
              description.embeddings().norm().orElseThrow(),
              description.stack().epsilon(),
              in);
      tape.push(norm::backward);
      return norm.out();
    }
  }

  private Tensor mean(Tensor state) {
    var means = new ArrayList<Tensor>();
    var allShares = new ArrayList<Tensor>();
    for (PackedBatch.Group group : batch.groups()) {
      Tensor shares = NetworkPass.shares(batch, group);
      Tensor tokens = state.narrow(0, group.firstToken(), group.tokens());
      Tensor wide =
          NetworkPass.widen(tokens).view(group.count(), group.length(), description.hidden());
      shares = shares.to(wide.scalar_type());
      allShares.add(shares);
      means.add(shares.matmul(wide).squeeze(1));
    }
    tape.push(
        gradient -> {
          Tensor ofState = empty(batch.tokens(), description.hidden());
          for (int i = 0; i < allShares.size(); i++) {
            PackedBatch.Group group = batch.groups().get(i);
            Tensor rows = gradient.narrow(0, group.firstRow(), group.count()).unsqueeze(1);
            Tensor tokens = allShares.get(i).transpose(1, 2).matmul(rows);
            ofState
                .narrow(0, group.firstToken(), group.tokens())
                .copy_(tokens.view(group.tokens(), description.hidden()));
          }
          return ofState;
        });
    return torch.cat(new TensorVector(means.toArray(new Tensor[0])), 0);
  }

  /// The head of a score by automatic differentiation: its products have but one row a pair.
  private Tensor score(Tensor pooled) {
    Weights leaves = parameters.weights().leaves();
    Tensor leaf = NetworkPass.widen(pooled).detach().set_requires_grad(true);
    ScalarType narrow = pooled.scalar_type();
    try (var _ = new AutoGradMode(true)) {
      Tensor scores = NetworkPass.head(description, leaves, leaf);
      tape.push(
          gradient -> {
            scores.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
            for (HeadModule module : description.output().modules()) {
              Parameter each = module.parameter();
              parameters.ofWeight(each).copy_(leaves.get(each.weightName()).grad());
              if (each.bias()) {
                parameters.ofBias(each).copy_(leaves.get(each.biasName()).grad());
              }
            }
            return leaf.grad().to(narrow);
          });
      return scores;
    }
  }

  private Tensor unit(Tensor pooled) {
    Tensor wide = NetworkPass.widen(pooled);
    Tensor length = NetworkPass.lengths(wide);
    Tensor rows = wide.div(length);
    ScalarType narrow = pooled.scalar_type();
    tape.push(
        gradient -> {
          Tensor along = rows.mul(gradient).sum(new long[] {1}, true, new ScalarTypeOptional());
          return gradient.sub(rows.mul(along)).div_(length).to(narrow);
        });
    return rows;
  }

  private Tensor empty(long rows, long columns) {
    return Device.empty(type, rows, columns);
  }
}
