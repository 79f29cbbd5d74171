package dev.whetstone.serving;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.search.RerankOutcome;
import java.util.List;

/// An answer with the search that it was made from.
///
/// @param hits found, best first: those that the answer cites are among them
/// @param rerank what became of the plan's reranker
public record Answered(Answer answer, List<Retrieved> hits, RerankOutcome rerank) {
  public Answered {
    hits = List.copyOf(hits);
  }
}
