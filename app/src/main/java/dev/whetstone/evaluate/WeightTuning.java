package dev.whetstone.evaluate;

import dev.whetstone.core.Ranking;
import dev.whetstone.search.Fusion;
import java.util.Map;

/// Chooses how much the dense ranking weighs in the hybrid: the weight in {0, .1, … 1} with the
/// best mean nDCG@10 on questions kept for choosing, ties toward .5. With few questions the best
/// weight is mostly luck, so it is drawn toward .5 in proportion.
public final class WeightTuning {
  /// The weight where there is nothing to choose by.
  public static final double UNTUNED = .5;

  /// From this many questions the best weight is taken as it is.
  public static final int ENOUGH = 100;

  private WeightTuning() {}

  /// Fuses a query's rankings.
  @FunctionalInterface
  public interface Fuse {
    /// @param denseWeight from 0 (words alone) to 1 (dense alone)
    Ranking fuse(Ranking words, Ranking dense, double denseWeight);
  }

  /// @param weight to use
  /// @param ndcg10 mean of the hybrid with that weight
  public record Choice(double weight, double ndcg10) {}

  /// Chooses the weight for the app's own fusion, [Fusion#convex].
  public static Choice choose(Map<String, Ranking> words, Map<String, Ranking> dense, Qrels qrels) {
    return choose(words, dense, qrels, (w, d, weight) -> Fusion.convex(w, d, weight, 10));
  }

  /// Chooses the weight; .5 when no query is judged.
  ///
  /// @param words query id → BM25 ranking
  /// @param dense query id → dense ranking
  public static Choice choose(
      Map<String, Ranking> words, Map<String, Ranking> dense, Qrels qrels, Fuse fuse) {
    int queries = qrels.queries().size();
    if (queries == 0) {
      return new Choice(UNTUNED, 0);
    }
    double best = UNTUNED;
    double bestScore = score(words, dense, qrels, fuse, UNTUNED);
    for (int step = 1; step <= 5; step++) {
      for (int side = -1; side <= 1; side += 2) {
        double weight = (5 + side * step) / 10.0;
        double score = score(words, dense, qrels, fuse, weight);
        if (score > bestScore + 1e-9) {
          best = weight;
          bestScore = score;
        }
      }
    }
    double trust = Math.min(1, (double) queries / ENOUGH);
    double shrunk = Math.round(100 * (UNTUNED + trust * (best - UNTUNED))) / 100.0;
    return shrunk == best
        ? new Choice(best, bestScore)
        : new Choice(shrunk, score(words, dense, qrels, fuse, shrunk));
  }

  private static double score(
      Map<String, Ranking> words,
      Map<String, Ranking> dense,
      Qrels qrels,
      Fuse fuse,
      double weight) {
    double sum = 0;
    var queries = qrels.queries();
    for (String query : queries) {
      Ranking fused =
          fuse.fuse(
              words.getOrDefault(query, Ranking.EMPTY),
              dense.getOrDefault(query, Ranking.EMPTY),
              weight);
      sum += Metrics.of(fused, qrels.of(query)).ndcg10();
    }
    return sum / queries.size();
  }
}
