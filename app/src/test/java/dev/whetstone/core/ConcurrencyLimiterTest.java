package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ConcurrencyLimiterTest {
  private static final Duration SOON = Duration.ofMillis(30);
  private static final Duration LONG = Duration.ofSeconds(10);

  @Test
  void workThatEndsInTimeIsReturned() {
    var limiter = ConcurrencyLimiter.patient(1);

    assertThat(limiter.callWithin(LONG, () -> 7)).contains(7);
  }

  @Test
  void aCallerWaitsForHalfOfWhatTheWorkTakesWithoutItsOwnWaiting() {
    var now = new AtomicLong();
    var limiter = new ConcurrencyLimiter(1, 1, Duration.ofMillis(5), now::get);
    assertThat(limiter.patience()).isEqualTo(Duration.ofMillis(5));

    for (int i = 0; i < 100; i++) {
      int value =
          limiter.callYielding(
              yield -> {
                now.addAndGet(Duration.ofMillis(150).toNanos());
                return yield.during(
                    () -> {
                      now.addAndGet(Duration.ofSeconds(9).toNanos());
                      return 7;
                    });
              });
      assertThat(value).isEqualTo(7);
    }
    assertThat(limiter.patience()).isEqualTo(Duration.ofMillis(75));

    for (int i = 0; i < 200; i++) {
      long _ = limiter.call(() -> now.addAndGet(Duration.ofMinutes(1).toNanos()));
    }
    assertThat(limiter.patience()).isEqualTo(Duration.ofSeconds(1));

    for (int i = 0; i < 500; i++) {
      long _ = limiter.call(() -> now.addAndGet(Duration.ofMillis(8).toNanos()));
    }
    assertThat(limiter.patience()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void lateWorkGoesOnWithoutItsCallerAndKeepsItsPermit() throws InterruptedException {
    var limiter = ConcurrencyLimiter.patient(1);
    var go = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    var begun = new AtomicInteger();

    assertThat(
            limiter.callWithin(
                SOON,
                () -> {
                  begun.incrementAndGet();
                  await(go);
                  ended.countDown();
                  return 1;
                }))
        .isEmpty();

    assertThat(limiter.callWithin(SOON, begun::incrementAndGet)).as("no permit is free").isEmpty();
    assertThat(begun).as("nothing else was begun").hasValue(1);
    go.countDown();
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(limiter.callWithin(LONG, () -> 2)).contains(2);
  }

  @Test
  void whatTheWorkThrowsInTimeIsThrown() {
    var limiter = ConcurrencyLimiter.patient(1);

    assertThatThrownBy(
            () ->
                limiter.callWithin(
                    LONG,
                    () -> {
                      throw new Failure.Refused("no");
                    }))
        .isInstanceOf(Failure.Refused.class);
    assertThat(limiter.callWithin(LONG, () -> 1)).as("its permit is free again").contains(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
