package dev.whetstone.train;

import dev.whetstone.core.PairTokens;
import java.util.List;

/// A question with the passage that answers it and with passages that do not, each as one sequence
/// of tokens.
///
/// @param negatives at least one, the hardest first
record TokenisedList(PairTokens positive, List<PairTokens> negatives) {
  TokenisedList {
    negatives = List.copyOf(negatives);
    if (negatives.isEmpty()) {
      throw new IllegalArgumentException("a list needs a negative");
    }
  }
}
