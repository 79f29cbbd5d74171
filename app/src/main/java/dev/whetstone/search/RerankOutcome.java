package dev.whetstone.search;

import dev.whetstone.core.RetrievalPlan.Reranker;

/// What became of reranking for one question. Where it was skipped the fused order was served: an
/// answer is never lost because of a reranker.
public sealed interface RerankOutcome {
  /// None was asked for: the plan has no reranker, or the caller wanted the fused order.
  record NotAsked() implements RerankOutcome {}

  /// The best passages stand in the order of the model's scores.
  ///
  /// @param passages how many were scored
  record Reranked(Reranker.Model model, int passages) implements RerankOutcome {}

  /// The fused order was served instead.
  record Skipped(Reranker.Model model, Reason reason) implements RerankOutcome {}

  /// Why passages have no scores.
  enum Reason {
    /// The plan's limit was over before the model had scored, or before it could begin.
    NO_TIME,
    /// The model cannot be opened, failed, or gave scores that are no numbers. The log says more.
    FAILED
  }
}
