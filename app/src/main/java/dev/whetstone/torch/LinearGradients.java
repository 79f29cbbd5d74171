package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkDescription.Parameter;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Weights and where their gradients go, with the two directions of a linear map that has a bias.
///
/// @param weights those of linear maps may be of another type than the rest
/// @param gradients of the same types; overwritten
record LinearGradients(Weights weights, Weights gradients) {
  Tensor weight(Parameter parameter) {
    return weights.get(parameter.weightName());
  }

  Tensor bias(Parameter parameter) {
    return weights.get(parameter.biasName());
  }

  Tensor ofWeight(Parameter parameter) {
    return gradients.get(parameter.weightName());
  }

  Tensor ofBias(Parameter parameter) {
    return gradients.get(parameter.biasName());
  }

  /// `in · weightᵀ + bias`.
  ///
  /// @param out destination
  /// @return it
  Tensor dense(Tensor in, Linear linear, Tensor out) {
    return dense(in, weight(linear), bias(linear), out);
  }

  /// The same with rows of a weight. As for [LinearMaps.Plain#dense], oneDNN adds the bias in bf16.
  static Tensor dense(Tensor in, Tensor weight, Tensor bias, Tensor out) {
    return Kernels.isBf16(in)
        ? torch.addmm_out(out, bias, in, weight.t())
        : torch.mm_out(out, in, weight.t()).add_(bias);
  }

  /// Overwrites the gradients of weight and bias; that of `in` is `gradient · weight`, which
  /// callers add where they need it.
  void denseBackward(Tensor gradient, Tensor in, Linear linear) {
    torch.mm_out(ofWeight(linear), gradient.t(), in);
    torch.sum_out(ofBias(linear), gradient, new long[] {0}, false, new ScalarTypeOptional());
  }
}
