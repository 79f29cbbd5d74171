package dev.whetstone.workshop.prove;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.encode.CrossEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lets a reranker choose how it computes on this machine, before it is timed.
public final class RerankerRuntimes {
  private static final int QUESTIONS = 6;
  private static final int PASSAGES = 16;

  private RerankerRuntimes() {}

  /// Tries the runtimes on passages that some questions find.
  ///
  /// @param texts passage id → embedded text
  public static void choose(
      CrossEncoder scorer, RerankProof.Found found, Map<String, String> texts) {
    var tried = new LinkedHashMap<String, List<String>>();
    found.texts().entrySet().stream()
        .limit(QUESTIONS)
        .forEach(
            question ->
                tried.put(
                    question.getValue(),
                    found.tuned().getOrDefault(question.getKey(), Ranking.EMPTY).hits().stream()
                        .limit(PASSAGES)
                        .map(Hit::passageId)
                        .map(id -> texts.getOrDefault(id, ""))
                        .toList()));
    scorer.chooseRuntime(List.copyOf(tried.keySet()), List.copyOf(tried.values()));
  }
}
