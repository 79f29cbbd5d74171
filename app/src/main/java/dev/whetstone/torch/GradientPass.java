package dev.whetstone.torch;

import org.bytedeco.pytorch.Tensor;

/// One step of a training through the network: [#forward] once, then [#backward] once, within one
/// open [Scope].
sealed interface GradientPass permits TrainingPass, AutogradPass {
  /// @return in packed order unit rows, or scores as rows of one number: `[size, dimension]`
  Tensor forward();

  /// Overwrites the gradients of all weights but the words'.
  ///
  /// @param gradient of the rows that [#forward] returned
  /// @return of the words' rows: `[u, hidden]`
  Tensor backward(Tensor gradient);

  /// Makes the pass of a step.
  @FunctionalInterface
  interface Factory {
    /// Parameters as of [GradientPass#of].
    GradientPass of(
        Weights weights, Weights gradients, PackedBatch batch, Tensor words, long[] wordOf);
  }

  /// The fastest pass that computes the network.
  ///
  /// @param weights those of linear maps may be of another type than the rest: the type of the
  ///   residual stream
  /// @param gradients of the same types; overwritten by [#backward]
  /// @param words rows of the word table that occur: `[u, hidden]`
  /// @param wordOf row of `words` for each token: `[tokens]`
  static GradientPass of(
      Weights weights, Weights gradients, PackedBatch batch, Tensor words, long[] wordOf) {
    return TrainingPass.computes(weights.layout().description())
        ? new TrainingPass(weights, gradients, batch, words, wordOf)
        : new AutogradPass(weights, gradients, batch, words, wordOf);
  }
}
