package dev.whetstone.evaluate;

import dev.whetstone.core.Ranking;
import java.util.Map;

/// The rankings of one system under comparison, on every question.
///
/// @param name of the system in reports, such as `hybrid_tuned`; unique in a comparison
/// @param byQuery query id → ranking
public record NamedRanking(String name, Map<String, Ranking> byQuery) {
  public NamedRanking {
    byQuery = Map.copyOf(byQuery);
  }
}
