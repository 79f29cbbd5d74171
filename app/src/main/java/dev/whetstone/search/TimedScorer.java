package dev.whetstone.search;

import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.PairScorer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Scores passages with the reranker that a plan names: what a [HybridSearch] needs of the holder
/// of models. Safe for many threads.
@FunctionalInterface
public interface TimedScorer {
  /// Scores passages, or says why it did not. Whatever the model does is no exception here.
  ///
  /// @param passages their embedded texts, at least one
  /// @param left how long it may take, at least a nanosecond; it returns soon after that at the
  ///   latest
  Scoring score(Reranker.Model model, String question, List<String> passages, Duration left);

  /// One that takes the time it needs on the caller's thread, and throws what the scorer throws:
  /// for measurements.
  ///
  /// @param scorer of the one model that plans name; owned by the caller
  static TimedScorer untimed(PairScorer scorer) {
    return (_, question, passages, _) -> new Scoring.Scored(list(scorer.score(question, passages)));
  }

  /// The scores as a list.
  static List<Float> list(float[] scores) {
    var list = new ArrayList<Float>(scores.length);
    for (float score : scores) {
      list.add(score);
    }
    return list;
  }
}
