package dev.whetstone.torch;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/// Attention of one group in a training step, `softmax(Q Kᵀ / √d + mask) V`, and its gradient. What
/// the gradient needs beside the inputs is kept in the scope around the one given, until [#free].
sealed interface AttentionKernel permits AttentionBlocks, AttentionKernel.Flash {
  /// What attention is of, or its gradients; strides as you like.
  ///
  /// @param query `[count, rows, heads, width]`
  /// @param key `[count, length, heads, width]`; value likewise
  record Inputs(Tensor query, Tensor key, Tensor value) {}

  /// Writes the gradients of query, key and value.
  ///
  /// @param gradient of the context: `[count, rows, heads, width]`
  /// @param into destination
  void backward(Tensor gradient, Inputs into);

  /// Frees what was kept for the gradient.
  void free();

  /// What is added to the scores.
  ///
  /// @param mask `[count, 1, 1, length]`; empty when nothing is padding
  /// @param bias empty where the network has none
  record Additions(Optional<Tensor> mask, Optional<ScoreBias> bias) {}

  /// Computes the context of `query`'s rows. In bf16 by matrix products, which AMX does fastest,
  /// and with a bias, whose gradient libtorch's kernel does not give; else by that kernel, whose
  /// gradient is fast too.
  ///
  /// @param arena for intermediates that are not kept
  /// @param inputs unchanged until the gradient is taken; belong to the open scope
  /// @param context destination, `[count, rows, heads, width]`, unchanged until the gradient is
  ///   taken; belongs to the open scope
  static AttentionKernel forward(
      Scope scope, Arena arena, Inputs inputs, Additions additions, Tensor context) {
    return Kernels.isBf16(context) || additions.bias.isPresent()
        ? AttentionBlocks.of(scope, arena, AttentionBlocks.SCORES, inputs, additions, context)
        : Flash.of(scope, inputs, additions.mask, context);
  }

  /// libtorch's attention, which never holds all scores (Dao et al., 2022).
  ///
  /// @param query `[count, heads, rows, width]`
  /// @param key `[count, heads, length, width]`; value likewise
  /// @param logSums of the rows' exponentials
  record Flash(
      Tensor query, Tensor key, Tensor value, Optional<Tensor> mask, Tensor context, Tensor logSums)
      implements AttentionKernel {
    static Flash of(Scope scope, Inputs inputs, Optional<Tensor> mask, Tensor context) {
      Tensor q = scope.hand(inputs.query.transpose(1, 2));
      Tensor k = scope.hand(inputs.key.transpose(1, 2));
      Tensor v = scope.hand(inputs.value.transpose(1, 2));
      Tensor out = scope.hand(context.transpose(1, 2));
      Tensor[] forward = Kernels.flashAttention(q, k, v, argument(mask));
      out.copy_(forward[0]);
      forward[0].close();
      return new Flash(q, k, v, mask, out, scope.hand(forward[1]));
    }

    private static IValue argument(Optional<Tensor> mask) {
      return mask.map(IValue::new).orElseGet(IValue::new);
    }

    @Override
    public void backward(Tensor gradient, Inputs into) {
      try (var _ = new Scope()) {
        Tensor[] gradients =
            Kernels.flashAttentionBackward(
                gradient.transpose(1, 2),
                query,
                key,
                value,
                new Tensor[] {context, logSums},
                argument(mask));
        into.query.copy_(gradients[0].transpose(1, 2));
        into.key.copy_(gradients[1].transpose(1, 2));
        into.value.copy_(gradients[2].transpose(1, 2));
      }
    }

    @Override
    public void free() {
      for (Tensor each : List.of(query, key, value, context, logSums)) {
        each.close();
      }
    }
  }

  /// Of the scores, by the width of a head.
  static Scalar scale(long width) {
    return new Scalar(1 / Math.sqrt((double) width));
  }
}
