package dev.whetstone.encode;

import java.util.List;

/// Computes one batch of token sequences. Safe for many threads.
interface BatchRuntime extends AutoCloseable {
  /// @param ids each with its special tokens
  /// @return row `i`, of unit length, for `ids.get(i)`: `[ids.size() * dimension]`
  float[] embed(List<int[]> ids);

  @Override
  void close();
}
