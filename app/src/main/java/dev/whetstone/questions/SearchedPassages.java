package dev.whetstone.questions;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.search.Fusion;
import java.util.ArrayList;
import java.util.List;

/// The search of the base model over passages that are indexed and embedded: BM25, exact search
/// among the vectors, and both fused.
///
/// @param words an index of the passages; only its words are asked
/// @param encoder of the questions
/// @param vectors of the passages, of the encoder's space
/// @param denseWeight of the vectors in the fused ranking, in [0, 1]
/// @param threads that compare vectors
public record SearchedPassages(
    PassageIndex words, Encoder encoder, Vectors vectors, double denseWeight, int threads)
    implements PassageFinder {
  @Override
  public List<Found> find(List<String> questions, int depth) {
    List<Ranking> dense = ExactSearch.search(vectors, encoder.queries(questions), depth, threads);
    var plan = RetrievalPlan.hybrid(denseWeight);
    var found = new ArrayList<Found>();
    for (int i = 0; i < questions.size(); i++) {
      Ranking byWords = words.words(questions.get(i), depth, Filter.ALL);
      found.add(new Found(byWords, dense.get(i), Fusion.fuse(plan, byWords, dense.get(i), depth)));
    }
    return found;
  }
}
