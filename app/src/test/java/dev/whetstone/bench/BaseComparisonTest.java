package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.bench.BaseReport.Base;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaseComparisonTest {
  @TempDir private Path folder;
  private Path collection;
  private String one;
  private String other;

  @BeforeEach
  void aCollectionAndTwoModels() throws IOException {
    collection = folder.resolve("kitchen");
    one = TinyBert.write(folder.resolve("one"), 1).folder().toString();
    other = TinyBert.write(folder.resolve("other"), 2).folder().toString();
    SmallCollection.write(collection, 40);
  }

  private BaseReport compare(List<String> names) {
    return new BaseComparison(names, folder.resolve("cache"), 1, Progress.NONE)
        .compare(BaseQuestions.of(Beir.open(collection), "test", 0));
  }

  @Test
  void everyBaseIsScoredOnTheSameQuestionsAndComparedWithTheBest() {
    BaseReport report = compare(List.of(one, other));

    assertThat(report.questions()).isEqualTo(40);
    assertThat(report.bases()).extracting(Base::name).containsExactly(one, other);
    Base best = named(report, report.best());
    for (Base base : report.bases()) {
      assertThat(base.hybrid().ndcg10()).isLessThanOrEqualTo(best.hybrid().ndcg10());
      assertThat(base.hybridGain().mean())
          .isCloseTo(base.hybrid().ndcg10() - best.hybrid().ndcg10(), within(1e-9));
      assertThat(base.denseGain().mean())
          .isCloseTo(base.dense().ndcg10() - best.dense().ndcg10(), within(1e-9));
      assertThat(base.millis()).isPositive();
      assertThat(base.parameters()).isPositive();
    }
  }

  @Test
  void aBaseWhoseIntervalLiesBelowZeroIsNotRecommended() {
    BaseReport report = compare(List.of(one, other));

    assertThat(report.provenWorse(named(report, report.recommended()))).isFalse();
  }

  @Test
  void provenWorseMeansThatTheWholeIntervalIsBelowZero() {
    Base base = named(compare(List.of(one, other)), one);

    Base below = base.against(Gain.NONE, new Gain(-.05, -.09, -.01));
    Base across = base.against(Gain.NONE, new Gain(-.05, -.11, .01));
    assertThat(BaseReport.provenWorse(below, 10)).isTrue();
    assertThat(BaseReport.provenWorse(across, 10)).isFalse();
    assertThat(BaseReport.provenWorse(below, 9)).as("on too few questions").isFalse();
  }

  @Test
  void ofTwoThatRankAlikeTheSmallerIsRecommendedThoughTheLargerIsNamedFirst() {
    String larger = TinyBert.writeLarger(folder.resolve("larger"), 1).folder().toString();

    BaseReport report = compare(List.of(larger, one));

    assertThat(named(report, larger).parameters()).isGreaterThan(named(report, one).parameters());
    assertThat(report.best()).isEqualTo(larger);
    assertThat(named(report, one).hybridGain()).isEqualTo(new Gain(0, 0, 0));
    assertThat(report.recommended()).isEqualTo(one);
  }

  @Test
  void theSmallestThatIsNotProvenWorseIsRecommended() {
    Base best = base("best", 300, 30, Gain.NONE);
    Base middle = base("middle", 200, 20, new Gain(-.02, -.05, .01));
    Base small = base("small", 100, 10, new Gain(-.06, -.09, -.03));

    assertThat(BaseComparison.recommended(List.of(best, middle, small), 50)).isEqualTo(middle);
    assertThat(BaseComparison.recommended(List.of(small, best), 50)).isEqualTo(best);
    assertThat(BaseComparison.recommended(List.of(small, middle, best), 50)).isEqualTo(middle);
  }

  @Test
  void ofTwoOfOneSizeTheFasterIsRecommended() {
    Base best = base("best", 200, 30, Gain.NONE);
    Base faster = base("faster", 200, 20, new Gain(-.02, -.05, .01));

    assertThat(BaseComparison.recommended(List.of(best, faster), 50)).isEqualTo(faster);
  }

  private Base base(String name, long parameters, double millis, Gain gain) {
    Metrics some = Metrics.ZERO;
    return new Base(name, 16, parameters, 128, 0, millis, .5, some, some, gain, gain);
  }

  @Test
  void aBaseComparedWithItselfIsRefused() {
    assertThatThrownBy(() -> compare(List.of(one, one))).isInstanceOf(Failure.BadInput.class);
  }

  @Test
  void anUnknownBaseIsToldBeforeAnythingIsEmbedded() {
    assertThatThrownBy(() -> compare(List.of(one, "no-such-model")))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("no-such-model");
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  private static Base named(BaseReport report, String name) {
    return report.bases().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
  }
}
