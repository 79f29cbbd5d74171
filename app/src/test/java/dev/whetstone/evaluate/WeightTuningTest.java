package dev.whetstone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightTuningTest {
  private static final Ranking RIGHT = new Ranking(List.of(new Hit("a", 1), new Hit("b", 0)));
  private static final Ranking WRONG = new Ranking(List.of(new Hit("b", 1), new Hit("a", 0)));

  /// Adds the scores of two passages with weights; `b` wins ties, so that only a right arm helps.
  private static Ranking fuse(Ranking words, Ranking dense, double weight) {
    var sums = new HashMap<String, Double>(Map.of("b", 1e-6));
    words.hits().forEach(h -> sums.merge(h.passageId(), (1 - weight) * h.score(), Double::sum));
    dense.hits().forEach(h -> sums.merge(h.passageId(), weight * h.score(), Double::sum));
    var hits = new ArrayList<Hit>();
    sums.forEach((id, score) -> hits.add(new Hit(id, score)));
    return Ranking.best(hits, 10);
  }

  private static WeightTuning.TunedWeight choose(int queries, Ranking words, Ranking dense) {
    var w = new HashMap<String, Ranking>();
    var d = new HashMap<String, Ranking>();
    var gains = new HashMap<String, Map<String, Integer>>();
    for (int i = 0; i < queries; i++) {
      w.put("q" + i, words);
      d.put("q" + i, dense);
      gains.put("q" + i, Map.of("a", 1));
    }
    return WeightTuning.choose(w, d, new Qrels(gains), WeightTuningTest::fuse);
  }

  @Test
  void ofTheBestWeightsTheOneNearestToTheUsualIsTaken() {
    // with dense right and words wrong every weight above .5 puts a first
    assertThat(choose(200, WRONG, RIGHT).weight()).isEqualTo(.6);
    assertThat(choose(200, RIGHT, WRONG).weight()).isEqualTo(.4);
    assertThat(choose(200, RIGHT, RIGHT).weight()).isEqualTo(.6);
    assertThat(choose(200, WRONG, RIGHT).ndcg10()).isEqualTo(1);
  }

  @Test
  void anArmThatOnlyHarmsIsSwitchedOff() {
    var noise = new Ranking(List.of(new Hit("b", 1e6), new Hit("a", 0)));

    assertThat(choose(200, noise, RIGHT).weight()).isEqualTo(1);
    assertThat(choose(200, RIGHT, noise).weight()).isEqualTo(0);
  }

  @Test
  void fewQuestionsMoveTheWeightLittle() {
    var noise = new Ranking(List.of(new Hit("b", 1e6), new Hit("a", 0)));

    assertThat(choose(10, noise, RIGHT).weight()).isEqualTo(.64);
    assertThat(choose(0, noise, RIGHT).weight()).isEqualTo(.6);
  }
}
