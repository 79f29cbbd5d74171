package dev.whetstone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Qrels QRELS = qrels();

  @Test
  void anyNumberOfNamedRankingsIsComparedInTheOrderGiven() {
    var good = new NamedRanking("reranked", rankings("right"));
    var bad = new NamedRanking("fused", rankings("wrong"));
    var other = new NamedRanking("words", rankings("wrong"));
    var contrast = new Contrast("reranking", "fused", "reranked");

    var comparison =
        Comparison.of(
            List.of(good, other, bad), List.of(contrast), contrast, QRELS, Gate.standard(), 1);

    assertThat(comparison.metrics().keySet()).containsExactly("reranked", "words", "fused");
    assertThat(comparison.gains()).containsOnlyKeys("reranking");
    assertThat(comparison.gain(contrast).mean()).isEqualTo(1);
    assertThat(comparison.verdict().promoted()).isTrue();
    assertThat(comparison.queries()).isEqualTo(12);
  }

  @Test
  void aContrastThatNamesNoRankingAndANameGivenTwiceAreTheCallersFault() {
    var one = new NamedRanking("one", rankings("right"));
    var contrast = new Contrast("gain", "one", "two");

    assertThatThrownBy(
            () ->
                Comparison.of(List.of(one), List.of(contrast), contrast, QRELS, Gate.standard(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no ranking of two");
    assertThatThrownBy(
            () -> Comparison.of(List.of(one, one), List.of(), contrast, QRELS, Gate.standard(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two rankings are named one");
  }

  private static Map<String, Ranking> rankings(String passage) {
    var rankings = new HashMap<String, Ranking>();
    for (int i = 0; i < 12; i++) {
      rankings.put("q" + i, new Ranking(List.of(new Hit(passage, 1))));
    }
    return rankings;
  }

  private static Qrels qrels() {
    var gains = new HashMap<String, Map<String, Integer>>();
    for (int i = 0; i < 12; i++) {
      gains.put("q" + i, Map.of("right", 1));
    }
    return new Qrels(gains);
  }
}
