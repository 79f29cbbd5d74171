package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import java.util.List;
import java.util.Map;

/// What a recipe made: weights that wait for their proof.
///
/// @param rate peak learning rate
/// @param alpha share of the trained weights in `weights`, the rest being the base's
/// @param queryPrompt what its questions begin with
/// @param plan that was followed
/// @param origins pairs seen, by origin
/// @param stats of the training alone, without mining and choosing
/// @param decisions what was chosen among what, on the dev questions
/// @param devBase of the base on the pool of dev passages; zeros when nothing was chosen
/// @param devCandidate of these weights there
public record Candidate(
    NamedTensors weights,
    double rate,
    double alpha,
    String queryPrompt,
    Plan plan,
    Map<String, Integer> origins,
    TrainingStats stats,
    List<Decision> decisions,
    DevScore devBase,
    DevScore devCandidate) {
  public Candidate {
    origins = Map.copyOf(origins);
    decisions = List.copyOf(decisions);
  }

  /// Steps of the optimiser.
  public long steps() {
    return stats.steps();
  }

  /// Spent on training, without mining and choosing.
  public double seconds() {
    return stats.seconds();
  }

  public double pairsPerSecond() {
    return stats.seconds() > 0 ? stats.pairsPerSecond() : 0;
  }

  /// Mean over the last tenth of the steps, in nats.
  public double lastLoss() {
    int all = stats.losses().size();
    return stats.losses().subList(Math.max(0, all - Math.max(1, all / 10)), all).stream()
        .mapToDouble(Float::doubleValue)
        .average()
        .orElse(0);
  }
}
