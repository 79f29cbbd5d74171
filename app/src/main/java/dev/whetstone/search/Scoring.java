package dev.whetstone.search;

import java.util.List;

/// What a [TimedScorer] returns.
public sealed interface Scoring {
  /// @param scores one a passage, in the order of the passages; raw, higher is better
  record Scored(List<Float> scores) implements Scoring {
    public Scored {
      scores = List.copyOf(scores);
    }
  }

  /// There are no scores.
  record None(RerankOutcome.Reason reason) implements Scoring {}
}
