package dev.whetstone.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Hits, best first: descending by score, ties ascending by passage id. No passage stands in it
/// twice.
public record Ranking(List<Hit> hits) {
  /// The order of every ranking.
  public static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble(Hit::score).reversed().thenComparing(Hit::passageId);

  public static final Ranking EMPTY = new Ranking(List.of());

  public Ranking {
    hits = List.copyOf(hits);
  }

  /// Sorts `hits` and keeps the best `k`.
  public static Ranking best(List<Hit> hits, int k) {
    var sorted = new ArrayList<>(hits);
    sorted.sort(BEST_FIRST);
    return new Ranking(sorted.subList(0, Math.min(k, sorted.size())));
  }

  /// The passage ids, best first.
  public List<String> ids() {
    return hits.stream().map(Hit::passageId).toList();
  }
}
