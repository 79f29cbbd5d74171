package dev.whetstone.questions;

import dev.whetstone.core.Ranking;
import java.util.List;

/// The search of the base model over all passages, by which written questions are checked.
public interface PassageFinder {
  /// What both arms find for a question.
  ///
  /// @param words BM25
  /// @param dense the nearest vectors, scores are cosines; empty where there are none
  /// @param hybrid both fused
  record Found(Ranking words, Ranking dense, Ranking hybrid) {}

  /// Searches for several questions at once.
  ///
  /// @param depth passages in each ranking, at most; from 1
  /// @return one for each question, in their order
  List<Found> find(List<String> questions, int depth);
}
