package dev.whetstone.evaluate;

import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.search.Fusion;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Chooses how much the dense ranking weighs in the hybrid: the weight in {0, .1, … 1} with the
/// best mean nDCG@10 on questions kept for choosing, ties toward the usual weight,
/// [RetrievalPlan#UNTUNED_DENSE_WEIGHT]. With few questions the best weight is mostly luck, so it
/// is drawn toward the usual one in proportion.
public final class WeightTuning {
  /// Where the choice begins.
  private static final double USUAL = RetrievalPlan.UNTUNED_DENSE_WEIGHT;

  /// From this many questions the best weight is taken as it is.
  public static final int ENOUGH = 100;

  private static final double NOISE = .5;

  private WeightTuning() {}

  /// Fuses a query's rankings.
  @FunctionalInterface
  public interface Fuse {
    /// @param denseWeight from 0 (words alone) to 1 (dense alone)
    Ranking fuse(Ranking words, Ranking dense, double denseWeight);
  }

  /// @param weight to use
  /// @param ndcg10 mean of the hybrid with that weight
  public record TunedWeight(double weight, double ndcg10) {}

  /// Chooses the weight for the app's own fusion, [Fusion#convex].
  public static TunedWeight choose(
      Map<String, Ranking> words, Map<String, Ranking> dense, Qrels qrels) {
    return choose(words, dense, qrels, (w, d, weight) -> Fusion.convex(w, d, weight, 10));
  }

  /// Chooses the weight; the usual one when no query is judged.
  ///
  /// @param words query id → BM25 ranking
  /// @param dense query id → dense ranking
  public static TunedWeight choose(
      Map<String, Ranking> words, Map<String, Ranking> dense, Qrels qrels, Fuse fuse) {
    return choose(
        qrels,
        (query, weight) ->
            fuse.fuse(
                words.getOrDefault(query, Ranking.EMPTY),
                dense.getOrDefault(query, Ranking.EMPTY),
                weight));
  }

  /// Ranks the passages for a query.
  @FunctionalInterface
  interface ByWeight {
    /// @param weight from 0 to 1
    Ranking rank(String query, double weight);
  }

  /// Chooses any weight for which the same holds as for that of the dense ranking.
  static TunedWeight choose(Qrels qrels, ByWeight ranking) {
    int queries = qrels.queries().size();
    if (queries == 0) {
      return new TunedWeight(USUAL, 0);
    }
    var figures = new TreeMap<Double, double[]>();
    for (int step = 0; step <= 10; step++) {
      figures.put(step / 10.0, figures(qrels, ranking, step / 10.0));
    }
    double best = nearestToUsual(figures);
    double trust = Math.min(1, (double) queries / ENOUGH);
    double shrunk = Math.round(100 * (USUAL + trust * (best - USUAL))) / 100.0;
    return new TunedWeight(shrunk, mean(figures(qrels, ranking, shrunk)));
  }

  /// The weight nearest to the usual one among those that are as good as the best but for noise.
  private static double nearestToUsual(SortedMap<Double, double[]> figures) {
    double[] best = new double[0];
    for (double[] one : figures.values()) {
      best = best.length == 0 || mean(one) > mean(best) ? one : best;
    }
    double chosen = USUAL;
    double nearest = Double.POSITIVE_INFINITY;
    for (var one : figures.entrySet()) {
      double away = Math.abs(one.getKey() - USUAL);
      if (away < nearest - 1e-9 && asGood(one.getValue(), best)) {
        chosen = one.getKey();
        nearest = away;
      }
    }
    return chosen;
  }

  private static boolean asGood(double[] figures, double[] best) {
    double lack = mean(best) - mean(figures);
    double error = Power.deviation(figures, best) / Math.sqrt(best.length);
    return lack <= 1e-9 || lack <= NOISE * error;
  }

  private static double[] figures(Qrels qrels, ByWeight ranking, double weight) {
    return qrels.queries().stream()
        .mapToDouble(query -> Metrics.of(ranking.rank(query, weight), qrels.of(query)).ndcg10())
        .toArray();
  }

  private static double mean(double[] figures) {
    return Arrays.stream(figures).average().orElse(0);
  }
}
