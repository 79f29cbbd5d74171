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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Runs a [RetrievalPlan] on one generation of an index.
///
/// **Arms and fusion.** The arms that need no vector search on threads of their own while the
/// calling thread encodes the question and searches the vectors. The rankings are fused by
/// [Fusion#fuse], or by the engine where it is set to: then the words are asked for beside it, for
/// their scores alone.
///
/// **Reranking.** A plan with a reranker looks at no fewer of the fused best than it scores,
/// however few are asked for, and orders them by [Reranking#reorder] before the best `k` are taken.
/// The scorer is asked once a question, with the time that the plan's limit leaves; where there is
/// none left it is not asked. Without scores the fused order is served, and the result says why.
///
/// Holds encoder and index but owns neither: the caller closes them. Safe for use by many threads.
public final class HybridSearch {
  private final Encoder encoder;
  private final PassageIndex index;
  private final RetrievalPlan plan;
  private final TimedScorer scorer;

  /// A search by a plan without a reranker.
  ///
  /// @throws Failure.Refused if encoder and index are of two spaces
  public HybridSearch(Encoder encoder, PassageIndex index, RetrievalPlan plan) {
    this(
        encoder,
        index,
        plan,
        (model, _, _, _) -> {
          throw new IllegalStateException("no scorer was given for the reranker " + model.id());
        });
  }

  /// @param scorer for the reranker that the plan may name; owned by the caller
  /// @throws Failure.Refused if encoder and index are of two spaces
  public HybridSearch(Encoder encoder, PassageIndex index, RetrievalPlan plan, TimedScorer scorer) {
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
    this.plan = plan;
    this.scorer = scorer;
  }

  /// Returns at most `k` passages, best first; fewer when fewer match.
  ///
  /// @param k from 1 to 1000
  /// @param filter applied inside each arm, before its best are taken
  /// @throws Failure.Unavailable if the index does not answer
  public SearchResult retrieve(String question, int k, Filter filter) {
    return trace(question, k, filter).result();
  }

  /// The same, with what it came from.
  SearchTrace trace(String question, int k, Filter filter) {
    long began = System.nanoTime();
    int reach = plan.reach(k);
    Map<Arm, Ranking> found = new HashMap<>();
    float[] query;
    Optional<Ranking> byEngine;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var words = new LinkedHashMap<Arm.Words, Future<Ranking>>();
      for (Arm arm : plan.arms()) {
        switch (arm) {
          case Arm.Words one ->
              words.put(one, threads.submit(() -> words(one, question, reach, filter)));
          case Arm.Vectors _ -> {} // waits for the question's vector
        }
      }
      query = encoder.query(question);
      byEngine = fusedByEngine(question, query, reach, filter);
      for (Arm arm : plan.arms()) {
        switch (arm) {
          case Arm.Words _ -> {} // under way
          case Arm.Vectors one -> {
            if (byEngine.isEmpty()) {
              found.put(one, index.nearest(query, depth(one, reach), filter));
            }
          }
        }
      }
      words.forEach((arm, search) -> found.put(arm, result(search)));
    }
    Ranking fused = byEngine.orElseGet(() -> Fusion.fuse(plan, found, reach));
    Map<String, Passage> passages =
        index.passages(fused.ids()).stream()
            .collect(Collectors.toMap(Passage::id, Function.identity(), (one, _) -> one));
    Order order = order(question, fused, passages, began);
    List<Hit> best = order.ranking().hits().subList(0, Math.min(k, order.ranking().hits().size()));
    var ranking = new Ranking(best);
    var result =
        new SearchResult(
            ranking,
            scores(ranking, fused, order.reranked(), found, query),
            passages(ranking.ids(), passages),
            new Vectors(encoder.space(), List.of("question"), query.length, query),
            order.outcome());
    return new SearchTrace(result, found, fused, order.ranking(), order.reranked());
  }

  private static List<Passage> passages(List<String> ids, Map<String, Passage> known) {
    var passages = new ArrayList<Passage>(ids.size());
    for (String id : ids) {
      Passage passage = known.get(id);
      if (passage != null) {
        passages.add(passage);
      }
    }
    return passages;
  }

  /// A ranking, with the reranker's scores of the passages that it scored.
  private record Order(Ranking ranking, Map<String, Double> reranked, RerankOutcome outcome) {}

  private Order order(String question, Ranking fused, Map<String, Passage> passages, long began) {
    return switch (plan.reranker()) {
      case Reranker.None _ -> new Order(fused, Map.of(), new RerankOutcome.NotAsked());
      case Reranker.Model model -> reranked(model, question, fused, passages, began);
    };
  }

  private Order reranked(
      Reranker.Model model,
      String question,
      Ranking fused,
      Map<String, Passage> passages,
      long began) {
    // One that was deleted since it was found has no text any more.
    List<Hit> here =
        fused.hits().stream().filter(hit -> passages.containsKey(hit.passageId())).toList();
    List<Passage> best =
        passages(here.stream().limit(model.depth()).map(Hit::passageId).toList(), passages);
    if (best.isEmpty()) {
      return new Order(fused, Map.of(), new RerankOutcome.Reranked(model, 0));
    }
    Duration left = model.limit().minusNanos(System.nanoTime() - began);
    Scoring scoring =
        left.isPositive()
            ? scorer.score(model, question, best.stream().map(Passage::embedded).toList(), left)
            : new Scoring.None(RerankOutcome.Reason.NO_TIME);
    return switch (scoring) {
      case Scoring.None none ->
          new Order(fused, Map.of(), new RerankOutcome.Skipped(model, none.reason()));
      case Scoring.Scored scored when !usable(scored.scores(), best.size()) ->
          new Order(fused, Map.of(), new RerankOutcome.Skipped(model, RerankOutcome.Reason.FAILED));
      case Scoring.Scored scored -> {
        Map<String, Double> scores = HashMap.newHashMap(best.size());
        for (int i = 0; i < best.size(); i++) {
          scores.put(best.get(i).id(), (double) scored.scores().get(i));
        }
        yield new Order(
            Reranking.reorder(new Ranking(here), scored.scores(), model.weight()),
            scores,
            new RerankOutcome.Reranked(model, best.size()));
      }
    };
  }

  /// A NaN comes from broken weights, and has no place in an order.
  private static boolean usable(List<Float> scores, int passages) {
    return scores.size() == passages && scores.stream().allMatch(Float::isFinite);
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

  private Map<String, Scores> scores(
      Ranking ranking,
      Ranking fused,
      Map<String, Double> reranked,
      Map<Arm, Ranking> found,
      float[] query) {
    Map<String, Double> bm25 = new HashMap<>();
    Map<String, Double> cosines = new HashMap<>();
    found.forEach(
        (arm, hits) -> {
          Map<String, Double> scores =
              switch (arm) {
                case Arm.Words _ -> bm25;
                case Arm.Vectors _ -> cosines;
              };
          hits.hits().forEach(hit -> scores.put(hit.passageId(), hit.score()));
        });
    List<String> unknown = ranking.ids().stream().filter(id -> !cosines.containsKey(id)).toList();
    if (!unknown.isEmpty()) {
      cosines.putAll(index.cosines(query, unknown));
    }
    Map<String, Double> fusedScores =
        fused.hits().stream().collect(Collectors.toMap(Hit::passageId, Hit::score));
    var scores = HashMap.<String, Scores>newHashMap(ranking.hits().size());
    for (String id : ranking.ids()) {
      double fusedScore = Objects.requireNonNull(fusedScores.get(id), id);
      scores.put(id, new Scores(bm25.get(id), cosines.get(id), fusedScore, reranked.get(id)));
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
