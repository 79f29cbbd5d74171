package dev.whetstone.torch;

import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Attention of one group in a training step, `softmax(Q Kᵀ / √d + mask) V`, and its gradient. What
/// the gradient needs is kept in the scope around the one given, until [#free].
sealed interface AttentionKernel {
  /// Writes the gradients of query, key and value.
  ///
  /// @param gradient of the context: `[count, rows, heads, width]`
  /// @param query destination, `[count, rows, heads, width]`
  /// @param key destination, `[count, length, heads, width]`; value likewise
  void backward(Tensor gradient, Tensor query, Tensor key, Tensor value);

  /// Frees what was kept for the gradient.
  void free();

  /// Computes the context of `query`'s rows. In bf16 by whole products, which AMX does fastest;
  /// else in blocks, where libtorch's gradient is fast too.
  ///
  /// @param query `[count, rows, heads, width]`, strides as you like
  /// @param key `[count, length, heads, width]`; value likewise
  /// @param mask added to the scores, `[count, 1, 1, length]`; empty when nothing is padding
  /// @param context destination, `[count, rows, heads, width]`
  static AttentionKernel forward(
      Scope scope, Tensor query, Tensor key, Tensor value, List<Tensor> mask, Tensor context) {
    return Kernels.isBf16(query)
        ? FullScores.of(scope, query, key, value, mask, context)
        : Flash.of(scope, query, key, value, mask, context);
  }

  /// Holds all scores at once.
  ///
  /// @param query `[count * heads, rows, width]`, scaled by 1 / √width
  /// @param key `[count * heads, length, width]`; value likewise
  /// @param shares the softmax, `[count * heads, rows, length]`
  record FullScores(Tensor query, Tensor key, Tensor value, Tensor shares, int heads)
      implements AttentionKernel {
    static FullScores of(
        Scope scope, Tensor query, Tensor key, Tensor value, List<Tensor> mask, Tensor context) {
      int heads = Math.toIntExact(query.size(2));
      Tensor q = scope.hand(byHead(query));
      q.mul_(scale(query));
      Tensor k = scope.hand(byHead(key));
      Tensor v = scope.hand(byHead(value));
      Tensor scores = torch.bmm(q, k.transpose(1, 2));
      for (Tensor each : mask) {
        scores.view(query.size(0), heads, query.size(1), key.size(1)).add_(each);
      }
      Tensor shares = scope.hand(scores.softmax(-1));
      scatter(torch.bmm(shares, v), context);
      return new FullScores(q, k, v, shares, heads);
    }

    /// `[count, n, heads, width]` as `[count * heads, n, width]`, a copy.
    private static Tensor byHead(Tensor tensor) {
      Tensor out =
          Device.empty(
              tensor.scalar_type(), tensor.size(0), tensor.size(2), tensor.size(1), tensor.size(3));
      out.copy_(tensor.transpose(1, 2));
      return out.view(-1, tensor.size(1), tensor.size(3));
    }

    private static void scatter(Tensor rows, Tensor into) {
      into.copy_(rows.view(into.size(0), into.size(2), into.size(1), into.size(3)).transpose(1, 2));
    }

    private static Scalar scale(Tensor query) {
      return new Scalar(1 / Math.sqrt((double) query.size(3)));
    }

    @Override
    public void backward(Tensor gradient, Tensor query, Tensor key, Tensor value) {
      try (var _ = new Scope()) {
        Tensor context = byHead(gradient);
        scatter(torch.bmm(shares.transpose(1, 2), context), value);
        Tensor scores =
            Kernels.softmaxBackward(torch.bmm(context, this.value.transpose(1, 2)), shares);
        scatter(torch.bmm(scores, this.key).mul_(scale(gradient)), query);
        scatter(torch.bmm(scores.transpose(1, 2), this.query), key);
      }
    }

    @Override
    public void free() {
      query.close();
      key.close();
      value.close();
      shares.close();
    }
  }

  /// Never holds all scores.
  final class Flash implements AttentionKernel {
    private final Tensor query;
    private final Tensor key;
    private final Tensor value;
    private final List<Tensor> mask;
    private final Tensor[] forward;

    private Flash(Tensor query, Tensor key, Tensor value, List<Tensor> mask, Tensor[] forward) {
      this.query = query;
      this.key = key;
      this.value = value;
      this.mask = mask;
      this.forward = forward;
    }

    static Flash of(
        Scope scope, Tensor query, Tensor key, Tensor value, List<Tensor> mask, Tensor context) {
      Tensor q = scope.hand(query.transpose(1, 2));
      Tensor k = scope.hand(key.transpose(1, 2));
      Tensor v = scope.hand(value.transpose(1, 2));
      Tensor[] forward = Kernels.flashAttention(q, k, v, argument(mask));
      context.copy_(forward[0].transpose(1, 2));
      for (Tensor each : forward) {
        scope.hand(each);
      }
      return new Flash(q, k, v, mask, forward);
    }

    private static IValue argument(List<Tensor> mask) {
      return mask.isEmpty() ? new IValue() : new IValue(mask.getFirst());
    }

    @Override
    public void backward(Tensor gradient, Tensor query, Tensor key, Tensor value) {
      try (var _ = new Scope()) {
        Tensor[] gradients =
            Kernels.flashAttentionBackward(
                gradient.transpose(1, 2),
                this.query,
                this.key,
                this.value,
                forward,
                argument(mask));
        query.copy_(gradients[0].transpose(1, 2));
        key.copy_(gradients[1].transpose(1, 2));
        value.copy_(gradients[2].transpose(1, 2));
      }
    }

    @Override
    public void free() {
      query.close();
      key.close();
      value.close();
      for (Tensor each : forward) {
        each.close();
      }
    }
  }
}
