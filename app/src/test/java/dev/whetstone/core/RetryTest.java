package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();

  private Retry retry(int attempts, Duration total) {
    return new Retry(new Retry.Limits(attempts, SECOND, Duration.ofSeconds(5), total), time);
  }

  @Test
  void pausesDoubleUpToTheLongestAndEachIsBetweenHalfItsBoundAndItsBound() throws Exception {
    var attempts = retry(6, HOUR).begin();

    for (int i = 0; i < 5; i++) {
      assertThat(attempts.pause(null)).isTrue();
    }

    assertThat(attempts.pause(null)).isFalse();
    assertThat(attempts.failed()).isEqualTo(6);
    assertThat(time.slept).hasSize(5);
    long[] bounds = {1000, 2000, 4000, 5000, 5000};
    for (int i = 0; i < bounds.length; i++) {
      assertThat(time.slept.get(i).toMillis()).isBetween(bounds[i] / 2, bounds[i]);
    }
  }

  @Test
  void pausesAreSpread() {
    var drawn = new java.util.HashSet<Duration>();
    for (int i = 0; i < 100; i++) {
      drawn.add(retry(2, HOUR).begin().next(null).orElseThrow());
    }

    assertThat(drawn).hasSizeGreaterThan(90);
  }

  @Test
  void theServersWishIsAddedToThePauseAndMayBeLongerThanTheLongest() throws Exception {
    var attempts = retry(3, HOUR).begin();

    assertThat(attempts.pauseAfter("60")).isTrue();

    assertThat(time.slept.getFirst()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
  }

  @Test
  void anAttemptThatWouldBeginAfterTheTotalTimeIsNotWaitedFor() throws Exception {
    var attempts = retry(9, Duration.ofSeconds(30)).begin();

    assertThat(attempts.pauseAfter("31")).isFalse();
    time.advance(Duration.ofSeconds(30));
    assertThat(attempts.pause(null)).isFalse();

    assertThat(time.slept).isEmpty();
  }

  @Test
  void aCallIsRepeatedUntilItSucceeds() throws Exception {
    var calls = new AtomicInteger();

    String result =
        retry(5, HOUR)
            .call(
                () -> {
                  if (calls.incrementAndGet() < 3) {
                    throw new IOException("not yet");
                  }
                  return "done";
                },
                e -> e instanceof IOException);

    assertThat(result).isEqualTo("done");
    assertThat(time.slept).hasSize(2);
  }

  @Test
  void afterTheLastAttemptTheFailureItselfIsThrown() {
    var calls = new AtomicInteger();

    assertThatThrownBy(
            () ->
                retry(3, HOUR)
                    .call(
                        () -> {
                          throw new IOException("attempt " + calls.incrementAndGet());
                        },
                        _ -> true))
        .isInstanceOf(IOException.class)
        .hasMessage("attempt 3");
  }

  @Test
  void aFailureThatDoesNotPassIsThrownAtOnce() {
    assertThatThrownBy(
            () ->
                retry(3, HOUR)
                    .call(
                        () -> {
                          throw new IllegalStateException("a bug");
                        },
                        e -> e instanceof IOException))
        .hasMessage("a bug");
    assertThat(time.slept).isEmpty();
  }

  @Test
  void anInterruptEndsThePause() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> retry(3, HOUR).begin().pause(null))
        .isInstanceOf(InterruptedException.class);

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> time.pause(SECOND)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void retryAfterIsSecondsOrADate() {
    Instant now = Instant.parse("2026-01-05T08:00:00Z");

    assertThat(Retry.serverDelay(" 120 ", now)).isEqualTo(Duration.ofMinutes(2));
    assertThat(Retry.serverDelay("Mon, 5 Jan 2026 08:00:30 GMT", now))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(Retry.serverDelay("Mon, 5 Jan 2026 07:00:00 GMT", now)).isZero();
    assertThat(Retry.serverDelay("soon", now)).isNull();
    assertThat(Retry.serverDelay("99999999", now)).isNull();
    assertThat(Retry.serverDelay(null, now)).isNull();
  }
}
