package dev.whetstone.workshop.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.encode.PairScorer;
import dev.whetstone.evaluate.Qrels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Questions find 60 passages; the answer stands at rank 5 of the candidate's hybrid, and at rank
/// 10 of the base's. Time is counted by the scorers: so much a passage.
class RerankProofTest {
  private static final int FOUND = 60;

  private final AtomicLong nanos = new AtomicLong();

  /// More passages than this take twice as long, each.
  private int slowAbove = Integer.MAX_VALUE;

  /// Scores a passage by a rule, and takes its time.
  private final class Scorer implements PairScorer {
    private final double millis;
    private final boolean knows;

    Scorer(double millis, boolean knows) {
      this.millis = millis;
      this.knows = knows;
    }

    @Override
    public float[] score(String question, List<String> passages) {
      double times = passages.size() > slowAbove ? 2 : 1;
      nanos.addAndGet((long) (1e6 * millis * times * passages.size()));
      var scores = new float[passages.size()];
      for (int i = 0; i < scores.length; i++) {
        boolean answer = passages.get(i).equals("answer");
        scores[i] = answer == knows ? 1 : -1;
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  private static RerankProof.Found found(int questions, String prefix) {
    var texts = new LinkedHashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    var base = new LinkedHashMap<String, Ranking>();
    var tuned = new LinkedHashMap<String, Ranking>();
    for (int i = 0; i < questions; i++) {
      String id = prefix + i;
      texts.put(id, "question " + i);
      gains.put(id, Map.of("answer", 1));
      base.put(id, ranking(10));
      tuned.put(id, ranking(5));
    }
    return new RerankProof.Found(texts, new Qrels(gains), base, tuned);
  }

  private static Ranking ranking(int rank) {
    var hits = new ArrayList<Hit>();
    for (int i = 1; i <= FOUND; i++) {
      hits.add(new Hit(i == rank ? "answer" : "p" + i, 1 - i / 100.0));
    }
    return new Ranking(hits);
  }

  private static Map<String, String> passages() {
    var texts = new LinkedHashMap<String, String>();
    texts.put("answer", "answer");
    for (int i = 1; i <= FOUND; i++) {
      texts.put("p" + i, "text " + i);
    }
    return texts;
  }

  private RerankReport prove(PairScorer scorer, @Nullable PairScorer untrained, boolean tuned) {
    var setup =
        new RerankProof.Setup(
            "manual/1", scorer, untrained, passages(), Duration.ofMillis(150), .95, 1);
    return new RerankProof(setup, found(40, "h"), found(120, "d"), Progress.NONE, nanos::get)
        .run(tuned);
  }

  @Test
  void aGainThatIsCertainTakesTheRerankerAtTheDepthThatFits() {
    RerankReport report = prove(new Scorer(10, true), null, true);

    assertThat(report.verdict().taken()).isTrue();
    assertThat(report.over()).isEqualTo("hybrid_tuned");
    assertThat(report.use().depth()).isEqualTo(15); // of 10 ms in 150
    assertThat(report.use().millis()).isEqualTo(150);
    assertThat(report.metrics())
        .containsOnlyKeys(RerankProof.RERANKED_BASE, RerankProof.RERANKED_TUNED);
    assertThat(Objects.requireNonNull(report.metrics().get(RerankProof.RERANKED_TUNED)).ndcg10())
        .isEqualTo(1);
    assertThat(Objects.requireNonNull(report.gains().get(RerankProof.RERANKED_TUNED)).low95())
        .isPositive();
  }

  @Test
  void aDepthThatTakesLongerThanItsPassagesSuggestIsMadeSmaller() {
    slowAbove = 12;

    RerankReport report = prove(new Scorer(10, true), null, true);

    // 15 of 10 ms seemed to fit, and took 300 ms: 20 ms each.
    assertThat(report.use().depth()).isEqualTo(7);
    assertThat(report.use().millis()).isEqualTo(70);
  }

  @Test
  void theGainIsReportedForEachTimeWithTheDepthReached() {
    RerankReport report = prove(new Scorer(10, true), null, true);

    assertThat(report.budgets())
        .extracting(RerankReport.AtBudget::millis)
        .containsExactly(50.0, 150.0, 500.0);
    assertThat(report.budgets())
        .extracting(RerankReport.AtBudget::depth)
        .containsExactly(5, 15, 50);
    assertThat(report.budgets().getFirst().gain().mean()).isPositive();
  }

  @Test
  void aRerankerThatMakesTheOrderWorseIsNotTaken() {
    RerankReport report = prove(new Scorer(10, false), null, true);

    assertThat(report.verdict().taken()).isFalse();
    assertThat(Objects.requireNonNull(report.gains().get(RerankProof.RERANKED_TUNED)).mean())
        .isLessThanOrEqualTo(0);
    assertThat(report.verdict().words()).contains("not proven");
  }

  @Test
  void whereTooFewPassagesFitTheBudgetItIsNotTakenAndLongerTimesAreStillReported() {
    RerankReport report = prove(new Scorer(100, true), null, true);

    assertThat(report.verdict().taken()).isFalse();
    assertThat(report.use().depth()).isZero();
    assertThat(report.verdict().words()).contains("100 ms", "150 ms");
    assertThat(report.budgets()).extracting(RerankReport.AtBudget::depth).containsExactly(0, 0, 5);
    assertThat(report.budgets().getLast().gain().mean()).isPositive();
  }

  @Test
  void whereNothingFitsNothingIsScored() {
    RerankReport report = prove(new Scorer(400, true), null, true);

    assertThat(report.verdict().taken()).isFalse();
    assertThat(report.budgets()).isEmpty();
    assertThat(report.metrics()).isEmpty();
  }

  @Test
  void itIsJudgedOverTheHybridThatServes() {
    RerankReport report = prove(new Scorer(20, true), null, false);

    // 7 passages fit; the answer stands at rank 10 of the base's hybrid.
    assertThat(report.use().depth()).isEqualTo(7);
    assertThat(report.over()).isEqualTo("hybrid_base");
    assertThat(Objects.requireNonNull(report.gains().get(RerankProof.RERANKED_BASE)).mean())
        .isZero();
    assertThat(Objects.requireNonNull(report.gains().get(RerankProof.RERANKED_TUNED)).mean())
        .isPositive();
    assertThat(report.verdict().taken()).isFalse();
  }

  @Test
  void theLoadedRerankerIsShownBesideTheTrainedOne() {
    RerankReport report = prove(new Scorer(10, true), new Scorer(10, false), true);

    assertThat(report.metrics())
        .containsOnlyKeys(
            RerankProof.RERANKED_BASE, RerankProof.RERANKED_TUNED, RerankProof.RERANKED_UNTRAINED);
    assertThat(Objects.requireNonNull(report.gains().get(RerankProof.RERANKED_UNTRAINED)).mean())
        .isLessThan(Objects.requireNonNull(report.gains().get(RerankProof.RERANKED_TUNED)).mean());
  }
}
