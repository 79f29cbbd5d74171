package dev.whetstone.search;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes one ranking of several.
public final class Fusion {
  /// How many of each arm's best are looked at, when no more than that are asked for.
  public static final int POOL = 100;

  private Fusion() {}

  /// Convex combination of scores brought to [0, 1] by min-max over each arm's pool (its best
  /// `max(100, k)`): `w · dense + (1 - w) · words`.
  ///
  /// A passage missing from an arm counts as that arm's minimum there, 0. An arm whose scores are
  /// all equal (one hit, say) gives each of its passages 1; an empty arm gives everything 0. The
  /// ends are pure: with weight 0 only passages of `words` are returned, in their order, with 1
  /// only those of `dense`.
  ///
  /// The scores say how the passages of one question stand to each other, nothing across questions:
  /// the best of nonsense is 1 too.
  ///
  /// Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS
  /// 42(1), 2023 (M2C2).
  ///
  /// @param denseWeight in [0, 1]
  /// @param k from 1
  public static Ranking convex(Ranking words, Ranking dense, double denseWeight, int k) {
    if (!(denseWeight >= 0 && denseWeight <= 1)) {
      throw new IllegalArgumentException("weight not in [0, 1]: " + denseWeight);
    }
    int pool = Math.max(POOL, k);
    Map<String, Double> byWords = normalised(words, pool);
    Map<String, Double> byDense = normalised(dense, pool);
    Set<String> union = new LinkedHashSet<>();
    if (denseWeight < 1) {
      union.addAll(byWords.keySet());
    }
    if (denseWeight > 0) {
      union.addAll(byDense.keySet());
    }
    var hits = new ArrayList<Hit>(union.size());
    for (String id : union) {
      double score =
          denseWeight * byDense.getOrDefault(id, 0.0)
              + (1 - denseWeight) * byWords.getOrDefault(id, 0.0);
      hits.add(new Hit(id, score));
    }
    return Ranking.best(hits, k);
  }

  /// Reciprocal rank fusion: `score(p) = Σ 1 / (c + rank(p))` over the rankings that hold `p`,
  /// ranks from 1.
  ///
  /// Source: Cormack, Clarke & Büttcher, SIGIR 2009, who use c = 60.
  ///
  /// @param c from 0
  /// @param k from 1
  public static Ranking reciprocalRank(List<Ranking> rankings, int c, int k) {
    if (c < 0) {
      throw new IllegalArgumentException("negative constant: " + c);
    }
    Map<String, Double> sums = new HashMap<>();
    for (Ranking ranking : rankings) {
      int rank = 1;
      for (Hit hit : ranking.hits()) {
        sums.merge(hit.passageId(), 1.0 / (c + rank), Double::sum);
        rank++;
      }
    }
    var hits = new ArrayList<Hit>(sums.size());
    sums.forEach((id, sum) -> hits.add(new Hit(id, sum)));
    return Ranking.best(hits, k);
  }

  private static Map<String, Double> normalised(Ranking ranking, int pool) {
    List<Hit> hits = ranking.hits().subList(0, Math.min(pool, ranking.hits().size()));
    Map<String, Double> scores = HashMap.newHashMap(hits.size());
    if (hits.isEmpty()) {
      return scores;
    }
    double max = hits.getFirst().score();
    double min = hits.getLast().score();
    for (Hit hit : hits) {
      scores.put(hit.passageId(), max > min ? (hit.score() - min) / (max - min) : 1.0);
    }
    return scores;
  }
}
