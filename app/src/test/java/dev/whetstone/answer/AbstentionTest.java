package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AbstentionTest {
  @Test
  void aFitSeparatesWhatCanBeSeparated() {
    var examples = examples(200, .16, 7);

    Abstention fitted = AbstentionFit.fit(examples);

    List<Labelled> unseen = examples(200, .16, 8);
    assertThat(declined(fitted, unseen, true)).isLessThanOrEqualTo(.15);
    assertThat(declined(fitted, unseen, false)).isGreaterThanOrEqualTo(.85);
  }

  @Test
  void whereNothingSeparatesAtMostTheAllowedShareOfAnswerableOnesIsDeclined() {
    var examples = examples(300, 0, 9);

    Abstention fitted = AbstentionFit.fit(examples);

    assertThat(declined(fitted, examples, true)).isLessThanOrEqualTo(.15);
  }

  @Test
  void theSameExamplesGiveTheSameFit() {
    assertThat(AbstentionFit.fit(examples(50, .1, 3)))
        .isEqualTo(AbstentionFit.fit(examples(50, .1, 3)));
  }

  @Test
  void theSlopeOfTheLossIsZeroAtTheFit() {
    // The ridge loss is smooth and convex: at its minimum the mean error of the balanced classes,
    // along any feature, equals the penalty's slope. Checked for the bias, which has no penalty.
    List<Labelled> examples = examples(80, .1, 4);

    Abstention fitted = AbstentionFit.fit(examples);

    double slope = 0;
    for (Labelled example : examples) {
      double error = fitted.likelihood(example.support().values()) - (example.answerable() ? 1 : 0);
      slope += error / examples.size();
    }
    assertThat(slope).isCloseTo(0, within(1e-6));
  }

  @Test
  void whatSpeaksForAnAnswerNeverCountsAgainstIt() {
    List<Labelled> turned = // by accident the unanswerable ones are nearer
        examples(100, .16, 11).stream()
            .map(e -> new Labelled(e.question(), e.support(), !e.answerable(), false))
            .toList();

    Abstention fitted = AbstentionFit.fit(turned);

    for (int i = 0; i < fitted.weights().size(); i++) {
      assertThat(fitted.weights().get(i) * Support.DIRECTIONS.get(i) + 0.0).isNotNegative();
    }
    assertThat(fitted.weights().getFirst()).isZero();
  }

  @Test
  void fewExamplesGiveTheDefault() {
    assertThat(AbstentionFit.fit(examples(10, .2, 5))).isEqualTo(DefaultAbstention.MODEL);
  }

  @Test
  void aRerankersScoreCountsWhereItIsKnownAndIsNeutralWhereItIsNot() {
    var random = new Random(12);
    List<Labelled> reranked =
        examples(200, 0, 12).stream()
            .map(
                e -> {
                  double score = (e.answerable() ? 2 : -2) + random.nextGaussian();
                  return new Labelled(
                      e.question(), reranked(e.support(), score), e.answerable(), false);
                })
            .toList();

    Abstention fitted = AbstentionFit.fit(reranked);

    assertThat(declined(fitted, reranked, false)).isGreaterThan(.85);
    assertThat(fitted.weights().get(Support.NAMES.indexOf("rerank"))).isPositive();
    Support one = reranked.getFirst().support();
    double mean = fitted.means().get(Support.NAMES.indexOf("rerank"));
    assertThat(reranked(one, Double.NaN).likelihood(fitted))
        .isCloseTo(reranked(one, mean).likelihood(fitted), within(1e-12));
  }

  private static Support reranked(Support s, double score) {
    return new Support(
        s.passageCosine(),
        s.sentenceCosine(),
        s.margin(),
        s.topCoverage(),
        s.held(),
        s.missing(),
        s.agreement(),
        score,
        Double.NaN);
  }

  @Test
  void aModelOfAnEarlierVersionsFeaturesIsUsedAsItIs() {
    Support support = examples(1, .1, 3).getFirst().support();

    assertThat(Support.require(DefaultAbstention.MODEL)).isEqualTo(DefaultAbstention.MODEL);
    assertThat(support.likelihood(DefaultAbstention.MODEL))
        .isEqualTo(DefaultAbstention.MODEL.likelihood(support.values().subList(0, 7)));
  }

  @Test
  void theFitSaysWhatItDeclinesOfQuestionsThatItHasNotSeen() {
    assertThat(AbstentionFit.fit(examples(100, .2, 2)).origin())
        .contains("100 answerable and 100 unanswerable", "not seen");
  }

  @Test
  void aModelOfOtherFeaturesIsNamed() {
    Abstention fitted = AbstentionFit.fit(examples(50, .1, 6));
    var names = fitted.names().stream().map(n -> n.equals("margin") ? "magic" : n).toList();
    var other =
        new Abstention(
            names,
            fitted.means(),
            fitted.scales(),
            fitted.weights(),
            fitted.bias(),
            fitted.threshold(),
            fitted.origin());

    assertThat(Support.require(fitted)).isEqualTo(fitted);
    assertThatThrownBy(() -> Support.require(other))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("another version")
        .hasMessageContaining("magic");
  }

  /// Answerable ones have cosines `gap` higher, with noise of .05.
  private static List<Labelled> examples(int each, double gap, long seed) {
    var random = new Random(seed);
    var examples = new ArrayList<Labelled>();
    for (int i = 0; i < 2 * each; i++) {
      boolean answerable = i % 2 == 0;
      double lift = answerable ? gap : 0;
      var support =
          new Support(
              .6 + lift + .05 * random.nextGaussian(),
              .6 + lift + .05 * random.nextGaussian(),
              random.nextDouble(),
              random.nextDouble(),
              random.nextDouble(),
              0, // a feature that never varies must do no harm
              random.nextDouble(),
              Double.NaN, // nor one that is never known
              Double.NaN);
      examples.add(new Labelled("question " + seed + " " + i, support, answerable, false));
    }
    return examples;
  }

  private static double declined(
      Abstention abstention, List<Labelled> examples, boolean answerable) {
    List<Labelled> those = examples.stream().filter(e -> e.answerable() == answerable).toList();
    long declined = those.stream().filter(e -> abstention.declines(e.support().values())).count();
    return (double) declined / those.size();
  }
}
