package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Sha256;
import dev.whetstone.torch.Network;

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
