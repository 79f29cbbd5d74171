package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.LayerNorm;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// A LayerNorm with weight and bias in a [TrainingPass]: computed when made, with the rows' means
/// and inverse deviations kept for [#backward] until [#free].
final class NormStep {
  private final LinearGradients parameters;
  private final LayerNorm norm;
  private final Tensor in;
  private final Tensor mean;
  private final Tensor inverseDeviation;
  private final Tensor out;

  /// @param scope whose surrounding scope gets the tensors
  /// @param in `[rows, hidden]`, unchanged until the gradient is taken
  NormStep(Scope scope, LinearGradients parameters, LayerNorm norm, double epsilon, Tensor in) {
    this.parameters = parameters;
    this.norm = norm;
    this.in = in;
    var results = torch.native_layer_norm(in, size(), weight(), bias(), epsilon);
    this.out = scope.hand(results.get0().detach());
    this.mean = scope.hand(results.get1().detach());
    this.inverseDeviation = scope.hand(results.get2().detach());
  }

  private long[] size() {
    return new long[] {norm.width()};
  }

  private TensorOptional weight() {
    return new TensorOptional(parameters.weight(norm));
  }

  private TensorOptional bias() {
    return new TensorOptional(parameters.bias(norm));
  }

  /// `[rows, hidden]`
  Tensor out() {
    return out;
  }

  /// Overwrites the gradients of weight and bias.
  ///
  /// @return of `in`
  Tensor backward(Tensor gradient) {
    try (var all = new BoolPointer(3)) {
      all.put(0, true).put(1, true).put(2, true);
      var results =
          torch.native_layer_norm_backward(
              gradient, in, size(), mean, inverseDeviation, weight(), bias(), all);
      parameters.ofWeight(norm).copy_(results.get1());
      parameters.ofBias(norm).copy_(results.get2());
      return results.get0().detach();
    }
  }

  /// Frees all but [#out].
  void free() {
    mean.close();
    inverseDeviation.close();
  }
}
