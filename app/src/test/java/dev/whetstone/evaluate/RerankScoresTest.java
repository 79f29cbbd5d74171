package dev.whetstone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RerankScoresTest {
  private static final Ranking FUSED =
      new Ranking(List.of(new Hit("a", 1), new Hit("b", .8), new Hit("c", .6), new Hit("d", .2)));

  @Test
  void onlyTheFirstToTheDepthAreReordered() {
    var scores = new RerankScores(Map.of("q", Map.of("a", 1f, "b", 2f, "c", 3f, "d", 4f)));

    assertThat(Objects.requireNonNull(scores.reorder(Map.of("q", FUSED), 3, 1).get("q")).ids())
        .containsExactly("c", "b", "a", "d");
    assertThat(Objects.requireNonNull(scores.reorder(Map.of("q", FUSED), 0, 1).get("q")).ids())
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  void behindAPassageWithoutAScoreNothingIsReordered() {
    var scores = new RerankScores(Map.of("q", Map.of("a", 1f, "b", 2f, "d", 4f)));

    assertThat(Objects.requireNonNull(scores.reorder(Map.of("q", FUSED), 4, 1).get("q")).ids())
        .containsExactly("b", "a", "c", "d");
    assertThat(scores.reorder(Map.of("other", FUSED), 4, 1).get("other")).isEqualTo(FUSED);
  }

  /// Questions whose answer is `b` to the reranker, or to the first stage.
  private static Map<String, Map<String, Float>> scores(int questions, float ofB) {
    var all = new HashMap<String, Map<String, Float>>();
    for (int i = 0; i < questions; i++) {
      all.put("q" + i, Map.of("a", 0f, "b", ofB, "c", -1f));
    }
    return all;
  }

  private static Map<String, Ranking> fused(int questions) {
    var all = new LinkedHashMap<String, Ranking>();
    for (int i = 0; i < questions; i++) {
      all.put("q" + i, FUSED);
    }
    return all;
  }

  private static Qrels answers(int questions, String passage) {
    var all = new LinkedHashMap<String, Map<String, Integer>>();
    for (int i = 0; i < questions; i++) {
      all.put("q" + i, Map.of(passage, 1));
    }
    return new Qrels(all);
  }

  @Test
  void aGoodRerankersWeightReordersAndABadOnesDoesNot() {
    var good = new RerankScores(scores(120, 5f)).weight(fused(120), 3, answers(120, "b"));
    var bad = new RerankScores(scores(120, 5f)).weight(fused(120), 3, answers(120, "a"));

    assertThat(good.ndcg10()).isEqualTo(1);
    assertThat(bad.weight()).isLessThan(good.weight());
    assertThat(
            Objects.requireNonNull(
                    new RerankScores(scores(120, 5f))
                        .reorder(fused(120), 3, bad.weight())
                        .get("q0"))
                .ids())
        .startsWith("a");
  }

  @Test
  void theWeightIsNeverNothing() {
    // Only the first stage's order finds the answer at the top, by a hair.
    var close = Map.of("q0", new Ranking(List.of(new Hit("a", 1), new Hit("b", .999))));
    var worst =
        new RerankScores(Map.of("q0", Map.of("a", 0f, "b", 1f))).weight(close, 2, answers(1, "a"));

    assertThat(worst.weight()).isGreaterThanOrEqualTo(.1);
  }

  @Test
  void withoutDevQuestionsTheWeightIsTheUsualOne() {
    assertThat(new RerankScores(Map.of()).weight(Map.of(), 5, Qrels.EMPTY).weight()).isEqualTo(.6);
  }
}
