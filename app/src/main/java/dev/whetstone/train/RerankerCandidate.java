package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import java.util.List;
import java.util.Map;

/// What the training of a reranker made: weights that wait for their proof.
///
/// @param network that they are of
/// @param decisions what was chosen among what, on the dev questions, and what rules settled
/// @param origins lists that could be trained on, by the origin of their questions
/// @param dev what the dev questions said
public record RerankerCandidate(
    NetworkDescription network,
    NamedTensors weights,
    RerankerPlan plan,
    double rate,
    TrainingStats stats,
    List<Decision> decisions,
    Map<String, Integer> origins,
    DevFigures dev) {
  public RerankerCandidate {
    decisions = List.copyOf(decisions);
    origins = Map.copyOf(origins);
  }

  /// Means of nDCG@10 over the dev questions; zeros where there were none.
  ///
  /// @param firstStage before reordering
  /// @param reranked after it
  /// @param weight of the reranker's scores against the first stage's
  public record DevFigures(int questions, double firstStage, double reranked, double weight) {
    static final DevFigures NONE = new DevFigures(0, 0, 0, .5);
  }
}
