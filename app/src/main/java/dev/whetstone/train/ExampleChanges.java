package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// Other examples in the place of those that a training began with, from some step on. There are as
/// many, with the same questions and positives at the same places, so that the order of the batches
/// stays; what changes is their negatives.
interface ExampleChanges {
  /// The examples stay.
  ExampleChanges NONE =
      new ExampleChanges() {
        @Override
        public List<Integer> after() {
          return List.of();
        }

        @Override
        public List<TokenisedExample> examples(
            int step, Path folder, Supplier<NamedTensors> weights) {
          throw new IllegalArgumentException("nothing changes after step " + step);
        }
      };

  /// After how many steps they change, rising, each above 0.
  List<Integer> after();

  /// The examples from a step of [#after] on. What they are is stored in the folder before this
  /// returns, so that a training that goes on has the same.
  ///
  /// @param folder of the training's checkpoints
  /// @param weights after that step
  List<TokenisedExample> examples(int step, Path folder, Supplier<NamedTensors> weights);
}
