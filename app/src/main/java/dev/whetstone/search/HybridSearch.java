package dev.whetstone.search;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.PassageIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// BM25 beside nearest neighbours, both asked at once, fused by [Fusion#convex], or by the engine
/// where it is set to: then the words are asked for beside it, for their scores alone. Holds
/// encoder and index but owns neither: whoever opened them closes them. Safe for many threads.
public final class HybridSearch implements Retriever {
  private final Encoder encoder;
  private final PassageIndex index;
  private final double denseWeight;
  private final int pool;

  /// @param denseWeight in [0, 1]: 0 words alone, 1 vectors alone
  /// @throws Failure.Refused if encoder and index are of two spaces
  public HybridSearch(Encoder encoder, PassageIndex index, double denseWeight) {
    this(encoder, index, denseWeight, Fusion.POOL);
  }

  /// @param pool how many of each arm's best are fused, at least; from 1 to 1000
  public HybridSearch(Encoder encoder, PassageIndex index, double denseWeight, int pool) {
    if (!(denseWeight >= 0 && denseWeight <= 1)) {
      throw new IllegalArgumentException("weight not in [0, 1]: " + denseWeight);
    }
    if (!encoder.space().equals(index.space())) {
      throw new Failure.Refused(
          "the model embeds into space "
              + encoder.space()
              + ", generation "
              + index.generation()
              + " of the index holds space "
              + index.space(),
          new Remedy.RunSteps(List.of("embed", "index")));
    }
    this.encoder = encoder;
    this.index = index;
    this.denseWeight = denseWeight;
    this.pool = pool;
  }

  @Override
  public Found retrieve(String question, int k, Filter filter) {
    int depth = Math.max(pool, k);
    boolean both = denseWeight > 0 && denseWeight < 1; // else there is nothing to fuse
    float[] query;
    Ranking dense = Ranking.EMPTY;
    Ranking words;
    Optional<Ranking> ready = Optional.empty();
    try (var arm = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Ranking> byWords = arm.submit(() -> index.words(question, depth, filter));
      query = encoder.query(question);
      if (both) {
        ready = index.hybrid(question, query, denseWeight, k, depth, filter);
      }
      if (ready.isEmpty()) {
        dense = index.nearest(query, depth, filter);
      }
      words = result(byWords);
    }
    Ranking fused = ready.isPresent() ? ready.get() : Fusion.convex(words, dense, denseWeight, k);
    List<Passage> passages = index.passages(fused.ids());
    var vector = new Vectors(encoder.space(), List.of("question"), query.length, query);
    return new Found(fused, scores(fused, words, dense, query), passages, vector);
  }

  private Map<String, Scores> scores(Ranking fused, Ranking words, Ranking dense, float[] query) {
    Map<String, Double> bm25 = byId(words);
    Map<String, Double> cosines = byId(dense);
    List<String> unknown = fused.ids().stream().filter(id -> !cosines.containsKey(id)).toList();
    if (!unknown.isEmpty()) {
      cosines.putAll(index.cosines(query, unknown));
    }
    var scores = HashMap.<String, Scores>newHashMap(fused.hits().size());
    for (Hit hit : fused.hits()) {
      String id = hit.passageId();
      scores.put(id, new Scores(bm25.get(id), cosines.get(id), hit.score()));
    }
    return scores;
  }

  private static Map<String, Double> byId(Ranking ranking) {
    var scores = HashMap.<String, Double>newHashMap(ranking.hits().size());
    ranking.hits().forEach(hit -> scores.put(hit.passageId(), hit.score()));
    return scores;
  }

  private static Ranking result(Future<Ranking> arm) {
    try {
      return arm.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw new IllegalStateException("the search by words failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("interrupted while searching", e);
    }
  }
}
