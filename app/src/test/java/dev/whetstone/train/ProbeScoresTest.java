package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.train.ProbeScores.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What `ProbeExperiment` measured (`probe.jsonl`; on pools of confusable passages
/// `probe-confusable.jsonl`), and what the rules of [DocumentProbe] and of others make of it.
class ProbeScoresTest {
  private final List<ProbeScores.Run> runs = runs("probe.jsonl");
  private final List<ProbeScores.Run> confusable = runs("probe-confusable.jsonl");

  private static double probe(Point point) {
    return point.signal("rich");
  }

  private static double knownItem(Point point) {
    return point.signal("ndcg");
  }

  private static List<ProbeScores.Run> runs(String file) {
    try (var in = Objects.requireNonNull(ProbeScoresTest.class.getResourceAsStream(file))) {
      return ProbeScores.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theProbeFollowsWhatPeoplesJudgementsSayAndKnownItemSearchDoesNot() {
    List<Point> points = ProbeScores.points(runs);

    assertThat(ProbeScores.correlation(points, ProbeScoresTest::probe)).isGreaterThan(.5);
    assertThat(ProbeScores.correlation(points, ProbeScoresTest::knownItem)).isLessThan(.2);
  }

  @Test
  void halfGainsMoreThanTheBestShareByTheProbeWhereThePassagesAreConfusable() {
    double best = 0;
    double taken = 0;
    for (ProbeScores.Run run : confusable) {
      int share = ProbeScores.chosen(run, ProbeScoresTest::probe);
      best += share < 0 ? 0 : run.points().get(share).truth();
      taken += truth(run);
    }

    assertThat(taken).isGreaterThan(best);
  }

  @Test
  void theUsualPairsGainMoreThanThoseThatTheProbeWouldChoose() {
    double usual = 0;
    double chosen = 0;
    for (ProbeScores.Run run : runs) {
      if (run.pairs().equals(ProbeScores.USUAL)) {
        usual += truth(run);
        chosen += truth(ProbeScores.pairsChosen(runs, run));
      }
    }

    assertThat(usual).isGreaterThan(chosen);
  }

  private static double truth(ProbeScores.Run run) {
    int share = ProbeScores.taken(run);
    return share < 0 ? 0 : run.points().get(share).truth();
  }

  @Test
  void whatTheProbeChoosesLosesNoMoreThanHalfAPoint() {
    var all = new ArrayList<>(runs);
    all.addAll(confusable);
    for (ProbeScores.Run run : all) {
      int chosen = ProbeScores.taken(run);

      if (chosen >= 0) {
        Point point = run.points().get(chosen);
        assertThat(point.dense()).as(run.key()).isGreaterThan(-.5);
        assertThat(point.hybrid()).as(run.key()).isGreaterThan(-.5);
      }
    }
  }
}
