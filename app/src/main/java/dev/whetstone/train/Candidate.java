package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import java.util.List;
import java.util.Map;

/// What fine-tuning made: weights that wait for their proof.
///
/// @param queryPrompt put before its questions
/// @param plan that was followed
/// @param origins pairs seen, by origin
public record Candidate(
    Selection selection, String queryPrompt, FineTuningPlan plan, Map<String, Integer> origins) {
  public Candidate {
    origins = Map.copyOf(origins);
  }

  public NamedTensors weights() {
    return selection.weights();
  }

  /// Peak learning rate.
  public double rate() {
    return selection.rate();
  }

  /// Share of the trained weights, the rest being the base's.
  public double alpha() {
    return selection.alpha();
  }

  public List<Decision> decisions() {
    return selection.decisions();
  }

  /// The same with what was settled before all else.
  Candidate settling(Decision first) {
    return new Candidate(selection.settling(first), queryPrompt, plan, origins);
  }

  public TrainingStats stats() {
    return selection.stats();
  }

  /// Steps of the optimiser.
  public long steps() {
    return stats().steps();
  }

  /// Spent on training, without mining and choosing.
  public double seconds() {
    return stats().seconds();
  }

  public double pairsPerSecond() {
    return stats().seconds() > 0 ? stats().pairsPerSecond() : 0;
  }

  /// Mean over the last tenth of the steps, in nats.
  public double lastLoss() {
    int all = stats().losses().size();
    return stats().losses().subList(Math.max(0, all - Math.max(1, all / 10)), all).stream()
        .mapToDouble(Float::doubleValue)
        .average()
        .orElse(0);
  }
}
