package dev.whetstone.train;

import java.util.List;
import java.util.Map;

/// Chooses among candidates by their figures on the same dev questions. Few questions tell little,
/// so a safe candidate is preferred until another beats it by more than noise: of those within a
/// quarter of a standard error of the best, the one nearest the safe one.
final class Choice {
  private static final double TOLERANCE = .25;

  private Choice() {}

  /// @param candidates interpolation → figures of every question
  /// @param safe the interpolation preferred
  static double of(Map<Double, List<Double>> candidates, double safe) {
    double best = safe;
    double bestMean = Double.NEGATIVE_INFINITY;
    for (var candidate : candidates.entrySet()) {
      double mean = mean(candidate.getValue());
      if (mean > bestMean) {
        best = candidate.getKey();
        bestMean = mean;
      }
    }
    double chosen = best;
    for (var candidate : candidates.entrySet()) {
      boolean nearer = Math.abs(candidate.getKey() - safe) < Math.abs(chosen - safe);
      if (nearer && asGood(candidate.getValue(), candidates.getOrDefault(best, List.of()))) {
        chosen = candidate.getKey();
      }
    }
    return chosen;
  }

  private static boolean asGood(List<Double> figures, List<Double> best) {
    int n = figures.size();
    double lack = mean(best) - mean(figures);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double off = best.get(i) - figures.get(i) - lack;
      squares += off * off;
    }
    double error = n < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n);
    return lack <= TOLERANCE * error;
  }

  private static double mean(List<Double> figures) {
    return figures.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}
