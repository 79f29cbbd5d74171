package dev.whetstone.search;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.PassageIndex;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs a [RetrievalPlan] on one generation of an index.
///
/// The arms that need no vector search on threads of their own while the calling thread encodes the
/// question and searches the vectors. The rankings are fused by [Fusion#fuse], or by the engine
/// where it is set to: then the words are asked for beside it, for their scores alone.
///
/// Holds encoder and index but owns neither: the caller closes them. Safe for use by many threads.
public final class HybridSearch {
  private final Encoder encoder;
  private final PassageIndex index;
  private final RetrievalPlan plan;

  /// @throws Failure.Refused if encoder and index are of two spaces, or the plan names a reranker
  ///   that this program cannot run
  public HybridSearch(Encoder encoder, PassageIndex index, RetrievalPlan plan) {
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
    switch (plan.reranker()) {
      case Reranker.None _ -> {}
      case Reranker.Model model ->
          throw new Failure.Refused(
              "the app's retrieval plan reranks with the model "
                  + model.name()
                  + ", version "
                  + model.version()
                  + ", which this program cannot run: use the program that made the plan, or make"
                  + " the app again");
    }
    this.encoder = encoder;
    this.index = index;
    this.plan = plan;
  }

  /// Returns at most `k` passages, best first; fewer when fewer match.
  ///
  /// @param k from 1 to 1000
  /// @param filter applied inside each arm, before its best are taken
  /// @throws Failure.Unavailable if the index does not answer
  public SearchResult retrieve(String question, int k, Filter filter) {
    Map<Arm, Ranking> found = new HashMap<>();
    float[] query;
    Optional<Ranking> byEngine;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var words = new LinkedHashMap<Arm.Words, Future<Ranking>>();
      for (Arm arm : plan.arms()) {
        switch (arm) {
          case Arm.Words one ->
              words.put(one, threads.submit(() -> words(one, question, k, filter)));
          case Arm.Vectors _ -> {} // waits for the question's vector
        }
      }
      query = encoder.query(question);
      byEngine = fusedByEngine(question, query, k, filter);
      for (Arm arm : plan.arms()) {
        switch (arm) {
          case Arm.Words _ -> {} // under way
          case Arm.Vectors one -> {
            if (byEngine.isEmpty()) {
              found.put(one, index.nearest(query, depth(one, k), filter));
            }
          }
        }
      }
      words.forEach((arm, search) -> found.put(arm, result(search)));
    }
    Ranking fused = byEngine.orElseGet(() -> Fusion.fuse(plan, found, k));
    List<Passage> passages = index.passages(fused.ids());
    var vector = new Vectors(encoder.space(), List.of("question"), query.length, query);
    return new SearchResult(fused, scores(fused, found, query), passages, vector);
  }

  private Ranking words(Arm.Words arm, String question, int k, Filter filter) {
    return index.words(question, depth(arm, k), filter);
  }

  private static int depth(Arm arm, int k) {
    return Math.max(arm.depth(), k);
  }

  /// The engine's own fusion; empty where there is nothing to fuse or the engine leaves it to us.
  private Optional<Ranking> fusedByEngine(String question, float[] query, int k, Filter filter) {
    return switch (plan.fusion()) {
      case FusionRule.Convex convex -> {
        boolean every = plan.arms().stream().allMatch(arm -> convex.weight(arm) > 0);
        int[] depths = plan.arms().stream().mapToInt(arm -> depth(arm, k)).distinct().toArray();
        yield plan.arms().size() == 2 && every && depths.length == 1
            ? index.hybrid(question, query, convex.denseWeight(), k, depths[0], filter)
            : Optional.empty();
      }
    };
  }

  private Map<String, Scores> scores(Ranking fused, Map<Arm, Ranking> found, float[] query) {
    Map<String, Double> bm25 = new HashMap<>();
    Map<String, Double> cosines = new HashMap<>();
    found.forEach(
        (arm, ranking) -> {
          Map<String, Double> scores =
              switch (arm) {
                case Arm.Words _ -> bm25;
                case Arm.Vectors _ -> cosines;
              };
          ranking.hits().forEach(hit -> scores.put(hit.passageId(), hit.score()));
        });
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

  private static Ranking result(Future<Ranking> search) {
    try {
      return search.get();
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
