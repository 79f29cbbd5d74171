package dev.whetstone.encode;

import java.util.List;
import java.util.function.BiConsumer;

/// Computes one batch of token sequences. Safe for many threads.
interface BatchRuntime extends AutoCloseable {
  /// @param ids each with its special tokens
  /// @return row `i`, of unit length, for `ids.get(i)`: `[ids.size() * dimension]`
  float[] embed(List<int[]> ids);

  /// Computes many batches.
  ///
  /// @param finished gets the number of a batch and its rows, as [#embed] returns them, in any
  ///   order but one call at a time
  default void embedAll(List<List<int[]>> batches, BiConsumer<Integer, float[]> finished) {
    for (int i = 0; i < batches.size(); i++) {
      finished.accept(i, embed(batches.get(i)));
    }
  }

  @Override
  void close();
}
