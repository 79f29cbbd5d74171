package dev.whetstone.encode;

import java.util.List;

/// Scores how well passages answer a question, reading question and passage together. Safe for use
/// by many threads at once.
public interface PairScorer extends AutoCloseable {
  /// One score a passage, in the order of `passages`; higher is better. Scores are raw logits:
  /// comparable within a question, and between questions of one model once calibrated.
  ///
  /// @param passages their embedded texts; may be empty
  /// @return [passages.size()]
  float[] score(String question, List<String> passages);

  /// Frees the model.
  @Override
  void close();
}
