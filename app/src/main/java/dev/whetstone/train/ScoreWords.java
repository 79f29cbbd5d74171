package dev.whetstone.train;

import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Says what candidates scored.
final class ScoreWords {
  private ScoreWords() {}

  /// `0.5 (.412), 0.7 (.415): nDCG@10 on 79 dev questions`.
  static String among(Map<Double, DevPool.CandidateScores> scores, String when) {
    int questions = scores.values().iterator().next().each().size();
    ToDoubleFunction<DevPool.CandidateScores> mean = one -> one.mean().criterion();
    return scores.entrySet().stream()
            .map(
                one ->
                    String.format(
                        Locale.ROOT,
                        "%s (%.3f)",
                        ModelSelection.figure(one.getKey()),
                        mean.applyAsDouble(one.getValue())))
            .collect(Collectors.joining(", ", "of ", ""))
        + ": nDCG@10 on "
        + questions
        + " dev questions"
        + when;
  }
}
