package dev.whetstone.search;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.ArrayList;
import java.util.List;

/// Orders the best passages of a fused ranking anew by a reranker's scores. What serves a question
/// and what proves a reranker both come through here.
///
/// **Problem.** A reranker reads question and passage together and tells well what the vectors
/// cannot see, but it knows nothing of the first stage, which is often right. One that learnt from
/// few questions, used alone, throws good orders away.
///
/// **Method.** Over the passages that were scored, the reranker's scores and the fused ones are
/// each brought to [0, 1] by min-max, as [Fusion] does with the arms, and summed: `weight` times
/// the reranker's and the rest times the fused one. The weight is chosen on dev questions with the
/// depth; 1 is the reranker's order alone. Passages that were not scored stay behind those that
/// were, in their order.
///
/// **Example.** Fused a 1, b .9, c .5, d .4; scores of the first three 0, 4, 2; weight .5. The
/// fused scores of those three become 1, .8, 0, the reranker's 0, 1, .5; sums .5, .9, .25: b, a, c,
/// then d as before.
///
/// Source of the interpolation: Nogueira & Cho, 2019, rerank without it; Lin, Nogueira & Yates,
/// *Pretrained Transformers for Text Ranking*, 2021, section 3.2, report it as helpful with BM25.
public final class Reranking {
  /// Between the last that was scored and the first that was not.
  private static final double GAP = 1e-6;

  private Reranking() {}

  /// The whole ranking, its first `scores.size()` hits in the new order.
  ///
  /// @param scores of the first hits of `fused`, in its order: raw and finite, higher is better
  /// @param weight of the reranker, in (0, 1]
  /// @return the scores of reordered hits are above those of the others, and mean nothing else
  public static Ranking reorder(Ranking fused, List<Float> scores, double weight) {
    int depth = scores.size();
    if (depth > fused.hits().size() || !(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException(
          "%d scores of %d hits, weight %s".formatted(depth, fused.hits().size(), weight));
    }
    List<Hit> first = fused.hits().subList(0, depth);
    List<Hit> others = fused.hits().subList(depth, fused.hits().size());
    double[] byFusion = unit(first.stream().mapToDouble(Hit::score).toArray());
    double[] byReranker = unit(scores.stream().mapToDouble(Float::doubleValue).toArray());
    double floor = others.isEmpty() ? 0 : others.getFirst().score() + GAP;
    var hits = new ArrayList<Hit>();
    for (int i = 0; i < depth; i++) {
      double score = weight * byReranker[i] + (1 - weight) * byFusion[i];
      hits.add(new Hit(first.get(i).passageId(), floor + score));
    }
    hits.sort(Ranking.BEST_FIRST);
    hits.addAll(others);
    return new Ranking(hits);
  }

  /// To [0, 1]; all 1 where they are equal.
  private static double[] unit(double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double[] unit = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      unit[i] = high > low ? (values[i] - low) / (high - low) : 1;
    }
    return unit;
  }
}
