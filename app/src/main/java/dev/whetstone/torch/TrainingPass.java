package dev.whetstone.torch;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Pooling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The network of [EncoderPass], forward and backward, with its gradients written out: no copies
/// that a general differentiation makes, each intermediate freed as soon as it is used up. One
/// object is one pass: [#forward] once, then [#backward] once, in one open [Scope], without
/// autograd.
final class TrainingPass {
  private final EncoderShape shape;
  private final Pooling pooling;
  private final Weights weights;
  private final Weights gradients;
  private final Packed batch;
  private final Tensor words;
  private final Tensor wordRows;
  private final ScalarType type;
  private final List<List<Tensor>> masks = new ArrayList<>();
  private final Deque<Backward> tape = new ArrayDeque<>();

  /// Takes the gradient of what a step of the forward pass gave, and returns that of what it took.
  private interface Backward {
    Tensor apply(Tensor gradient);
  }

  /// @param weights those of products may be of another type than the rest: the type of the
  ///   residual stream
  /// @param gradients of the same types; overwritten by [#backward]
  /// @param words rows of the word table that occur: `[u, hidden]`
  /// @param wordOf row of `words` for each token: `[tokens]`
  TrainingPass(
      Pooling pooling,
      Weights weights,
      Weights gradients,
      Packed batch,
      Tensor words,
      long[] wordOf) {
    this.shape = weights.layout().shape();
    this.pooling = pooling;
    this.weights = weights;
    this.gradients = gradients;
    this.batch = batch;
    this.words = words;
    this.wordRows = EncoderPass.indices(wordOf);
    this.type = weights.get(Layout.Layer.of(0).qkv() + ".weight").scalar_type();
  }

  /// @return unit rows in packed order: `[size, hidden]`
  Tensor forward() {
    for (Packed.Group group : batch.groups()) {
      masks.add(group.padded() ? List.of(EncoderPass.mask(batch, group, type)) : List.of());
    }
    Tensor state = embeddings();
    int last = shape.layers() - 1;
    for (int i = 0; i < last; i++) {
      state = layer(Layout.Layer.of(i), state);
    }
    Tensor pooled =
        switch (pooling) {
          case CLS -> lastLayerOfFirstTokens(Layout.Layer.of(last), state);
          case MEAN -> mean(layer(Layout.Layer.of(last), state));
        };
    return unit(pooled);
  }

  /// Overwrites the gradients of all weights but the words'.
  ///
  /// @param gradient of the rows that [#forward] returned
  /// @return of `words`: `[u, hidden]`
  Tensor backward(Tensor gradient) {
    Tensor each = gradient;
    while (!tape.isEmpty()) {
      each = tape.pop().apply(each);
    }
    return each;
  }

  private Tensor embeddings() {
    Tensor positions = EncoderPass.indices(batch.positions());
    Tensor table = weights.get(Layout.POSITIONS);
    Tensor types = weights.get(Layout.TYPES).select(0, 0);
    Tensor sum =
        torch.embedding(words, wordRows).add_(torch.embedding(table, positions)).add_(types);
    tape.push(
        gradient -> {
          Tensor places =
              torch.embedding_dense_backward(gradient, positions, shape.positions(), -1, false);
          gradients.get(Layout.POSITIONS).copy_(places);
          Tensor ofTypes = gradients.get(Layout.TYPES);
          ofTypes.zero_();
          ofTypes.select(0, 0).copy_(columnSums(gradient));
          return torch.embedding_dense_backward(gradient, wordRows, words.size(0), -1, false);
        });
    Tensor state = norm(sum, Layout.EMBEDDING_NORM);
    ScalarType wide = state.scalar_type();
    tape.push(gradient -> gradient.to(wide));
    return state.to(type);
  }

  private static Tensor columnSums(Tensor tensor) {
    return tensor.sum(new long[] {0}, false, new ScalarTypeOptional());
  }

  private Tensor layer(Layout.Layer names, Tensor in) {
    try (var scope = new Scope()) {
      Tensor qkv = dense(in, names.qkv());
      Tensor context = scope.hand(empty(batch.tokens(), shape.hidden()));
      var attentions = new ArrayList<Attention>();
      for (int i = 0; i < batch.groups().size(); i++) {
        Tensor parts = perHead(qkv, batch.groups().get(i), 3);
        attentions.add(
            Attention.forward(
                scope,
                parts.select(2, 0),
                parts.select(2, 1),
                parts.select(2, 2),
                masks.get(i),
                perHead(context, batch.groups().get(i), 1).select(2, 0)));
      }
      Block block = new Block(scope, names, in, context);
      tape.push(
          gradient -> {
            try (var inner = new Scope()) {
              Tensor residual = inner.hand(block.residual(gradient));
              Tensor ofContext = block.context(residual);
              Tensor ofQkv = empty(batch.tokens(), 3L * shape.hidden());
              for (int i = 0; i < attentions.size(); i++) {
                Packed.Group group = batch.groups().get(i);
                Tensor parts = perHead(ofQkv, group, 3);
                attentions
                    .get(i)
                    .backward(
                        perHead(ofContext, group, 1).select(2, 0),
                        parts.select(2, 0),
                        parts.select(2, 1),
                        parts.select(2, 2));
                attentions.get(i).free();
              }
              denseBackward(ofQkv, in, names.qkv());
              residual.addmm_(ofQkv, weights.get(names.qkv() + ".weight"));
              block.free();
              in.close();
              return residual;
            }
          });
      return block.out();
    }
  }

  /// `[tokens, parts * hidden]` of one group as `[count, length, parts, heads, width]`.
  private Tensor perHead(Tensor tensor, Packed.Group group, int parts) {
    return tensor
        .narrow(0, group.firstToken(), group.tokens())
        .view(group.count(), group.length(), parts, shape.heads(), shape.hidden() / shape.heads());
  }

  private Tensor lastLayerOfFirstTokens(Layout.Layer names, Tensor in) {
    long hidden = shape.hidden();
    try (var scope = new Scope()) {
      Tensor first = scope.hand(EncoderPass.indices(batch.firstTokens()));
      Tensor rows = scope.hand(torch.index_select(in, 0, first));
      Tensor weight = weights.get(names.qkv() + ".weight");
      Tensor bias = weights.get(names.qkv() + ".bias");
      Tensor query =
          EncoderPass.dense(rows, weight.narrow(0, 0, hidden), bias.narrow(0, 0, hidden));
      Tensor keyValue =
          EncoderPass.dense(
              in, weight.narrow(0, hidden, 2 * hidden), bias.narrow(0, hidden, 2 * hidden));
      Tensor context = scope.hand(empty(batch.size(), hidden));
      var attentions = new ArrayList<Attention>();
      for (int i = 0; i < batch.groups().size(); i++) {
        Packed.Group group = batch.groups().get(i);
        Tensor parts = perHead(keyValue, group, 2);
        attentions.add(
            Attention.forward(
                scope,
                firstPerHead(query, group),
                parts.select(2, 0),
                parts.select(2, 1),
                masks.get(i),
                firstPerHead(context, group)));
      }
      Block block = new Block(scope, names, rows, context);
      tape.push(
          gradient -> {
            try (var inner = new Scope()) {
              Tensor ofRows = block.residual(gradient);
              Tensor ofContext = block.context(ofRows);
              Tensor ofQuery = empty(batch.size(), hidden);
              Tensor ofKeyValue = empty(batch.tokens(), 2 * hidden);
              for (int i = 0; i < attentions.size(); i++) {
                Packed.Group group = batch.groups().get(i);
                Tensor parts = perHead(ofKeyValue, group, 2);
                attentions
                    .get(i)
                    .backward(
                        firstPerHead(ofContext, group),
                        firstPerHead(ofQuery, group),
                        parts.select(2, 0),
                        parts.select(2, 1));
                attentions.get(i).free();
              }
              Tensor ofWeight = gradients.get(names.qkv() + ".weight");
              Tensor ofBias = gradients.get(names.qkv() + ".bias");
              torch.mm_out(ofWeight.narrow(0, 0, hidden), ofQuery.t(), rows);
              torch.mm_out(ofWeight.narrow(0, hidden, 2 * hidden), ofKeyValue.t(), in);
              ofBias.narrow(0, 0, hidden).copy_(columnSums(ofQuery));
              ofBias.narrow(0, hidden, 2 * hidden).copy_(columnSums(ofKeyValue));
              ofRows.addmm_(ofQuery, weight.narrow(0, 0, hidden));
              Tensor ofIn = inner.hand(torch.mm(ofKeyValue, weight.narrow(0, hidden, 2 * hidden)));
              ofIn.index_add_(0, first, ofRows);
              block.free();
              in.close();
              return ofIn;
            }
          });
      return block.out();
    }
  }

  private Tensor firstPerHead(Tensor tensor, Packed.Group group) {
    return tensor
        .narrow(0, group.firstRow(), group.count())
        .view(group.count(), 1, shape.heads(), shape.hidden() / shape.heads());
  }

  /// What of a layer comes after attention: output product, residual, norm, feed-forward, residual,
  /// norm. Its gradient is taken in two steps, as the residual's is needed later.
  private final class Block {
    private final Layout.Layer names;
    private final Tensor context;
    private final LayerNorm attended;
    private final Tensor up;
    private final Tensor activated;
    private final LayerNorm out;

    private Block(Scope scope, Layout.Layer names, Tensor in, Tensor context) {
      this.names = names;
      this.context = context;
      this.attended =
          new LayerNorm(
              scope, dense(context, names.attentionOut()).add_(in), names.attentionNorm());
      this.up = scope.hand(dense(attended.out, names.up()));
      this.activated = scope.hand(torch.gelu(up));
      this.out =
          new LayerNorm(scope, dense(activated, names.down()).add_(attended.out), names.norm());
    }

    Tensor out() {
      return out.out;
    }

    /// The gradient of the sum before the first norm: it is the residual's, and the output
    /// product's.
    Tensor residual(Tensor gradient) {
      Tensor sum = out.backward(gradient);
      denseBackward(sum, activated, names.down());
      Tensor ofActivated = torch.mm(sum, weights.get(names.down() + ".weight"));
      Tensor ofUp = torch.gelu_backward(ofActivated, up);
      denseBackward(ofUp, attended.out, names.up());
      sum.addmm_(ofUp, weights.get(names.up() + ".weight"));
      return attended.backward(sum);
    }

    /// The gradient of the context.
    Tensor context(Tensor residual) {
      denseBackward(residual, context, names.attentionOut());
      return torch.mm(residual, weights.get(names.attentionOut() + ".weight"));
    }

    void free() {
      context.close();
      attended.free();
      attended.out.close();
      up.close();
      activated.close();
      out.free();
    }
  }

  private final class LayerNorm {
    private final String name;
    private final Tensor in;
    private final Tensor mean;
    private final Tensor inverseDeviation;
    private final Tensor out;

    LayerNorm(Scope scope, Tensor in, String name) {
      this.name = name;
      this.in = scope.hand(in);
      var results = torch.native_layer_norm(in, size(), weight(), bias(), shape.layerNormEpsilon());
      this.out = scope.hand(results.get0().detach());
      this.mean = scope.hand(results.get1().detach());
      this.inverseDeviation = scope.hand(results.get2().detach());
    }

    private long[] size() {
      return new long[] {shape.hidden()};
    }

    private TensorOptional weight() {
      return new TensorOptional(weights.get(name + ".weight"));
    }

    private TensorOptional bias() {
      return new TensorOptional(weights.get(name + ".bias"));
    }

    Tensor backward(Tensor gradient) {
      try (var all = new BoolPointer(3)) {
        all.put(0, true).put(1, true).put(2, true);
        var results =
            torch.native_layer_norm_backward(
                gradient, in, size(), mean, inverseDeviation, weight(), bias(), all);
        gradients.get(name + ".weight").copy_(results.get1());
        gradients.get(name + ".bias").copy_(results.get2());
        return results.get0().detach();
      }
    }

    void free() {
      in.close();
      mean.close();
      inverseDeviation.close();
    }
  }

  private Tensor norm(Tensor in, String name) {
    try (var scope = new Scope()) {
      var norm = new LayerNorm(scope, in, name);
      tape.push(norm::backward);
      return norm.out;
    }
  }

  private Tensor dense(Tensor in, String name) {
    return EncoderPass.dense(in, weights.get(name + ".weight"), weights.get(name + ".bias"));
  }

  private void denseBackward(Tensor gradient, Tensor in, String name) {
    torch.mm_out(gradients.get(name + ".weight"), gradient.t(), in);
    torch.sum_out(
        gradients.get(name + ".bias"), gradient, new long[] {0}, false, new ScalarTypeOptional());
  }

  private Tensor mean(Tensor state) {
    var means = new ArrayList<Tensor>();
    var allShares = new ArrayList<Tensor>();
    for (Packed.Group group : batch.groups()) {
      Tensor shares = EncoderPass.shares(batch, group);
      Tensor tokens = state.narrow(0, group.firstToken(), group.tokens());
      Tensor wide = EncoderPass.widen(tokens).view(group.count(), group.length(), shape.hidden());
      shares = shares.to(wide.scalar_type());
      allShares.add(shares);
      means.add(shares.matmul(wide).squeeze(1));
    }
    tape.push(
        gradient -> {
          Tensor ofState = empty(batch.tokens(), shape.hidden());
          for (int i = 0; i < allShares.size(); i++) {
            Packed.Group group = batch.groups().get(i);
            Tensor rows = gradient.narrow(0, group.firstRow(), group.count()).unsqueeze(1);
            Tensor tokens = allShares.get(i).transpose(1, 2).matmul(rows);
            ofState
                .narrow(0, group.firstToken(), group.tokens())
                .copy_(tokens.view(group.tokens(), shape.hidden()));
          }
          return ofState;
        });
    return torch.cat(new TensorVector(means.toArray(new Tensor[0])), 0);
  }

  private Tensor unit(Tensor pooled) {
    Tensor wide = EncoderPass.widen(pooled);
    Tensor length = EncoderPass.lengths(wide);
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
    return torch.empty(
        new long[] {rows, columns}, new TensorOptions(type), new MemoryFormatOptional());
  }
}
