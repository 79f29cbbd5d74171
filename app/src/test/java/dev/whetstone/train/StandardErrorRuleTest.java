package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StandardErrorRuleTest {
  private static List<Double> noisy(long seed, double mean, int n) {
    var random = new Random(seed);
    var figures = new ArrayList<Double>();
    for (int i = 0; i < n; i++) {
      figures.add(mean + .25 * random.nextGaussian());
    }
    return figures;
  }

  @Test
  void aClearWinnerIsTaken() {
    var candidates = Map.of(.3, noisy(1, .5, 200), .7, noisy(2, .5, 200), 1.0, noisy(3, .7, 200));

    assertThat(StandardErrorRule.of(candidates, .7)).isEqualTo(1.0);
  }

  @Test
  void withinNoiseTheSafeOneIsKept() {
    var safe = noisy(1, .5, 50);
    var barelyBetter = new ArrayList<>(safe);
    barelyBetter.set(0, safe.getFirst() + .3);
    barelyBetter.set(1, safe.get(1) - .29);

    assertThat(StandardErrorRule.of(Map.of(.5, safe, 1.0, barelyBetter), .5)).isEqualTo(.5);
  }

  @Test
  void equalOnesGoToTheSafeOne() {
    var figures = List.of(.1, .2, .3);

    assertThat(StandardErrorRule.of(Map.of(.3, figures, .5, figures, 1.0, figures), .5))
        .isEqualTo(.5);
  }

  private static DevPool.CandidateScores scores(List<Double> ndcg, List<Double> losses) {
    return new DevPool.CandidateScores(DevScore.NONE, ndcg, losses);
  }

  private static List<Double> plus(List<Double> figures, double more) {
    return figures.stream().map(figure -> figure + more).toList();
  }

  /// Differences whose mean is `errors` standard errors.
  private static List<Double> better(List<Double> figures, double errors) {
    var better = new ArrayList<Double>();
    int n = figures.size();
    for (int i = 0; i < n; i++) { // ±.1 in turn: a deviation of .1, an error of .1 / √n
      better.add(figures.get(i) + (i % 2 == 0 ? .1 : -.1) + errors * .1 / Math.sqrt(n));
    }
    return better;
  }

  @Test
  void aChallengerNeedsMoreThanAStandardErrorAndALossThatIsNotWorse() {
    var ndcg = noisy(1, .5, 200);
    var losses = noisy(2, 2, 200);
    var rule = scores(ndcg, losses);

    assertThat(StandardErrorRule.replaces(scores(better(ndcg, 1.2), plus(losses, -.01)), rule))
        .isTrue();
    assertThat(StandardErrorRule.replaces(scores(better(ndcg, .8), plus(losses, -.01)), rule))
        .isFalse();
    assertThat(StandardErrorRule.replaces(scores(better(ndcg, 1.2), plus(losses, .01)), rule))
        .isFalse();
    assertThat(StandardErrorRule.replaces(rule, rule)).isFalse();
  }

  @Test
  void withFewQuestionsTheLossMustSpeakForAChallengerAsClearly() {
    var ndcg = noisy(1, .5, 60);
    var losses = noisy(2, 2, 60);
    var rule = scores(ndcg, losses);

    assertThat(StandardErrorRule.replaces(scores(better(ndcg, 1.2), better(losses, -.5)), rule))
        .isFalse();
    assertThat(StandardErrorRule.replaces(scores(better(ndcg, 1.2), better(losses, -1.2)), rule))
        .isTrue();
  }
}
