package dev.whetstone.workshop.questions;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.questions.PassageFinder;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.search.Fusion;
import java.util.ArrayList;
import java.util.List;

/// The base model's search over all passages: BM25, exact search among the vectors, and both with
/// the weight that is used where nothing was tuned.
final class BaseSearch implements PassageFinder, AutoCloseable {
  private final LuceneIndex words;
  private final Encoder encoder;
  private final Vectors vectors;

  /// @param encoder of the base model; not closed here
  /// @param vectors of the passages, by it
  BaseSearch(List<Passage> passages, Encoder encoder, Vectors vectors) {
    this.words = LuceneIndex.inMemory(passages, null);
    this.encoder = encoder;
    this.vectors = vectors;
  }

  @Override
  public List<Found> find(List<String> questions, int depth) {
    int threads = Runtime.getRuntime().availableProcessors();
    int pool = Math.max(depth, RetrievalPlan.DEPTH);
    List<Ranking> dense =
        ExactSearch.search(vectors, encoder.queries(questions), pool, threads);
    var found = new ArrayList<Found>();
    for (int i = 0; i < questions.size(); i++) {
      Ranking byWords = words.words(questions.get(i), pool, Filter.ALL);
      Ranking hybrid =
          Fusion.convex(byWords, dense.get(i), RetrievalPlan.UNTUNED_DENSE_WEIGHT, depth);
      found.add(new Found(best(byWords, depth), best(dense.get(i), depth), hybrid));
    }
    return found;
  }

  private static Ranking best(Ranking ranking, int k) {
    return ranking.hits().size() <= k ? ranking : new Ranking(ranking.hits().subList(0, k));
  }

  @Override
  public void close() {
    words.close();
  }
}
