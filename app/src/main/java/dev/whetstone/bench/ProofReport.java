package dev.whetstone.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.workshop.prove.RerankReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a proof found on one split.
///
/// @param labels `train` or `none`
/// @param verdict of the gate under the guard
/// @param guard what the candidate lost of its base's general knowledge
/// @param seconds the whole run until this split was scored, but for its reranking
/// @param reranker what was found of a reranker; null where none was asked for
public record ProofReport(
    String collection,
    String base,
    String labels,
    String split,
    Comparison comparison,
    Verdict verdict,
    GuardReport guard,
    Weights weights,
    Training training,
    Embedding embedding,
    double seconds,
    @Nullable RerankReport reranker) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param hybridBase dense weight of the base's hybrid, 0 to 1
  /// @param hybridTuned dense weight of the sharpened hybrid
  /// @param interpolation share of the trained weights in the candidate, the rest being the base's
  public record Weights(double hybridBase, double hybridTuned, double interpolation) {}

  /// @param pairs seen by training, each as often as it was
  /// @param precision `fp32` or `bf16`
  /// @param choices what was chosen among what, in words; not in the JSON
  public record Training(
      long pairs,
      long steps,
      double seconds,
      double pairsPerSecond,
      String precision,
      List<String> choices) {
    public Training {
      choices = List.copyOf(choices);
    }

    Training with(List<String> more) {
      var all = new ArrayList<>(choices);
      all.addAll(more);
      return new Training(pairs, steps, seconds, pairsPerSecond, precision, all);
    }
  }

  /// Of the candidate: zeros when all its vectors were there already.
  public record Embedding(int passages, double seconds, double passagesPerSecond) {}

  /// One line of JSON with the keys in a fixed order; figures are 0–1, gains sharpened − base.
  public String json() {
    var metrics = new LinkedHashMap<String, Object>();
    comparison.metrics().forEach((name, mean) -> metrics.put(name, figures(mean)));
    var gains = new LinkedHashMap<String, Object>();
    comparison.gains().forEach((name, gain) -> gains.put(name, gain(gain)));
    if (reranker != null) {
      reranker.metrics().forEach((name, mean) -> metrics.put(name, reranked(reranker, mean)));
      reranker.gains().forEach((name, gain) -> gains.put(name, gain(gain)));
    }
    var report = new LinkedHashMap<String, Object>();
    report.put("collection", collection);
    report.put("base", base);
    report.put("labels", labels);
    report.put("split", split);
    report.put("queries", comparison.queries());
    report.put("metrics", metrics);
    report.put("gain", gains);
    report.put("promoted", verdict.promoted());
    report.put("verdict", verdict.reason());
    report.put("guard", guarded());
    report.put(
        "weights",
        ordered(
            "hybrid_base", round(weights.hybridBase, 2),
            "hybrid_tuned", round(weights.hybridTuned, 2),
            "interpolation", round(weights.interpolation, 2)));
    report.put(
        "train",
        ordered(
            "pairs", training.pairs,
            "steps", training.steps,
            "seconds", round(training.seconds, 1),
            "pairs_per_second", round(training.pairsPerSecond, 2),
            "precision", training.precision));
    report.put(
        "embed",
        ordered(
            "passages", embedding.passages,
            "seconds", round(embedding.seconds, 1),
            "passages_per_second", round(embedding.passagesPerSecond, 1)));
    if (reranker != null) {
      report.put("rerank", rerank(reranker));
    }
    report.put("seconds", round(seconds, 1));
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts can be written", e);
    }
  }

  private static Map<String, Object> reranked(RerankReport reranker, Metrics metrics) {
    Map<String, Object> figures = figures(metrics);
    figures.put("depth", reranker.use().depth());
    figures.put("ms", round(reranker.use().millis(), 1));
    return figures;
  }

  private static Map<String, Object> rerank(RerankReport reranker) {
    var budgets = new ArrayList<Map<String, Object>>();
    for (RerankReport.AtBudget at : reranker.budgets()) {
      Map<String, Object> one =
          ordered(
              "ms", round(at.millis(), 0), "depth", at.depth(), "weight", round(at.weight(), 2));
      one.putAll(gain(at.gain()));
      budgets.add(one);
    }
    return ordered(
        "over", reranker.over(),
        "budget_ms", round(reranker.use().budget(), 0),
        "depth", reranker.use().depth(),
        "weight", round(reranker.use().weight(), 2),
        "ms", round(reranker.use().millis(), 1),
        "passage_ms", round(reranker.use().passageMillis(), 2),
        "budgets", budgets,
        "taken", reranker.verdict().taken(),
        "verdict", reranker.verdict().words());
  }

  private Map<String, Object> guarded() {
    List<Map<String, Object>> parts =
        guard.parts().stream()
            .map(
                part ->
                    ordered(
                        "language", part.language(),
                        "questions", part.questions(),
                        "passages", part.passages(),
                        "base", round(part.base(), 4),
                        "tuned", round(part.candidate(), 4),
                        "change", gain(part.change()),
                        "source", part.source()))
            .toList();
    return ordered(
        "outcome", guard.outcome().name().toLowerCase(Locale.ROOT),
        "reason", guard.reason(),
        "parts", parts);
  }

  private static Map<String, Object> figures(Metrics metrics) {
    return ordered(
        "ndcg@10", round(metrics.ndcg10(), 4),
        "mrr@10", round(metrics.mrr10(), 4),
        "recall@10", round(metrics.recall10(), 4),
        "recall@100", round(metrics.recall100(), 4));
  }

  private static Map<String, Object> gain(Gain gain) {
    return ordered(
        "ndcg@10", round(gain.mean(), 4),
        "ci95", List.of(round(gain.low95(), 4), round(gain.high95(), 4)));
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
