package dev.whetstone.search;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes one ranking of several.
public final class Fusion {
  private Fusion() {}

  /// Fuses the arms' rankings by the rule of a plan. What serves a question and what evaluates a
  /// plan both come through here.
  ///
  /// @param found by each arm of the plan; an arm that is missing found nothing
  /// @param k from 1; more than an arm's depth looks as deep into its ranking
  public static Ranking fuse(RetrievalPlan plan, Map<RetrievalPlan.Arm, Ranking> found, int k) {
    return switch (plan.fusion()) {
      case RetrievalPlan.FusionRule.Convex convex ->
          convex(
              plan.arms().stream()
                  .map(
                      arm ->
                          new Weighted(
                              found.getOrDefault(arm, Ranking.EMPTY),
                              convex.weight(arm),
                              Math.max(arm.depth(), k)))
                  .toList(),
              k);
    };
  }

  /// Fuses one ranking of words and one of vectors: [#fuse] of `RetrievalPlan.hybrid(denseWeight)`.
  ///
  /// @param denseWeight in [0, 1]
  /// @param k from 1
  public static Ranking convex(Ranking words, Ranking dense, double denseWeight, int k) {
    return fuse(RetrievalPlan.hybrid(denseWeight), words, dense, k);
  }

  /// Fuses the rankings of a plan whose arms are words and vectors.
  public static Ranking fuse(RetrievalPlan plan, Ranking words, Ranking dense, int k) {
    var found = new HashMap<RetrievalPlan.Arm, Ranking>();
    for (RetrievalPlan.Arm arm : plan.arms()) {
      found.put(
          arm,
          switch (arm) {
            case RetrievalPlan.Arm.Words _ -> words;
            case RetrievalPlan.Arm.Vectors _ -> dense;
          });
    }
    return fuse(plan, found, k);
  }

  /// An arm's ranking, its share of the fused score, and how many of its best are looked at.
  private record Weighted(Ranking ranking, double weight, int pool) {}

  /// Convex combination of scores brought to [0, 1] by min-max over each arm's pool (its best
  /// `max(depth, k)`): `Σ weight · score`, with two arms `w · dense + (1 - w) · words`.
  ///
  /// A passage missing from an arm counts as that arm's minimum there, 0. An arm whose scores are
  /// all equal (one hit, say) gives each of its passages 1; an empty arm gives everything 0. The
  /// ends are pure: an arm of weight 0 adds no passage.
  ///
  /// The scores say how the passages of one question stand to each other, nothing across questions:
  /// the best of nonsense is 1 too.
  ///
  /// Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS
  /// 42(1), 2023 (M2C2).
  private static Ranking convex(List<Weighted> arms, int k) {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Weighted arm : arms) {
      if (arm.weight() > 0) {
        normalised(arm.ranking(), arm.pool())
            .forEach((id, score) -> sums.merge(id, arm.weight() * score, Double::sum));
      }
    }
    var hits = new ArrayList<Hit>(sums.size());
    sums.forEach((id, sum) -> hits.add(new Hit(id, sum)));
    return Ranking.best(hits, k);
  }

  /// What each arm adds to the fused score of each passage that it found, for an explanation.
  static Map<RetrievalPlan.Arm, Map<String, Double>> parts(
      RetrievalPlan plan, Map<RetrievalPlan.Arm, Ranking> found) {
    var parts = new HashMap<RetrievalPlan.Arm, Map<String, Double>>();
    found.forEach(
        (arm, ranking) -> {
          double weight =
              switch (plan.fusion()) {
                case RetrievalPlan.FusionRule.Convex convex -> convex.weight(arm);
              };
          Map<String, Double> scores = normalised(ranking, ranking.hits().size());
          scores.replaceAll((_, score) -> weight * score);
          parts.put(arm, scores);
        });
    return parts;
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
