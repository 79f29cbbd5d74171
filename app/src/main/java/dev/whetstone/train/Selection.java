package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.List;

/// The weights that were chosen, and how.
///
/// @param rate peak learning rate of their training
/// @param alpha share of the trained weights in `weights`, the rest being the base's
/// @param stats of the training alone, without mining and choosing
/// @param decisions what was chosen among what, on the dev questions
/// @param devBase of the base on the pool of dev passages; zeros when nothing was chosen
/// @param devCandidate of these weights there
public record Selection(
    NamedTensors weights,
    double rate,
    double alpha,
    TrainingStats stats,
    List<Decision> decisions,
    DevScore devBase,
    DevScore devCandidate) {
  public Selection {
    decisions = List.copyOf(decisions);
  }

  /// The same with what was settled before all else.
  Selection settling(Decision first) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(decisions);
    return new Selection(weights, rate, alpha, stats, all, devBase, devCandidate);
  }
}
