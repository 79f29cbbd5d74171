package dev.whetstone.evaluate;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.search.Reranking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A reranker's scores of passages found for questions: what its rankings are made from, to any
/// depth and with any weight, without scoring anything again.
///
/// @param byQuery query id → passage id → raw score
public record RerankScores(Map<String, Map<String, Float>> byQuery) {
  private static final double LEAST_WEIGHT = .1;

  public RerankScores {
    var copy = new HashMap<String, Map<String, Float>>();
    byQuery.forEach((query, scores) -> copy.put(query, Map.copyOf(scores)));
    byQuery = Map.copyOf(copy);
  }

  /// The rankings with the first `depth` hits of each in the new order. Where one of these has no
  /// score, only those before it are reordered.
  ///
  /// @param depth at least 0
  /// @param weight of the scores against the fused ones, in (0, 1]
  public Map<String, Ranking> reorder(Map<String, Ranking> fused, int depth, double weight) {
    var reordered = new LinkedHashMap<String, Ranking>();
    fused.forEach((query, ranking) -> reordered.put(query, reorder(query, ranking, depth, weight)));
    return reordered;
  }

  private Ranking reorder(String query, Ranking ranking, int depth, double weight) {
    return Reranking.reorder(ranking, first(query, ranking, depth), weight);
  }

  private List<Float> first(String query, Ranking ranking, int depth) {
    Map<String, Float> known = byQuery.getOrDefault(query, Map.of());
    var first = new ArrayList<Float>();
    for (Hit hit : ranking.hits().subList(0, Math.min(depth, ranking.hits().size()))) {
      Float score = known.get(hit.passageId());
      if (score == null) {
        break;
      }
      first.add(score);
    }
    return first;
  }

  /// Chooses the weight on dev questions as [WeightTuning] chooses that of the dense ranking, with
  /// the same caution where they are few; never below .1: whether a reranker is worth anything is
  /// for the gate to say.
  ///
  /// @param fused rankings of the dev questions
  public WeightTuning.TunedWeight weight(Map<String, Ranking> fused, int depth, Qrels dev) {
    var tuned =
        WeightTuning.choose(
            dev,
            (query, weight) -> {
              Ranking ranking = fused.getOrDefault(query, Ranking.EMPTY);
              return weight == 0 ? ranking : reorder(query, ranking, depth, weight);
            });
    return tuned.weight() >= LEAST_WEIGHT
        ? tuned
        : new WeightTuning.TunedWeight(LEAST_WEIGHT, tuned.ndcg10());
  }
}
