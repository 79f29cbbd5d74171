package dev.whetstone.evaluate;

import dev.whetstone.core.Ranking;
import java.util.List;
import java.util.Map;

/// How good a ranking is, by trec_eval's definitions, each in [0, 1].
///
/// - nDCG: linear gain, `Σ gain(rank) / log2(rank + 1)` over the best 10, divided by the same of
///   the best order of *all* relevant passages (`ndcg_cut`).
/// - MRR: 1 / rank of the first relevant passage, 0 when it is not among the best 10 (`recip_rank`
///   of the ranking cut there).
/// - Recall: relevant passages among the best k, divided by all relevant ones (`recall`).
///
/// A passage that is not judged, or judged 0 or below, is not relevant. Only the order of [Ranking]
/// counts (trec_eval would sort equal scores by id, descending; ours are ascending).
public record Metrics(double ndcg10, double mrr10, double recall10, double recall100) {
  public static final Metrics ZERO = new Metrics(0, 0, 0, 0);

  /// Scores one query.
  ///
  /// @param gains passage id → gain, with at least one gain above 0
  /// @throws IllegalArgumentException if no passage is relevant: nothing can be said then
  public static Metrics of(Ranking ranking, Map<String, Integer> gains) {
    int[] ideal =
        gains.values().stream().mapToInt(Integer::intValue).filter(g -> g > 0).sorted().toArray();
    if (ideal.length == 0) {
      throw new IllegalArgumentException("a query without relevant passages has no score");
    }
    double best = 0;
    for (int rank = 1; rank <= Math.min(10, ideal.length); rank++) {
      best += discounted(ideal[ideal.length - rank], rank);
    }
    double dcg = 0;
    double reciprocal = 0;
    int within10 = 0;
    int within100 = 0;
    List<String> ids = ranking.ids();
    for (int rank = 1; rank <= Math.min(100, ids.size()); rank++) {
      int gain = gains.getOrDefault(ids.get(rank - 1), 0);
      if (gain <= 0) {
        continue;
      }
      within100++;
      if (rank <= 10) {
        within10++;
        dcg += discounted(gain, rank);
        reciprocal = reciprocal == 0 ? 1.0 / rank : reciprocal;
      }
    }
    return new Metrics(
        dcg / best,
        reciprocal,
        (double) within10 / ideal.length,
        (double) within100 / ideal.length);
  }

  private static double discounted(int gain, int rank) {
    return gain / (Math.log(rank + 1.0) / Math.log(2));
  }

  /// The mean of each figure; zeros for no query.
  public static Metrics mean(List<Metrics> each) {
    if (each.isEmpty()) {
      return ZERO;
    }
    double ndcg = 0;
    double mrr = 0;
    double recall10 = 0;
    double recall100 = 0;
    for (Metrics one : each) {
      ndcg += one.ndcg10;
      mrr += one.mrr10;
      recall10 += one.recall10;
      recall100 += one.recall100;
    }
    int n = each.size();
    return new Metrics(ndcg / n, mrr / n, recall10 / n, recall100 / n);
  }
}
