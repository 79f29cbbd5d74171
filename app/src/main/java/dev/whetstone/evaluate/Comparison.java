package dev.whetstone.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Named rankings compared on one set of questions: what a report shows.
///
/// @param queries how many questions with a relevant passage were scored
/// @param metrics mean figures by the ranking's name, in the order in which they were given
/// @param gains by the contrast's name, in the order in which they were given
/// @param verdict on the contrast that the gate judged
public record Comparison(
    int queries, Map<String, Metrics> metrics, Map<String, Gain> gains, Verdict verdict) {
  public Comparison {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    gains = Collections.unmodifiableMap(new LinkedHashMap<>(gains));
  }

  /// Scores the rankings, and lets the gate judge one contrast.
  ///
  /// @param rankings any number, each of its own name
  /// @param contrasts whose gains are reported; they name rankings that are given
  /// @param judged by the gate: the ranking that serves against the one that would
  /// @throws IllegalArgumentException if a name is given twice, or a contrast names no ranking
  public static Comparison of(
      List<NamedRanking> rankings,
      List<Contrast> contrasts,
      Contrast judged,
      Qrels qrels,
      Gate gate,
      long seed) {
    var scored = new LinkedHashMap<String, Scored>();
    var metrics = new LinkedHashMap<String, Metrics>();
    for (NamedRanking ranking : rankings) {
      Scored figures = Scored.of(ranking.byQuery(), qrels);
      if (scored.put(ranking.name(), figures) != null) {
        throw new IllegalArgumentException("two rankings are named " + ranking.name());
      }
      metrics.put(ranking.name(), figures.mean());
    }
    var gains = new LinkedHashMap<String, Gain>();
    for (Contrast contrast : contrasts) {
      gains.put(contrast.name(), gain(scored, contrast, seed));
    }
    return new Comparison(
        qrels.queries().size(),
        metrics,
        gains,
        gate.judge(ndcg(scored, judged.baseline()), ndcg(scored, judged.candidate()), seed));
  }

  /// The gain of a contrast.
  ///
  /// @throws IllegalArgumentException if none of that name was compared
  public Gain gain(Contrast contrast) {
    Gain gain = gains.get(contrast.name());
    if (gain == null) {
      throw new IllegalArgumentException("no gain of " + contrast.name());
    }
    return gain;
  }

  private static Gain gain(Map<String, Scored> scored, Contrast contrast, long seed) {
    double[] baseline = ndcg(scored, contrast.baseline());
    double[] candidate = ndcg(scored, contrast.candidate());
    return baseline.length == 0
        ? Gain.NONE
        : Gain.of(Bootstrap.paired(baseline, candidate, Bootstrap.RESAMPLES, seed));
  }

  private static double[] ndcg(Map<String, Scored> scored, String name) {
    Scored figures = scored.get(name);
    if (figures == null) {
      throw new IllegalArgumentException("no ranking of " + name);
    }
    return figures.ndcg10();
  }
}
