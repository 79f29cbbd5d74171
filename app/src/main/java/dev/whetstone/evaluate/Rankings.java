package dev.whetstone.evaluate;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.search.Fusion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Rankings of many queries at once, query id → ranking, as evaluation needs them: exact, and fused
/// the way the app fuses.
public final class Rankings {
  /// How deep: what Recall@100 and the fusion's pool look at.
  public static final int DEPTH = RetrievalPlan.DEPTH;

  private Rankings() {}

  /// Exact search for every query.
  ///
  /// @param queries the queries' vectors, of the space of `passages`
  public static Map<String, Ranking> dense(
      Vectors passages, List<String> ids, List<float[]> queries) {
    int threads = Runtime.getRuntime().availableProcessors();
    List<Ranking> found = ExactSearch.search(passages, queries, DEPTH, threads);
    var rankings = new LinkedHashMap<String, Ranking>();
    for (int i = 0; i < ids.size(); i++) {
      rankings.put(ids.get(i), found.get(i));
    }
    return rankings;
  }

  /// Fuses each query's rankings as the plan does; a query that an arm lacks found nothing there.
  public static Map<String, Ranking> fused(
      RetrievalPlan plan, Map<String, Ranking> words, Map<String, Ranking> dense) {
    var rankings = new LinkedHashMap<String, Ranking>();
    dense.forEach(
        (query, ranking) ->
            rankings.put(
                query,
                Fusion.fuse(plan, words.getOrDefault(query, Ranking.EMPTY), ranking, DEPTH)));
    return rankings;
  }

  /// Leaves the best of each group of passages in each ranking, by the group's name.
  ///
  /// @param group names the group of a passage
  public static Map<String, Ranking> grouped(
      Map<String, Ranking> rankings, UnaryOperator<String> group) {
    var grouped = new LinkedHashMap<String, Ranking>();
    rankings.forEach(
        (query, ranking) -> {
          var best = new LinkedHashMap<String, Double>();
          ranking
              .hits()
              .forEach(hit -> best.putIfAbsent(group.apply(hit.passageId()), hit.score()));
          var hits = new ArrayList<Hit>();
          best.forEach((name, score) -> hits.add(new Hit(name, score)));
          grouped.put(query, Ranking.best(hits, Math.max(1, hits.size())));
        });
    return grouped;
  }

  /// Leaves only these passages in each ranking.
  public static Map<String, Ranking> within(Map<String, Ranking> rankings, Set<String> passages) {
    var filtered = new LinkedHashMap<String, Ranking>();
    rankings.forEach(
        (query, ranking) -> {
          List<Hit> hits =
              ranking.hits().stream().filter(hit -> passages.contains(hit.passageId())).toList();
          filtered.put(query, new Ranking(hits));
        });
    return filtered;
  }
}
