package dev.whetstone.evaluate;

import dev.whetstone.core.Ranking;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// Base against sharpened on one set of questions: what a report shows.
///
/// @param queries how many questions with a relevant passage were scored
/// @param metrics mean figures of each ranking that was given
/// @param dense gain of the sharpened dense ranking over the base's
/// @param hybrid gain of the sharpened hybrid over the base's
/// @param verdict on the ranking that the app serves
public record Comparison(
    int queries, Map<Arm, Metrics> metrics, Gain dense, Gain hybrid, Verdict verdict) {
  public Comparison {
    metrics = Collections.unmodifiableMap(new EnumMap<>(metrics));
  }

  /// Scores the rankings and lets the gate judge the hybrid ones.
  ///
  /// @param rankings of each arm: query id → ranking
  public static Comparison of(
      Map<Arm, Map<String, Ranking>> rankings, Qrels qrels, Gate gate, long seed) {
    return of(rankings, qrels, gate, Arm.HYBRID_BASE, Arm.HYBRID_TUNED, seed);
  }

  /// Scores the rankings and lets the gate judge `candidate` against `serving`.
  ///
  /// @param rankings of each arm, all five: query id → ranking
  public static Comparison of(
      Map<Arm, Map<String, Ranking>> rankings,
      Qrels qrels,
      Gate gate,
      Arm serving,
      Arm candidate,
      long seed) {
    var scored = new EnumMap<Arm, Scored>(Arm.class);
    var metrics = new EnumMap<Arm, Metrics>(Arm.class);
    for (Arm arm : Arm.values()) {
      Map<String, Ranking> ranking = rankings.get(arm);
      if (ranking == null) {
        throw new IllegalArgumentException("no ranking of " + arm.key());
      }
      Scored one = Scored.of(ranking, qrels);
      scored.put(arm, one);
      metrics.put(arm, one.mean());
    }
    return new Comparison(
        qrels.queries().size(),
        metrics,
        gain(scored, Arm.BASE, Arm.TUNED, seed),
        gain(scored, Arm.HYBRID_BASE, Arm.HYBRID_TUNED, seed),
        gate.judge(ndcg(scored, serving), ndcg(scored, candidate), seed));
  }

  private static Gain gain(Map<Arm, Scored> scored, Arm from, Arm to, long seed) {
    double[] a = ndcg(scored, from);
    return a.length == 0
        ? Gain.NONE
        : Gain.of(Bootstrap.paired(a, ndcg(scored, to), Bootstrap.RESAMPLES, seed));
  }

  private static double[] ndcg(Map<Arm, Scored> scored, Arm arm) {
    Scored one = scored.get(arm);
    return one == null ? new double[0] : one.ndcg10();
  }
}
