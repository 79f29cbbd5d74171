package dev.whetstone.workshop.prove;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.encode.PairScorer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// How long a reranker takes on this machine, measured on questions with the passages that they
/// find.
final class ScorerSpeed {
  private static final int QUESTIONS = 7;

  /// The time of one passage alone says little of a batch of them.
  private static final int PASSAGES = 12;

  private final PairScorer scorer;
  private final Map<String, String> questions;
  private final Map<String, Ranking> rankings;
  private final Map<String, String> passages;
  private final LongSupplier nanos;

  /// @param questions id → text
  /// @param rankings question id → what it finds
  /// @param passages id → embedded text
  ScorerSpeed(
      PairScorer scorer,
      Map<String, String> questions,
      Map<String, Ranking> rankings,
      Map<String, String> passages,
      LongSupplier nanos) {
    this.scorer = scorer;
    this.questions = questions;
    this.rankings = rankings;
    this.passages = passages;
    this.nanos = nanos;
  }

  /// Milliseconds a passage, where a dozen are scored.
  double passageMillis() {
    return questionMillis(PASSAGES) / PASSAGES;
  }

  /// Milliseconds that a question with so many passages takes: the lower quartile of a few
  /// questions, as other work on the machine only adds to it.
  double questionMillis(int depth) {
    var ids = questions.keySet().stream().limit(QUESTIONS).toList();
    if (ids.isEmpty() || depth == 0) {
      return 0;
    }
    double[] millis = new double[ids.size()];
    var _ = scorer.score(text(ids.getFirst()), first(ids.getFirst(), depth)); // warms up
    for (int i = 0; i < millis.length; i++) {
      List<String> found = first(ids.get(i), depth);
      long began = nanos.getAsLong();
      var _ = scorer.score(text(ids.get(i)), found);
      double each = (nanos.getAsLong() - began) / 1e6 / Math.max(1, found.size());
      millis[i] = each * depth; // also where fewer were found
    }
    Arrays.sort(millis);
    return millis[millis.length / 4];
  }

  private String text(String id) {
    return questions.getOrDefault(id, "");
  }

  private List<String> first(String id, int depth) {
    return rankings.getOrDefault(id, Ranking.EMPTY).hits().stream()
        .limit(depth)
        .map(Hit::passageId)
        .map(passage -> passages.getOrDefault(passage, ""))
        .toList();
  }
}
