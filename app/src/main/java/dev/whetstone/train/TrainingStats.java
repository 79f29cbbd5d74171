package dev.whetstone.train;

import dev.whetstone.torch.Precision;
import java.util.List;

/// How a training went.
///
/// @param pairs questions seen, an example in two epochs counted twice
/// @param seconds of work, also before it was interrupted
/// @param losses mean loss of each step, before its update, in nats
public record TrainingStats(
    int steps, long pairs, double seconds, Precision precision, List<Float> losses) {
  public TrainingStats {
    losses = List.copyOf(losses);
  }

  public double pairsPerSecond() {
    return pairs / seconds;
  }
}
