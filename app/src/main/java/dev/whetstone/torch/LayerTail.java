package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Linear;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The part of a BERT layer that follows attention, in a [TrainingPass]: output product, residual,
/// norm, feed-forward, residual, norm. Computed when made; its gradient is taken in two steps, as
/// the residual's is needed later.
final class LayerTail {
  private final LinearGradients parameters;
  private final Layer layer;
  private final Tensor context;
  private final NormStep attended;
  private final Tensor up;
  private final Tensor activated;
  private final NormStep out;

  /// @param scope whose surrounding scope gets the tensors
  /// @param norm of the attention's sum
  /// @param in the state before the layer: `[rows, hidden]`
  /// @param context from attention: `[rows, hidden]`
  LayerTail(
      Scope scope,
      LinearGradients parameters,
      Layer layer,
      LayerNorm norm,
      double epsilon,
      Tensor in,
      Tensor context) {
    this.parameters = parameters;
    this.layer = layer;
    this.context = context;
    Tensor sum = parameters.dense(context, layer.attention().output()).add_(in);
    this.attended = new NormStep(scope, parameters, norm, epsilon, sum);
    this.up = scope.hand(parameters.dense(attended.out(), up()));
    this.activated = scope.hand(torch.gelu(up));
    Tensor last = parameters.dense(activated, down()).add_(attended.out());
    this.out = new NormStep(scope, parameters, layer.feedForwardNorm(), epsilon, last);
  }

  private Linear up() {
    return layer.feedForward().up();
  }

  private Linear down() {
    return layer.feedForward().down();
  }

  /// The state after the layer: `[rows, hidden]`.
  Tensor out() {
    return out.out();
  }

  /// The gradient of the sum before the first norm: it is the residual's, and the output product's.
  Tensor residual(Tensor gradient) {
    Tensor sum = out.backward(gradient);
    parameters.denseBackward(sum, activated, down());
    Tensor ofActivated = torch.mm(sum, parameters.weight(down()));
    Tensor ofUp = torch.gelu_backward(ofActivated, up);
    parameters.denseBackward(ofUp, attended.out(), up());
    sum.addmm_(ofUp, parameters.weight(up()));
    return attended.backward(sum);
  }

  /// The gradient of the context.
  ///
  /// @param residual from [#residual]
  Tensor context(Tensor residual) {
    parameters.denseBackward(residual, context, layer.attention().output());
    return torch.mm(residual, parameters.weight(layer.attention().output()));
  }

  /// Frees everything but [#out], which is the next layer's.
  void free() {
    context.close();
    attended.free();
    attended.out().close();
    up.close();
    activated.close();
    out.free();
  }
}
