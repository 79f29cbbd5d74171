package dev.whetstone.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FusionTest {
  private static final Ranking WORDS = ranking("a", 12, "b", 8, "c", 2);
  private static final Ranking DENSE = ranking("d", .9, "b", .8, "a", .5);

  @Test
  void scoresAreMinMaxedOverEachArmAndWeighted() {
    Ranking fused = Fusion.convex(WORDS, DENSE, .25, 10);

    // words: a 1, b .6, c 0, d missing: 0; dense: d 1, b .75, a 0, c missing: 0
    assertThat(fused.ids()).containsExactly("a", "b", "d", "c");
    assertThat(fused.hits())
        .extracting(Hit::score)
        .usingElementComparator((x, y) -> Math.abs(x - y) < 1e-12 ? 0 : Double.compare(x, y))
        .containsExactly(.75, .75 * .6 + .25 * .75, .25, .0);
  }

  @Test
  void theEndsOfTheWeightAreTheArmsAlone() {
    assertThat(Fusion.convex(WORDS, DENSE, 0, 10).ids()).isEqualTo(WORDS.ids());
    assertThat(Fusion.convex(WORDS, DENSE, 1, 10).ids()).isEqualTo(DENSE.ids());
  }

  @Test
  void theBestKAreTheFirstKOfAll() {
    assertThat(Fusion.convex(WORDS, DENSE, .25, 2).ids()).containsExactly("a", "b");
  }

  @Test
  void anArmWithoutHitsLeavesTheOrderOfTheOther() {
    assertThat(Fusion.convex(Ranking.EMPTY, DENSE, .5, 10).ids()).isEqualTo(DENSE.ids());
    assertThat(Fusion.convex(WORDS, Ranking.EMPTY, .5, 10).ids()).isEqualTo(WORDS.ids());
    assertThat(Fusion.convex(Ranking.EMPTY, Ranking.EMPTY, .5, 10).hits()).isEmpty();
  }

  @Test
  void theOnlyHitOfAnArmCountsInFull() {
    Ranking fused = Fusion.convex(ranking("c", 3), DENSE, .4, 10);

    assertThat(fused.ids()).startsWith("c", "d"); // .6 before .4
    assertThat(fused.hits().getFirst().score()).isCloseTo(.6, within(1e-12));
  }

  @Test
  void onlyTheBestHundredOfAnArmAreThePool() {
    var hits = new ArrayList<Hit>();
    for (int i = 0; i < 150; i++) {
      hits.add(new Hit("p%03d".formatted(i), 1000 - i));
    }

    Ranking fused = Fusion.convex(new Ranking(hits), Ranking.EMPTY, .5, 10);

    // the hundredth is the minimum: the second stands at 98/99 of the way, halved by the weight
    assertThat(fused.hits().get(1).score()).isCloseTo(.5 * 98 / 99, within(1e-12));
  }

  @Test
  void shiftingAndScalingAnArmChangesNothing() {
    var random = new Random(7);
    var words = new ArrayList<Hit>();
    var scaled = new ArrayList<Hit>();
    for (int i = 0; i < 40; i++) {
      double score = random.nextInt(0, 64); // powers of two keep the arithmetic exact
      words.add(new Hit("p" + i, score));
      scaled.add(new Hit("p" + i, score * 4 + 128));
    }

    Ranking fused = Fusion.convex(Ranking.best(words, 40), DENSE, .3, 43);

    assertThat(Fusion.convex(Ranking.best(scaled, 40), DENSE, .3, 43)).isEqualTo(fused);
  }

  @Test
  void aWeightOutsideItsRangeIsTheCallersMistake() {
    assertThatThrownBy(() -> Fusion.convex(WORDS, DENSE, Double.NaN, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight not in [0, 1]: NaN");
  }

  @Test
  void aPassageInBothRankingsBeatsTheWinnerOfOne() {
    Ranking fused =
        Fusion.reciprocalRank(List.of(ranking("a", 2, "b", 1), ranking("c", 2, "b", 1)), 60, 10);

    assertThat(fused.ids()).containsExactly("b", "a", "c"); // a, c tie: by id
    assertThat(fused.hits().getFirst().score()).isEqualTo(2.0 / 62);
  }

  private static Ranking ranking(Object... idsAndScores) {
    var hits = new ArrayList<Hit>();
    for (int i = 0; i < idsAndScores.length; i += 2) {
      hits.add(new Hit((String) idsAndScores[i], ((Number) idsAndScores[i + 1]).doubleValue()));
    }
    return new Ranking(hits);
  }
}
