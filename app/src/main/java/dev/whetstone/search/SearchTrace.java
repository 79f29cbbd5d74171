package dev.whetstone.search;

import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan.Arm;
import java.util.Map;

/// A search with the rankings that it came from: what [Explaining] reads.
///
/// @param found by each arm; an arm that the engine fused itself is missing
/// @param fused as deep as was looked at
/// @param ordered the same passages, as the reranker left them
/// @param reranked the reranker's raw scores, by passage id
record SearchTrace(
    SearchResult result,
    Map<Arm, Ranking> found,
    Ranking fused,
    Ranking ordered,
    Map<String, Double> reranked) {
  SearchTrace {
    found = Map.copyOf(found);
    reranked = Map.copyOf(reranked);
  }
}
