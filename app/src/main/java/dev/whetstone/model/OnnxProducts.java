package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription.Linear;

/// Puts the matrix products of the layers into an ONNX graph.
interface OnnxProducts {
  /// `x · Wᵀ`.
  ///
  /// @param weight `[in, out]`
  /// @param output its name
  String product(String input, Linear linear, NamedTensors.Array weight, String output);

  /// Called with the output of a norm before a product reads it.
  ///
  /// @param beta empty where the norm has none
  default void normed(String output, float[] gamma, float[] beta) {}

  /// Called with the output of a GELU before a product reads it.
  default void activated(String output) {}
}
