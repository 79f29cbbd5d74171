package dev.whetstone.train;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Chooses among candidates by their figures on the same dev questions, after the
/// one-standard-error rule (Breiman et al., 1984). Few questions tell little, so a safe candidate
/// is preferred until another beats it by more than noise: of those within a quarter of a standard
/// error of the best, the one nearest the safe one.
final class StandardErrorRule {
  private static final double TOLERANCE = .25;

  /// With fewer questions the loss must speak for a challenger too, as clearly.
  private static final int ENOUGH = 100;

  private StandardErrorRule() {}

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

  /// Whether a challenger takes the place of what the rule says: its nDCG is better by more than a
  /// standard error of the paired differences, and its loss is not worse; with few questions the
  /// loss too must be better by more than that.
  static boolean replaces(DevPool.CandidateScores challenger, DevPool.CandidateScores rule) {
    double needed = rule.each().size() < ENOUGH ? 1 : 0;
    return errors(challenger.each(), rule.each()) > 1
        && errors(rule.losses(), challenger.losses()) >= needed;
  }

  /// Which of some candidates to take: the first stands for the rule, and the best of those that
  /// may take its place does.
  static int best(Collection<DevPool.CandidateScores> scores) {
    List<DevPool.CandidateScores> all = List.copyOf(scores);
    int best = 0;
    for (int i = 1; i < all.size(); i++) {
      boolean better = all.get(i).mean().criterion() > all.get(best).mean().criterion();
      if (better && replaces(all.get(i), all.getFirst())) {
        best = i;
      }
    }
    return best;
  }

  /// Whether figures are higher than others of the same questions by more than a standard error of
  /// their differences.
  static boolean beyondNoise(List<Double> more, List<Double> less) {
    return errors(more, less) > 1;
  }

  /// How many standard errors the mean difference is above zero.
  private static double errors(List<Double> more, List<Double> less) {
    double mean = mean(more) - mean(less);
    double error = error(more, less, mean);
    return error > 0 ? mean / error : Math.signum(mean);
  }

  private static boolean asGood(List<Double> figures, List<Double> best) {
    double lack = mean(best) - mean(figures);
    return lack <= TOLERANCE * error(best, figures, lack);
  }

  private static double error(List<Double> more, List<Double> less, double mean) {
    int n = more.size();
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double off = more.get(i) - less.get(i) - mean;
      squares += off * off;
    }
    return n < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n);
  }

  private static double mean(List<Double> figures) {
    return figures.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}
