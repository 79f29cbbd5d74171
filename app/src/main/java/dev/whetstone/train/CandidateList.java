package dev.whetstone.train;

import java.util.List;

/// A question with a passage that answers it, and passages that its first stage finds and that do
/// not: one example for a reranker.
///
/// @param passage its text
/// @param negatives texts; at least one
record CandidateList(String question, String passage, List<String> negatives) {
  CandidateList {
    negatives = List.copyOf(negatives);
  }
}
