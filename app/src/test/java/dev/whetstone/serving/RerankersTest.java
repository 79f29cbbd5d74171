package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.search.RerankOutcome.Reason;
import dev.whetstone.search.Scoring;
import dev.whetstone.serving.RerankerSource.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RerankersTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(40);
  private static final List<String> PASSAGES = List.of("the tank", "the pump stops", "a valve");

  private final TestRerankers source = new TestRerankers();
  private final Rerankers rerankers = new Rerankers(source);

  @AfterEach
  void close() {
    rerankers.close();
  }

  private static Reranker.Model model(String version) {
    return new Reranker.Model("manual", version, 20, 1);
  }

  private static Version version(String version) {
    return new Version("manual", version);
  }

  private Scoring score(String version, Duration left) {
    return rerankers.score(model(version), "when does the pump stop?", PASSAGES, left);
  }

  @Test
  void aVersionIsOpenOnceHoweverManyUseIt() throws Exception {
    var scored = new ArrayList<Future<Scoring>>();
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 24; i++) {
        scored.add(threads.submit(() -> score("1", LONG)));
      }
      for (Future<Scoring> each : scored) {
        assertThat(each.get()).isEqualTo(new Scoring.Scored(List.of(0f, 1f, -1f)));
      }
    }

    assertThat(source.opened).hasValue(1);
    assertThat(source.scorer("1").calls).hasValue(24);
    assertThat(rerankers.names()).containsExactly("manual/1");
  }

  @Test
  void lateScoresAreDroppedAndTheScorerStaysOpenUntilItsWorkEnds() throws Exception {
    var go = new CountDownLatch(1);
    score("1", LONG);
    source.scorer("1").held = go;

    assertThat(score("1", SHORT)).isEqualTo(new Scoring.None(Reason.NO_TIME));

    rerankers.keep(Set.of());
    assertThat(source.scorer("1").closed).as("it works").isFalse();
    go.countDown();
    until(() -> source.scorer("1").closed);
  }

  @Test
  void notMoreWorkIsUnderWayThanThereArePermits() {
    var go = new CountDownLatch(1);
    score("1", LONG);
    source.scorer("1").held = go;
    int permits = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    for (int i = 0; i < permits + 3; i++) {
      assertThat(score("1", SHORT)).isEqualTo(new Scoring.None(Reason.NO_TIME));
    }

    assertThat(source.scorer("1").calls).hasValue(1 + permits);
    go.countDown();
    source.scorer("1").held = null;
    assertThat(score("1", LONG)).isInstanceOf(Scoring.Scored.class);
  }

  @Test
  void aScorerThatFailsCostsNoQuestion() {
    score("1", LONG);
    source.scorer("1").failure = new IllegalStateException("a native fault");

    assertThat(score("1", LONG)).isEqualTo(new Scoring.None(Reason.FAILED));

    source.scorer("1").failure = null;
    assertThat(score("1", LONG)).isInstanceOf(Scoring.Scored.class);
  }

  @Test
  void whatCannotBeOpenedIsNotTriedAtEveryQuestion() {
    source.broken = new Failure.CorruptArtifact("a byte has flipped");

    for (int i = 0; i < 5; i++) {
      assertThat(score("1", LONG)).isEqualTo(new Scoring.None(Reason.FAILED));
    }

    assertThat(source.opened).hasValue(1);
  }

  @Test
  void whatPlansNameIsOpenedBeforeItIsAskedForAndWhatTheyNoLongerNameIsClosed() {
    rerankers.keep(Set.of(version("1")));
    until(() -> rerankers.names().equals(List.of("manual/1")) && source.opened.get() == 1);
    score("1", LONG);
    assertThat(source.opened).hasValue(1);

    rerankers.keep(Set.of(version("2"))); // the app has another plan
    until(() -> source.scorers.containsKey(version("2")));
    assertThat(source.scorer("1").closed).isTrue();
    assertThat(score("2", LONG)).isInstanceOf(Scoring.Scored.class);

    rerankers.keep(Set.of(version("1"))); // rolled back
    until(() -> source.opened.get() == 3);
    assertThat(source.scorer("2").closed).isTrue();
    assertThat(score("1", LONG)).as("it is open").isInstanceOf(Scoring.Scored.class);

    rerankers.keep(Set.of());
    assertThat(rerankers.names()).isEmpty();
    assertThat(source.scorer("1").closed).isTrue();
  }

  @Test
  void theVersionThatServesCallersStaysOpenBesideThoseOfPlans() {
    source.serving = version("5");
    rerankers.scores(version("5"), "pump", PASSAGES, () -> false);

    rerankers.keep(Set.of());

    assertThat(source.scorer("5").closed).isFalse();
    source.serving = null;
    rerankers.keep(Set.of());
    assertThat(source.scorer("5").closed).isTrue();
  }

  @Test
  void manyTextsOfACallerAreScoredInPortionsAndInTheirOrder() {
    List<String> texts = new ArrayList<>(Collections.nCopies(100, "a valve"));
    texts.set(70, "the pump");

    List<Float> scores = rerankers.scores(version("1"), "pump", texts, () -> false);

    assertThat(scores).hasSize(100);
    assertThat(scores.indexOf(0f)).isEqualTo(70);
    assertThat(source.scorer("1").calls).hasValue(4);
  }

  @Test
  void aCallerWhoDisconnectsEndsHisWork() {
    var looks = new AtomicInteger();
    BooleanSupplier gone = () -> looks.incrementAndGet() > 1;

    assertThatThrownBy(
            () -> rerankers.scores(version("1"), "pump", Collections.nCopies(100, "a valve"), gone))
        .isInstanceOf(CancellationException.class);

    assertThat(source.scorer("1").passages).hasValue(32);
  }

  @Test
  void aCallerHearsWhatIsWrongWithTheReranker() {
    score("1", LONG);
    source.scorer("1").constant = Float.NaN;

    assertThatThrownBy(() -> rerankers.scores(version("1"), "pump", PASSAGES, () -> false))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("manual/1");
    source.broken = new Failure.BadInput("there is no such folder");
    assertThatThrownBy(() -> rerankers.scores(version("2"), "pump", PASSAGES, () -> false))
        .as("no caller's fault")
        .isInstanceOf(Failure.Unavailable.class);
  }

  private static void until(BooleanSupplier holds) {
    long until = System.nanoTime() + LONG.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(until);
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
