package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeasesTest {
  private final AtomicInteger opened = new AtomicInteger();
  private final List<Integer> closed = Collections.synchronizedList(new ArrayList<>());

  private Leases<String, Integer> leases(int idle) {
    return new Leases<>(idle, Duration.ofSeconds(20), closed::add);
  }

  private Lease<Integer> take(Leases<String, Integer> leases, String key) {
    return leases.take(key, opened::incrementAndGet);
  }

  @Test
  void aValueIsOpenedOnceAndClosedWithItsLastLease() {
    var leases = leases(0);
    Lease<Integer> first = take(leases, "a");
    Lease<Integer> second = take(leases, "a");
    Lease<Integer> shared = first.share().orElseThrow();

    first.close();
    first.close(); // once more does nothing
    second.close();

    assertThat(opened).hasValue(1);
    assertThat(closed).isEmpty();
    assertThat(shared.value()).isEqualTo(1);
    shared.close();
    assertThat(closed).containsExactly(1);
    assertThat(shared.share()).as("of a lease that is over").isEmpty();
    try (Lease<Integer> again = take(leases, "a")) {
      assertThat(again.value()).isEqualTo(2);
    }
  }

  @Test
  void idleValuesStayOpenTheOneUsedLongestAgoIsClosedFirst() {
    var leases = leases(2);
    for (String key : List.of("a", "b", "a", "c")) {
      take(leases, key).close();
    }

    assertThat(closed).as("b, the second opened").containsExactly(2);
    assertThat(leases.ifOpen("b")).isEmpty();
    try (Lease<Integer> kept = leases.ifOpen("a").orElseThrow()) {
      assertThat(kept.value()).isEqualTo(1);
    }
    assertThat(leases.size()).isEqualTo(2);
  }

  @Test
  void whoComesWhileItIsOpenedWaitsForThatOpeningAndOthersDoNot() throws Exception {
    var leases = leases(0);
    var opening = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> opener = threads.submit(() -> slowly(leases, opening, go));
      opening.await();
      var waiting = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 3; i++) {
        waiting.add(threads.submit(() -> take(leases, "slow").value()));
      }

      take(leases, "other").close();

      assertThat(leases.ifOpen("slow")).as("it is not open yet").isEmpty();
      assertThat(waiting).noneMatch(Future::isDone);
      go.countDown();
      for (Future<Integer> each : waiting) {
        assertThat(each.get()).isEqualTo(opener.get());
      }
    }
  }

  private static int slowly(
      Leases<String, Integer> leases, CountDownLatch opening, CountDownLatch go) {
    return leases
        .take(
            "slow",
            () -> {
              opening.countDown();
              try {
                return go.await(20, TimeUnit.SECONDS) ? 77 : 0;
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })
        .value();
  }

  @Test
  void aFailureIsToldToAllWhoWaitedAndTheNextTriesAgain() throws Exception {
    var leases = leases(0);
    var opening = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Lease<Integer>> opener =
          threads.submit(
              () ->
                  leases.take(
                      "a",
                      () -> {
                        opening.countDown();
                        try {
                          go.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        throw new Failure.Unavailable("it is down");
                      }));
      opening.await();
      Future<Lease<Integer>> waiting = threads.submit(() -> take(leases, "a"));
      while (leases.size() < 1) {
        Thread.onSpinWait();
      }
      Thread.sleep(50); // until it waits
      go.countDown();

      assertThatThrownBy(opener::get).hasRootCauseMessage("it is down");
      assertThatThrownBy(waiting::get).hasRootCauseMessage("it is down");
      assertThat(leases.size()).isZero();
      try (Lease<Integer> now = take(leases, "a")) {
        assertThat(now.value()).isEqualTo(1);
      }
    }
  }

  @Test
  void whoWaitsTooLongIsRefusedAndHoldsNothing() throws Exception {
    var leases = new Leases<String, Integer>(0, Duration.ofMillis(50), closed::add);
    var opening = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> opener =
          threads.submit(
              () -> {
                try (Lease<Integer> lease =
                    leases.take(
                        "a",
                        () -> {
                          opening.countDown();
                          try {
                            return go.await(20, TimeUnit.SECONDS) ? 5 : 0;
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                        })) {
                  return lease.value();
                }
              });
      opening.await();

      assertThatThrownBy(() -> take(leases, "a"))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("still being opened");

      go.countDown();
      assertThat(opener.get()).isEqualTo(5);
      assertThat(closed).containsExactly(5);
    }
  }

  @Test
  void whatIsForgottenIsClosedWithItsLastLeaseAndOpenedAnew() {
    var leases = leases(4);
    Lease<Integer> used = take(leases, "a");
    take(leases, "b").close();

    leases.forget(key -> true);

    assertThat(closed).as("b, which was idle").containsExactly(2);
    Lease<Integer> anew = take(leases, "a");
    assertThat(anew.value()).isEqualTo(3);
    used.close();
    assertThat(closed).containsExactly(2, 1);
    anew.close();
    assertThat(closed).as("it stays, idle").containsExactly(2, 1);
  }

  @Test
  void closedWhileAValueIsOpenedItIsClosedByItsOpener() throws Exception {
    var leases = leases(4);
    var opening = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var held = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> opener =
          threads.submit(
              () -> {
                try (Lease<Integer> lease =
                    leases.take(
                        "a",
                        () -> {
                          opening.countDown();
                          try {
                            return go.await(20, TimeUnit.SECONDS) ? 9 : 0;
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                        })) {
                  held.set(closed.isEmpty() && lease.value() == 9);
                }
              });
      opening.await();

      leases.close();

      go.countDown();
      opener.get();
      assertThat(held).as("open while its opener held it").isTrue();
      assertThat(closed).containsExactly(9);
      assertThatThrownBy(() -> take(leases, "a")).isInstanceOf(Failure.Unavailable.class);
    }
  }

  /// What many threads hold is open, whatever is forgotten meanwhile, and all is closed once in the
  /// end.
  @Test
  void underLoadEachValueIsOpenWhileItIsHeldAndClosedOnce() throws Exception {
    var open = ConcurrentHashMap.<Integer>newKeySet();
    var twice = new AtomicInteger();
    var dead = new AtomicInteger();
    var leases =
        new Leases<String, Integer>(
            1,
            Duration.ofSeconds(20),
            value -> {
              if (!open.remove(value)) {
                twice.incrementAndGet();
              }
            });
    try (var threads = Executors.newFixedThreadPool(8)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        var random = new Random(i);
        running.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 2000; round++) {
                    String key = "k" + random.nextInt(3);
                    if (random.nextInt(20) == 0) {
                      leases.forget(key::equals);
                    }
                    boolean fails = random.nextInt(10) == 0;
                    try (Lease<Integer> lease =
                            leases.take(
                                key,
                                () -> {
                                  if (fails) {
                                    throw new Failure.Unavailable("down");
                                  }
                                  int value = opened.incrementAndGet();
                                  open.add(value);
                                  return value;
                                });
                        Lease<Integer> shared = lease.share().orElseThrow()) {
                      dead.addAndGet(open.contains(shared.value()) ? 0 : 1);
                    } catch (Failure.Unavailable _) {
                      // it is tried again
                    }
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }

    leases.close();

    assertThat(dead).as("held and closed").hasValue(0);
    assertThat(twice).as("closed twice").hasValue(0);
    assertThat(open).as("never closed").isEmpty();
  }
}
