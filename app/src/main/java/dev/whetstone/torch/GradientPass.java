package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
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

  /// In place of [#backward]: gives back what [#forward] took of the arena.
  void drop();

  /// Makes the pass of a step.
  @FunctionalInterface
  interface Factory {
    /// Parameters as of [GradientPass#of].
    GradientPass of(
        Weights weights,
        Weights gradients,
        PackedBatch batch,
        Tensor words,
        long[] wordOf,
        Arena arena);
  }

  /// The fastest pass that computes the network.
  ///
  /// @param weights those of linear maps may be of another type than the rest: the type of the
  ///   residual stream
  /// @param gradients of the same types; overwritten by [#backward]
  /// @param words rows of the word table that occur: `[u, hidden]`
  /// @param wordOf row of `words` for each token: `[tokens]`
  /// @param arena for intermediates, of the type of the linear maps
  static GradientPass of(
      Weights weights,
      Weights gradients,
      PackedBatch batch,
      Tensor words,
      long[] wordOf,
      Arena arena) {
    return TrainingPass.computes(weights.layout().description())
        ? new TrainingPass(weights, gradients, batch, words, wordOf, arena)
        : new AutogradPass(weights, gradients, batch, words, wordOf);
  }

  /// What a pass takes of its arena.
  static long elements(Weights weights, PackedBatch batch) {
    NetworkDescription description = weights.layout().description();
    return TrainingPass.computes(description) ? TrainingPass.elements(description, batch) : 0;
  }
}
