package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Sha256;
import dev.whetstone.torch.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// What a [Trainer] minimises, and on which examples: each step's batch is a function of the plan
/// and the step alone.
sealed interface Objective permits ContrastiveObjective, ListwiseObjective {
  /// Examples in a step.
  int examples(int step);

  /// Tokens that the network goes through in a step, about: steps differ in length.
  long tokens(int step);

  /// What examples are called, in the plural: `pairs`.
  String unit();

  /// Adds everything that the outcome of a training depends on, beside the plan and the weights.
  void addTo(Sha256 hash);

  /// After how many steps the examples change, rising, each above 0. There are as many of them in
  /// each step afterwards.
  default List<Integer> changes() {
    return List.of();
  }

  /// Takes up the examples from a step of [#changes] on, before that step is done. What they are is
  /// stored in the folder, so that a training that goes on has the same.
  ///
  /// @param folder of the training's checkpoints
  /// @param weights after that many steps
  default void change(int step, Path folder, Supplier<NamedTensors> weights) {
    throw new IllegalArgumentException("nothing changes after step " + step);
  }

  /// Begins a training of a network, which stays the caller's and outlives it.
  Training open(Network network);

  /// A training under way. Close it to free the optimiser's state.
  interface Training extends AutoCloseable {
    /// Does a step and updates the weights.
    ///
    /// @return the mean loss before the update, in nats
    /// @throws dev.whetstone.core.Failure.Refused if it diverges
    float step(int step, double rate);

    /// A copy of the optimiser's state.
    NamedTensors state();

    /// Takes up a state that [#state] gave.
    void restore(NamedTensors state);

    @Override
    void close();
  }
}
