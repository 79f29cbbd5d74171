package dev.whetstone.search;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import java.util.List;
import java.util.Map;

/// What was found for a question.
///
/// @param ranking that is served: fused, and reranked where `rerank` says so
/// @param scores of each passage in it, by passage id
/// @param passages in the ranking's order
/// @param question its vector, alone in one row
/// @param rerank what became of the plan's reranker
public record SearchResult(
    Ranking ranking,
    Map<String, Scores> scores,
    List<Passage> passages,
    Vectors question,
    RerankOutcome rerank) {
  public SearchResult {
    scores = Map.copyOf(scores);
    passages = List.copyOf(passages);
  }
}
