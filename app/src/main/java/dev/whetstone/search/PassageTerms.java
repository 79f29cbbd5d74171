package dev.whetstone.search;

import dev.whetstone.core.Passage;
import dev.whetstone.index.TermScore;
import java.util.List;

/// The question's words in a passage's own text. Safe for many threads.
public interface PassageTerms {
  /// About what each term of the question adds to the passage's BM25 score, the greatest first: for
  /// engines that do not tell.
  List<TermScore> estimate(String question, Passage passage);

  /// The content words of the question that the passage does not hold, in the question's order.
  List<String> missing(String question, Passage passage);
}
