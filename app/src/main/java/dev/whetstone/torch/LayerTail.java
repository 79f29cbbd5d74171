package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.Linear;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The part of a BERT layer that follows attention, in a [TrainingPass]: output product, residual,
/// norm, feed-forward, residual, norm. Computed when made; its gradient is taken in two steps, as
/// the residual's is needed later.
///
/// The activations of the feed-forward part, a quarter of a layer's intermediates, are not kept but
/// computed again: block by block of rows, while the block's products are in the processor's cache,
/// so that only arithmetic is added, and no traffic.
final class LayerTail {
  /// Of a block: 1 MB in bf16, so that it stays in the second-level cache with what is made of it.
  private static final long BLOCK_ELEMENTS = 1 << 19;

  private final LinearGradients parameters;
  private final Layer layer;
  private final Arena arena;
  private final Tensor context;
  private final NormStep attended;
  private final Tensor up;
  private final NormStep out;

  /// @param scope whose surrounding scope gets the tensors
  /// @param arena for those that are kept
  /// @param in the state before the layer: `[rows, hidden]`
  /// @param context from attention: `[rows, hidden]`
  LayerTail(
      Scope scope,
      Arena arena,
      LinearGradients parameters,
      Layer layer,
      double epsilon,
      Tensor in,
      Tensor context) {
    this.parameters = parameters;
    this.layer = layer;
    this.arena = arena;
    this.context = context;
    long rows = in.size(0);
    Tensor sum = scope.hand(arena.take(rows, in.size(1)));
    parameters.dense(context, layer.attention().output(), sum).add_(in);
    this.attended =
        new NormStep(scope, parameters, layer.attentionNorm().orElseThrow(), epsilon, sum);
    this.up = scope.hand(arena.take(rows, up().out()));
    Tensor last = scope.hand(arena.take(rows, in.size(1)));
    long mark = arena.top();
    Tensor activated = arena.take(Math.min(rows, blockRows()), up().out());
    for (long from = 0; from < rows; from += blockRows()) {
      try (var _ = new Scope()) {
        long count = Math.min(blockRows(), rows - from);
        Tensor before = up.narrow(0, from, count);
        Tensor after = activated.narrow(0, 0, count);
        parameters.dense(attended.out().narrow(0, from, count), up(), before);
        torch.gelu_out(after, before);
        parameters
            .dense(after, down(), last.narrow(0, from, count))
            .add_(attended.out().narrow(0, from, count));
      }
    }
    arena.release(mark);
    this.out = new NormStep(scope, parameters, layer.feedForwardNorm(), epsilon, last);
  }

  /// What a layer's tail takes of an arena: kept for each pass, and for a while beside it.
  static long kept(Layer layer, long rows) {
    long hidden = layer.attention().width();
    return 2 * Arena.elements(rows, hidden) + Arena.elements(rows, layer.feedForward().up().out());
  }

  /// See [#kept].
  static long passing(Layer layer, long rows) {
    long wide = layer.feedForward().up().out();
    return Arena.elements(rows, wide) + Arena.elements(Math.min(rows, blockRows(wide)), wide);
  }

  private Linear up() {
    return layer.feedForward().up();
  }

  private Linear down() {
    return layer.feedForward().down();
  }

  private long blockRows() {
    return blockRows(up().out());
  }

  private static long blockRows(long wide) {
    return Math.max(32, BLOCK_ELEMENTS / wide / 32 * 32);
  }

  /// The state after the layer: `[rows, hidden]`.
  Tensor out() {
    return out.out();
  }

  /// The gradient of the sum before the first norm: it is the residual's, and the output product's.
  Tensor residual(Tensor gradient) {
    Tensor sum = out.backward(gradient);
    long rows = sum.size(0);
    long mark = arena.top();
    Tensor activated = arena.take(rows, up().out());
    Tensor ofActivated = arena.take(Math.min(rows, blockRows()), up().out());
    for (long from = 0; from < rows; from += blockRows()) {
      try (var _ = new Scope()) {
        long count = Math.min(blockRows(), rows - from);
        Tensor before = up.narrow(0, from, count);
        Tensor some = ofActivated.narrow(0, 0, count);
        torch.gelu_out(activated.narrow(0, from, count), before);
        torch.mm_out(some, sum.narrow(0, from, count), parameters.weight(down()));
        torch.gelu_backward_out(before, some, before); // in place: what was before is used up
      }
    }
    parameters.denseBackward(sum, activated, down());
    arena.release(mark);
    parameters.denseBackward(up, attended.out(), up());
    sum.addmm_(up, parameters.weight(up()));
    return attended.backward(sum);
  }

  /// The gradient of the context.
  ///
  /// @param residual from [#residual]
  /// @param into `[rows, hidden]`
  void context(Tensor residual, Tensor into) {
    parameters.denseBackward(residual, context, layer.attention().output());
    torch.mm_out(into, residual, parameters.weight(layer.attention().output()));
  }

  /// Frees everything but [#out], which is the next layer's; what is of the arena is released
  /// there.
  void free() {
    attended.free();
    attended.out().close();
    out.free();
  }
}
