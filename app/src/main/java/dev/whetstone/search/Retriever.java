package dev.whetstone.search;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;

/// Finds the passages that best answer a question. Safe for many threads.
@FunctionalInterface
public interface Retriever {
  /// Returns at most `k` passages, best first; fewer when fewer match.
  ///
  /// @param k from 1 to 1000
  /// @param filter applied inside each arm, before its best are taken
  /// @throws Failure.Unavailable if the index does not answer
  Found retrieve(String question, int k, Filter filter);
}
