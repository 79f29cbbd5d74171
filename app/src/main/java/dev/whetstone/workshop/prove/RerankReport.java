package dev.whetstone.workshop.prove;

import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a proof found of a reranker; figures 0–1.
///
/// @param name of the reranker: a version, or what it was made of
/// @param over the ranking that it is judged over, the hybrid that serves: `hybrid_tuned` or
///   `hybrid_base`
/// @param use how it would be used within the budget of the settings
/// @param metrics by ranking: `reranked_base`, `reranked_tuned`, and `reranked_untrained` where a
///   loaded one was trained on
/// @param gains of each of them over the hybrid that it reorders
/// @param budgets what it would gain with less or more time, over the same hybrid
public record RerankReport(
    String name,
    String over,
    Use use,
    Map<String, Metrics> metrics,
    Map<String, Gain> gains,
    List<AtBudget> budgets,
    Verdict verdict) {
  public RerankReport {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    gains = Collections.unmodifiableMap(new LinkedHashMap<>(gains));
    budgets = List.copyOf(budgets);
  }

  /// @param budget milliseconds that a question may take
  /// @param depth passages that fit it here; 0: none
  /// @param weight of the scores against the fused ones, chosen on dev questions
  /// @param millis that reordering them took a question
  /// @param passageMillis for one of them
  public record Use(double budget, int depth, double weight, double millis, double passageMillis) {}

  /// @param millis a question
  /// @param depth passages that fit
  public record AtBudget(double millis, int depth, double weight, Gain gain) {}

  /// @param taken whether it serves: its gain is proven within the budget, and it was not rolled
  ///   back
  /// @param words the gate's reason, or why nothing was compared
  /// @param held whether its gain is proven, but a person rolled it back
  public record Verdict(boolean taken, String words, boolean held) {
    public Verdict(boolean taken, String words) {
      this(taken, words, false);
    }
  }

  /// The same of one that was rolled back: it does not serve, whatever its gain.
  RerankReport heldBack() {
    return verdict.taken()
        ? new RerankReport(
            name, over, use, metrics, gains, budgets, new Verdict(false, verdict.words(), true))
        : this;
  }
}
