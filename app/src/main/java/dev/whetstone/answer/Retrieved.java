package dev.whetstone.answer;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.search.Scores;
import dev.whetstone.search.SearchResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A passage found for a question, with what each search arm and the reranker say of it.
///
/// @param score what the hits are ordered by; says nothing about how good the best one is
/// @param fused of the arms, the same as `score` where nothing was reranked
/// @param words its BM25 score; empty where that arm did not return it
/// @param cosine of question and passage; empty where it is not known
/// @param rerank the raw score of the reranker; empty where the passage was not reranked
public record Retrieved(
    Passage passage,
    double score,
    double fused,
    OptionalDouble words,
    OptionalDouble cosine,
    OptionalDouble rerank) {
  /// One that was not reranked.
  public Retrieved(Passage passage, double fused, OptionalDouble words, OptionalDouble cosine) {
    this(passage, fused, fused, words, cosine, OptionalDouble.empty());
  }

  /// What a search found, best first.
  public static List<Retrieved> of(SearchResult found) {
    Map<String, Passage> passages = new HashMap<>();
    found.passages().forEach(passage -> passages.put(passage.id(), passage));
    var hits = new ArrayList<Retrieved>();
    for (Hit hit : found.ranking().hits()) {
      Passage passage = passages.get(hit.passageId());
      Scores scores = found.scores().get(hit.passageId());
      if (passage != null && scores != null) {
        hits.add(
            new Retrieved(
                passage,
                hit.score(),
                scores.fused(),
                optional(scores.bm25()),
                optional(scores.cosine()),
                optional(scores.rerank())));
      }
    }
    return hits;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
