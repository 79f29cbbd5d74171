package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ParallelTest {
  private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

  @Test
  void resultsComeInTheOrderOfTheItemsOnTheCallingThread() {
    var results = new ArrayList<Integer>();
    Thread caller = Thread.currentThread();

    Parallel.inOrder(
        3,
        HUNDRED,
        item -> {
          if (item % 7 == 0) {
            pause();
          }
          return 2 * item;
        },
        result -> {
          assertThat(Thread.currentThread()).isSameAs(caller);
          results.add(result);
        },
        () -> {});

    assertThat(results).isEqualTo(HUNDRED.stream().map(item -> 2 * item).toList());
  }

  @Test
  @Timeout(30)
  void whileOneItemTakesLongTheOthersGoOn() {
    var others = new CountDownLatch(3);
    var results = new ArrayList<Integer>();

    Parallel.inOrder(
        2,
        List.of(0, 1, 2, 3),
        item -> {
          if (item == 0) {
            await(others);
          } else {
            others.countDown();
          }
          return item;
        },
        results::add,
        () -> {});

    assertThat(results).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aFailureIsThrownAndWhatWasNotBegunIsLeft() {
    var begun = new AtomicInteger();
    var results = new ArrayList<Integer>();

    assertThatThrownBy(
            () ->
                Parallel.inOrder(
                    2,
                    HUNDRED,
                    item -> {
                      begun.incrementAndGet();
                      if (item == 5) {
                        throw new Failure.BadInput("item 5");
                      }
                      return item;
                    },
                    results::add,
                    () -> {}))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage("item 5");
    assertThat(results).containsExactly(0, 1, 2, 3, 4);
    assertThat(begun.get()).isLessThan(HUNDRED.size());
  }

  @Test
  @Timeout(30)
  void anInterruptStopsWhatIsUnderWay() {
    var ended = new CountDownLatch(1);
    var flagged = new AtomicBoolean();
    Thread.currentThread().interrupt();

    assertThatThrownBy(
            () ->
                Parallel.inOrder(
                    2,
                    HUNDRED,
                    item -> {
                      await(ended);
                      return item;
                    },
                    _ -> {},
                    () -> {
                      flagged.set(Thread.currentThread().isInterrupted());
                      ended.countDown();
                    }))
        .isInstanceOf(CancellationException.class);

    assertThat(flagged).as("what stops the work may wait").isFalse();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended.getCount()).isZero();
  }

  @Test
  void eachNumberIsWorkedOnOnce() {
    var sum = new AtomicInteger();

    Parallel.forEach(3, 100, () -> {}, sum::addAndGet);

    assertThat(sum.get()).isEqualTo(4950);
  }

  @Test
  @Timeout(30)
  void afterAFailureNoNumberIsBegun() {
    var begun = new AtomicInteger();

    assertThatThrownBy(
            () ->
                Parallel.forEach(
                    2,
                    100,
                    () -> {},
                    number -> {
                      begun.incrementAndGet();
                      if (number == 0) {
                        throw new Failure.BadInput("number 0");
                      }
                      pause();
                    }))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage("number 0");
    assertThat(begun.get()).isLessThan(100);
  }

  private static void pause() {
    try {
      Thread.sleep(2);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
