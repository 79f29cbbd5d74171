package dev.whetstone.torch;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Pooling;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// One forward pass of a BERT encoder: post-norm layers, exact (erf) GELU, token type 0 (Devlin et
/// al., 2019), over a [Packed] batch. The residual stream has the type of the layers' weights;
/// pooling and normalisation are fp32 (or fp64 with fp64 weights). With CLS pooling, the last layer
/// computes the first tokens alone: nothing reads the others.
final class EncoderPass {
  /// Added to the scores of padding: far below every score, and finite in bf16.
  private static final float MASKED = -1e4f;

  private final EncoderShape shape;
  private final Weights weights;
  private final Packed batch;
  private final boolean fusedAttention;
  private final ScalarType type;

  private EncoderPass(EncoderShape shape, Weights weights, Packed batch, boolean fusedAttention) {
    this.shape = shape;
    this.weights = weights;
    this.batch = batch;
    this.fusedAttention = fusedAttention;
    this.type = weights.get(Layout.Layer.of(0).qkv() + ".weight").scalar_type();
  }

  /// Embeds a batch within the open [Scope].
  ///
  /// @param words row of the word table for each token: `[tokens]`
  /// @param fusedAttention faster forward; its bf16 gradient is slow, so not for training
  /// @return unit rows in packed order: `[size, hidden]`
  static Tensor embed(
      EncoderShape shape,
      Pooling pooling,
      Weights weights,
      Packed batch,
      long[] words,
      boolean fusedAttention) {
    var pass = new EncoderPass(shape, weights, batch, fusedAttention);
    Tensor state = pass.embeddings(words);
    int last = shape.layers() - 1;
    for (int i = 0; i < last; i++) {
      state = pass.layer(Layout.Layer.of(i), state);
    }
    Tensor pooled =
        switch (pooling) {
          case CLS -> pass.lastLayerOfFirstTokens(Layout.Layer.of(last), state);
          case MEAN -> pass.mean(pass.layer(Layout.Layer.of(last), state));
        };
    return unit(widen(pooled));
  }

  static Tensor widen(Tensor tensor) {
    return tensor.scalar_type().intern() == ScalarType.BFloat16
        ? tensor.to(ScalarType.Float)
        : tensor;
  }

  private static Tensor unit(Tensor rows) {
    return rows.div(lengths(rows));
  }

  /// Euclidean length of each row, never 0: `[size, 1]`.
  static Tensor lengths(Tensor rows) {
    Tensor squares = rows.square().sum(new long[] {1}, true, new ScalarTypeOptional());
    return squares.sqrt().clamp_min(new Scalar(1e-12));
  }

  private Tensor embeddings(long[] words) {
    Tensor table = weights.get(Layout.POSITIONS);
    Tensor sum =
        torch
            .embedding(weights.words(), indices(words))
            .add(torch.embedding(table, indices(batch.positions())))
            .add(weights.get(Layout.TYPES).select(0, 0));
    return norm(sum, Layout.EMBEDDING_NORM).to(type);
  }

  static Tensor indices(long[] values) {
    return AbstractTensor.create(values, values.length);
  }

  private Tensor layer(Layout.Layer names, Tensor state) {
    Tensor qkv = dense(state, names.qkv());
    var contexts = new TensorVector();
    for (Packed.Group group : batch.groups()) {
      contexts.push_back(attention(qkv, group));
    }
    Tensor context = batch.groups().size() == 1 ? contexts.front() : torch.cat(contexts, 0);
    return afterAttention(names, state, context);
  }

  private Tensor afterAttention(Layout.Layer names, Tensor state, Tensor context) {
    Tensor attended = norm(state.add(dense(context, names.attentionOut())), names.attentionNorm());
    Tensor up = torch.gelu(dense(attended, names.up()));
    return norm(attended.add(dense(up, names.down())), names.norm());
  }

  /// `softmax(Q Kᵀ / √d + mask) V` of one group.
  ///
  /// @param qkv `[tokens, 3 * hidden]`
  /// @return `[group tokens, hidden]`
  private Tensor attention(Tensor qkv, Packed.Group group) {
    long width = shape.hidden() / shape.heads();
    Tensor parts =
        qkv.narrow(0, group.firstToken(), group.tokens())
            .view(group.count(), group.length(), 3, shape.heads(), width)
            .permute(2, 0, 3, 1, 4); // [3, count, heads, length, width]
    Tensor context = attend(parts.select(0, 0), parts.select(0, 1), parts.select(0, 2), group);
    return context.transpose(1, 2).reshape(group.tokens(), shape.hidden());
  }

  private Tensor attend(Tensor query, Tensor key, Tensor value, Packed.Group group) {
    if (fusedAttention) {
      return torch.scaled_dot_product_attention(
          query,
          key,
          value,
          group.padded() ? new TensorOptional(mask(group)) : new TensorOptional(),
          0.0,
          false,
          new DoubleOptional(),
          false);
    }
    double scale = 1 / Math.sqrt((double) shape.hidden() / shape.heads());
    Tensor scores = query.mul(new Scalar(scale)).matmul(key.transpose(2, 3));
    if (group.padded()) {
      scores = scores.add(mask(group));
    }
    return scores.softmax(-1).matmul(value);
  }

  /// 0 for tokens, far below zero for padding: `[count, 1, 1, length]`.
  private Tensor mask(Packed.Group group) {
    return mask(batch, group, type);
  }

  static Tensor mask(Packed batch, Packed.Group group, ScalarType type) {
    float[] mask = batch.mask(group, 0, MASKED);
    return AbstractTensor.create(mask, group.count(), 1, 1, group.length()).to(type);
  }

  private Tensor lastLayerOfFirstTokens(Layout.Layer names, Tensor state) {
    long hidden = shape.hidden();
    long width = hidden / shape.heads();
    Tensor weight = weights.get(names.qkv() + ".weight");
    Tensor bias = weights.get(names.qkv() + ".bias");
    Tensor first = torch.index_select(state, 0, indices(batch.firstTokens()));
    Tensor query = dense(first, weight.narrow(0, 0, hidden), bias.narrow(0, 0, hidden));
    Tensor keyValue =
        dense(state, weight.narrow(0, hidden, 2 * hidden), bias.narrow(0, hidden, 2 * hidden));
    var contexts = new TensorVector();
    for (Packed.Group group : batch.groups()) {
      Tensor parts =
          keyValue
              .narrow(0, group.firstToken(), group.tokens())
              .view(group.count(), group.length(), 2, shape.heads(), width)
              .permute(2, 0, 3, 1, 4); // [2, count, heads, length, width]
      Tensor one =
          query
              .narrow(0, group.firstRow(), group.count())
              .view(group.count(), shape.heads(), 1, width);
      Tensor context = attend(one, parts.select(0, 0), parts.select(0, 1), group);
      contexts.push_back(context.reshape(group.count(), hidden));
    }
    return afterAttention(names, first, torch.cat(contexts, 0));
  }

  private Tensor mean(Tensor state) {
    var means = new TensorVector();
    for (Packed.Group group : batch.groups()) {
      Tensor tokens =
          widen(state.narrow(0, group.firstToken(), group.tokens()))
              .view(group.count(), group.length(), shape.hidden());
      Tensor shares = shares(batch, group).to(tokens.scalar_type());
      means.push_back(shares.matmul(tokens).squeeze(1));
    }
    return torch.cat(means, 0);
  }

  /// Each token's share of its row's mean, 0 for padding: `[count, 1, length]`.
  static Tensor shares(Packed batch, Packed.Group group) {
    float[] shares = batch.mask(group, 1, 0);
    for (int row = 0; row < group.count(); row++) {
      for (int i = 0; i < group.length(); i++) {
        shares[row * group.length() + i] /= batch.length(group.firstRow() + row);
      }
    }
    return AbstractTensor.create(shares, group.count(), 1, group.length());
  }

  private Tensor dense(Tensor in, String name) {
    return dense(in, weights.get(name + ".weight"), weights.get(name + ".bias"));
  }

  /// `in · weightᵀ + bias`. In fp32 the product and then the sum is faster than `linear`; in bf16
  /// `linear` hands the bias to oneDNN.
  static Tensor dense(Tensor in, Tensor weight, Tensor bias) {
    return in.scalar_type().intern() == ScalarType.BFloat16
        ? torch.linear(in, weight, new TensorOptional(bias))
        : in.matmul(weight.t()).add_(bias);
  }

  private Tensor norm(Tensor in, String name) {
    return torch.layer_norm(
        in,
        new long[] {shape.hidden()},
        new TensorOptional(weights.get(name + ".weight")),
        new TensorOptional(weights.get(name + ".bias")),
        shape.layerNormEpsilon(),
        true);
  }
}
