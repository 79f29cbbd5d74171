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

  Tensor dense(Tensor in, Linear linear) {
    return LinearMaps.Plain.dense(in, weight(linear), bias(linear));
  }

  /// Overwrites the gradients of weight and bias; that of `in` is `gradient · weight`, which
  /// callers add where they need it.
  void denseBackward(Tensor gradient, Tensor in, Linear linear) {
    torch.mm_out(ofWeight(linear), gradient.t(), in);
    torch.sum_out(ofBias(linear), gradient, new long[] {0}, false, new ScalarTypeOptional());
  }
}
