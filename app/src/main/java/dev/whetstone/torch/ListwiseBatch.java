package dev.whetstone.torch;

import dev.whetstone.core.PairTokens;
import java.util.List;

/// What one step of a [ListwiseTraining] sees: for each question the pairs with its candidate
/// passages.
///
/// @param lists one a question; its first pair is with the passage that answers it, the others with
///   passages that do not; at least two pairs each
public record ListwiseBatch(List<List<PairTokens>> lists) {
  public ListwiseBatch {
    lists = lists.stream().map(List::copyOf).toList();
    if (lists.isEmpty() || lists.stream().anyMatch(list -> list.size() < 2)) {
      throw new IllegalArgumentException("a list needs a positive and a negative: " + lists.size());
    }
  }

  /// All pairs, list by list.
  public List<PairTokens> pairs() {
    return lists.stream().flatMap(List::stream).toList();
  }

  /// Tokens that the network goes through, without padding.
  public long tokens() {
    return pairs().stream().mapToLong(PairTokens::length).sum();
  }
}
