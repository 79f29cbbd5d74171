package dev.whetstone.evaluate;

import dev.whetstone.core.Ranking;
import java.util.List;
import java.util.Map;

/// The figures of one system on every query that has a relevant passage.
///
/// @param queries in the order of the judgements
/// @param each the figures of `queries`, one by one
/// @param mean over the queries; zeros when there is none
public record Scored(List<String> queries, List<Metrics> each, Metrics mean) {
  public Scored {
    queries = List.copyOf(queries);
    each = List.copyOf(each);
    if (queries.size() != each.size()) {
      throw new IllegalArgumentException(queries.size() + " queries, " + each.size() + " figures");
    }
  }

  /// Scores the rankings of a system. A query without a ranking counts as one that found nothing; a
  /// ranking without a judged query is not looked at.
  public static Scored of(Map<String, Ranking> rankings, Qrels qrels) {
    List<String> queries = qrels.queries();
    List<Metrics> each =
        queries.stream()
            .map(q -> Metrics.of(rankings.getOrDefault(q, Ranking.EMPTY), qrels.of(q)))
            .toList();
    return new Scored(queries, each, Metrics.mean(each));
  }

  /// nDCG@10 of every query, in the order of [#queries()].
  public double[] ndcg10() {
    return each.stream().mapToDouble(Metrics::ndcg10).toArray();
  }
}
