package dev.whetstone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsTest {
  static Ranking ranking(String... ids) {
    return ranking(List.of(ids));
  }

  static Ranking ranking(List<String> ids) {
    return new Ranking(
        IntStream.range(0, ids.size()).mapToObj(i -> new Hit(ids.get(i), ids.size() - i)).toList());
  }

  @Test
  void aGroupOfPassagesIsFoundOnceAtItsBestRank() {
    UnaryOperator<String> group = id -> id.substring(0, 1);
    var qrels = new Qrels(Map.of("q", Map.of("a1", 1, "a2", 2, "c1", 1)));

    var ranked = Rankings.grouped(Map.of("q", ranking("b1", "a2", "a1", "b2", "c1")), group);

    assertThat(ranked.getOrDefault("q", Ranking.EMPTY).ids()).containsExactly("b", "a", "c");
    assertThat(qrels.grouped(group).of("q")).isEqualTo(Map.of("a", 2, "c", 1));
    assertThat(Rankings.grouped(Map.of("q", ranking("b1", "a1")), id -> id))
        .isEqualTo(Map.of("q", ranking("b1", "a1")));
  }

  @Test
  void gradedGainsCountLinearlyAgainstTheBestOrderOfAllJudgedPassages() {
    var gains = Map.of("a", 3, "b", 2, "c", 1, "d", 0, "e", 2);

    var metrics = Metrics.of(ranking("b", "x", "a", "d", "c"), gains);

    // DCG:   b at 1: 2/log2(2) = 2;  a at 3: 3/log2(4) = 1.5;  c at 5: 1/log2(6) = .386853
    //        together 3.886853
    // ideal: 3/log2(2) = 3;  2/log2(3) = 1.261860;  2/log2(4) = 1;  1/log2(5) = .430677
    //        together 5.692536: e counts though it was not found, d does not
    assertThat(metrics.ndcg10()).isCloseTo(3.886853 / 5.692536, within(1e-6));
    assertThat(metrics.mrr10()).isEqualTo(1);
    assertThat(metrics.recall10()).isEqualTo(3.0 / 4);
    assertThat(metrics.recall100()).isEqualTo(3.0 / 4);
  }

  @Test
  void whatStandsPastRankTenCountsForRecallAtAHundredAlone() {
    var ids = new ArrayList<>(IntStream.range(0, 10).mapToObj(i -> "x" + i).toList());
    ids.add("a");

    var metrics = Metrics.of(ranking(ids), Map.of("a", 1, "b", 1));

    assertThat(metrics).isEqualTo(new Metrics(0, 0, 0, .5));
  }

  @Test
  void theIdealOfManyRelevantPassagesIsCutAtTen() {
    var gains = new HashMap<String, Integer>();
    IntStream.range(0, 20).forEach(i -> gains.put("p%02d".formatted(i), 1));

    var metrics = Metrics.of(ranking(gains.keySet().stream().sorted().limit(10).toList()), gains);

    assertThat(metrics.ndcg10()).isCloseTo(1, within(1e-12));
    assertThat(metrics.recall10()).isEqualTo(.5);
  }

  @Test
  void aQueryWithoutRelevantPassagesHasNoScoreAndIsLeftOutOfTheMean() {
    var qrels = new Qrels(Map.of("q1", Map.of("a", 1), "q2", Map.of("b", 0)));

    var scored = Scored.of(Map.of("q1", ranking("a"), "q2", ranking("b")), qrels);

    assertThat(scored.queries()).containsExactly("q1");
    assertThat(scored.mean().ndcg10()).isEqualTo(1);
    assertThatThrownBy(() -> Metrics.of(ranking("b"), Map.of("b", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aQueryThatFoundNothingCountsAsZeroInTheMean() {
    var qrels = new Qrels(Map.of("q1", Map.of("a", 1), "q2", Map.of("b", 1)));

    var scored = Scored.of(Map.of("q1", ranking("a")), qrels);

    assertThat(scored.mean()).isEqualTo(new Metrics(.5, .5, .5, .5));
  }

  @Test
  void randomRankingsScoreAsThePlainFormulasDo() {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      var gains = new HashMap<String, Integer>();
      for (int i = 0; i < 40; i++) {
        gains.put("p" + i, random.nextInt(8) - 4);
      }
      gains.put("sure", 1);
      var ids = new ArrayList<>(IntStream.range(0, 150).mapToObj(i -> "p" + i).toList());
      ids.add("sure");
      Collections.shuffle(ids, random);
      var found = ids.subList(0, random.nextInt(ids.size()));

      var metrics = Metrics.of(ranking(found), gains);

      assertThat(metrics.ndcg10())
          .as("round %d", round)
          .isCloseTo(ndcg(found, gains), within(1e-9));
      assertThat(metrics.recall10()).isCloseTo(recall(found, gains, 10), within(1e-9));
      assertThat(metrics.recall100()).isCloseTo(recall(found, gains, 100), within(1e-9));
      assertThat(metrics.mrr10()).isCloseTo(reciprocal(found, gains), within(1e-9));
    }
  }

  private static double ndcg(List<String> found, Map<String, Integer> gains) {
    var perfect = new ArrayList<>(gains.keySet());
    perfect.sort((a, b) -> gains.getOrDefault(b, 0) - gains.getOrDefault(a, 0));
    return dcg(found, gains) / dcg(perfect, gains);
  }

  private static double dcg(List<String> ids, Map<String, Integer> gains) {
    double sum = 0;
    for (int i = 0; i < ids.size() && i < 10; i++) {
      sum += Math.max(0, gains.getOrDefault(ids.get(i), 0)) * Math.log(2) / Math.log(i + 2.0);
    }
    return sum;
  }

  private static double recall(List<String> found, Map<String, Integer> gains, int k) {
    var relevant = gains.keySet().stream().filter(id -> gains.getOrDefault(id, 0) > 0).toList();
    return (double) found.stream().limit(k).filter(relevant::contains).count() / relevant.size();
  }

  private static double reciprocal(List<String> found, Map<String, Integer> gains) {
    for (int i = 0; i < found.size() && i < 10; i++) {
      if (gains.getOrDefault(found.get(i), 0) > 0) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }
}
