package dev.whetstone.serving;

import dev.whetstone.answer.Retrieved;
import dev.whetstone.search.RerankOutcome;
import java.util.List;

/// Passages found, best first, with the index they were found in.
///
/// @param space of the vectors they were found by
/// @param generation of the index
/// @param rerank what became of the plan's reranker
public record Retrieval(
    List<Retrieved> hits, String space, String generation, RerankOutcome rerank) {
  public Retrieval {
    hits = List.copyOf(hits);
  }
}
