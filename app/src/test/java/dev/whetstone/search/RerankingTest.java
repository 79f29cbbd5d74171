package dev.whetstone.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.List;
import org.junit.jupiter.api.Test;

class RerankingTest {
  private static final Ranking FUSED =
      new Ranking(List.of(new Hit("a", 1), new Hit("b", .9), new Hit("c", .5), new Hit("d", .4)));

  @Test
  void theRerankersOrderAloneStandsAtAWeightOfOne() {
    var order = Reranking.reorder(FUSED, List.of(-3f, 8f, 2f), 1);

    assertThat(order.ids()).containsExactly("b", "c", "a", "d");
  }

  @Test
  void withAWeightBothOrdersCount() {
    var order = Reranking.reorder(FUSED, List.of(0f, 4f, 2f), .5);

    // Fused 1, .8, 0 and reranked 0, 1, .5; half of each: .5, .9, .25.
    assertThat(order.ids()).containsExactly("b", "a", "c", "d");
    assertThat(order.hits().get(0).score() - order.hits().get(2).score())
        .isCloseTo(.65, within(1e-9));
  }

  @Test
  void passagesThatWereNotScoredStayBehindThoseThatWere() {
    var order = Reranking.reorder(FUSED, List.of(1f, 2f), 1);

    assertThat(order.ids()).containsExactly("b", "a", "c", "d");
    assertThat(order.hits()).isSortedAccordingTo(Ranking.BEST_FIRST);
  }

  @Test
  void equalScoresLeaveTheFirstStagesOrder() {
    assertThat(Reranking.reorder(FUSED, List.of(2f, 2f, 2f, 2f), .9))
        .extracting(Ranking::ids)
        .isEqualTo(FUSED.ids());
    assertThat(Reranking.reorder(FUSED, List.of(), 1)).isEqualTo(FUSED);
    assertThat(Reranking.reorder(Ranking.EMPTY, List.of(), 1)).isEqualTo(Ranking.EMPTY);
  }

  @Test
  void moreScoresThanHitsAndAWeightOfNothingAreRefused() {
    assertThatThrownBy(() -> Reranking.reorder(FUSED, List.of(1f, 2f, 3f, 4f, 5f), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Reranking.reorder(FUSED, List.of(1f, 2f, 3f, 4f), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
