package dev.whetstone.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GuardedChatTest {
  private final AtomicLong now = new AtomicLong(7);
  private final Stub model = new Stub();
  private final GuardedChat chat = new GuardedChat(model, 2, now::get);

  private static final class Stub implements ChatModel {
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(2);
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;
    private volatile boolean hangs;
    private volatile boolean onVirtual;

    @Override
    public String name() {
      return "stub";
    }

    @Override
    public Reply chat(List<Message> messages, ChatOptions options) {
      asked.incrementAndGet();
      onVirtual |= Thread.currentThread().isVirtual();
      if (hangs) {
        begun.countDown();
        try {
          go.await();
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw new Failure.Unavailable("interrupted", e);
        }
      }
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      return new Reply("yes", Reply.Finish.STOP, 1, 1);
    }

    @Override
    public void close() {}
  }

  private String ask() {
    return chat.chat(List.of(), ChatOptions.DEFAULT).text();
  }

  private void fails(int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(this::ask).isInstanceOf(Failure.Unavailable.class);
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aModelThatFailsAgainAndAgainIsLeftAloneAndTriedByOneAfterAPause() {
    model.failure = new Failure.Unavailable("down");
    fails(GuardedChat.FAILURES);
    assertThat(model.asked).hasValue(GuardedChat.FAILURES);

    fails(5);
    assertThat(model.asked).as("asked while it is left alone").hasValue(GuardedChat.FAILURES);

    pass(GuardedChat.PAUSE);
    fails(5);
    assertThat(model.asked).as("one try").hasValue(GuardedChat.FAILURES + 1);

    pass(GuardedChat.PAUSE);
    model.failure = null;
    assertThat(ask()).isEqualTo("yes");
    assertThat(ask()).isEqualTo("yes");
  }

  @Test
  void failuresThatAreNotInARowOrNotTheModelsDoNotCount() {
    for (int i = 0; i < 10; i++) {
      model.failure = new Failure.Unavailable("down");
      fails(GuardedChat.FAILURES - 1);
      model.failure = null;
      assertThat(ask()).isEqualTo("yes");
    }
    model.failure = new Failure.BadInput("too long");
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(this::ask).isInstanceOf(Failure.BadInput.class);
    }
    model.failure = null;
    assertThat(ask()).isEqualTo("yes");
  }

  @Test
  void moreRepliesThanAllowedAreRefusedAtOnceAndNeverRunOnVirtualThreads() throws Exception {
    model.hangs = true;
    var threads = List.of(started(), started());
    assertThat(model.begun.await(10, TimeUnit.SECONDS)).isTrue();

    assertThatThrownBy(this::ask)
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("llm.concurrent");

    model.go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(ask()).isEqualTo("yes");
    assertThat(model.onVirtual).isFalse();
  }

  @Test
  void callersThatGiveUpInterruptTheModelAndCountAsItsFailures() throws Exception {
    model.hangs = true;
    for (int i = 0; i < GuardedChat.FAILURES; i++) {
      int asked = i + 1;
      Thread thread = started();
      while (model.asked.get() < asked) {
        Thread.sleep(5);
      }
      thread.interrupt();
      thread.join();
      assertThat(model.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    fails(1);

    assertThat(model.asked).hasValue(GuardedChat.FAILURES);
  }

  @Test
  void callersWhoseReplyNobodyWantsAnyMoreDoNotCountAsFailuresOfTheModel() throws Exception {
    model.hangs = true;
    var unwanted =
        new ReplyListener() {
          @Override
          public void text(String piece) {}

          @Override
          public boolean cancelled() {
            return true;
          }
        };
    for (int i = 0; i < 2 * GuardedChat.FAILURES; i++) {
      int asked = i + 1;
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      chat.chat(List.of(), ChatOptions.DEFAULT, unwanted);
                    } catch (Failure.Unavailable _) {
                      // it was interrupted
                    }
                  });
      while (model.asked.get() < asked) {
        Thread.sleep(5);
      }
      thread.interrupt();
      thread.join();
      while (chat.free() < 2) { // the model's own thread is interrupted a moment later
        Thread.sleep(5);
      }
    }
    model.hangs = false;

    assertThat(ask()).isEqualTo("yes");
  }

  private Thread started() {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                ask();
              } catch (Failure.Unavailable _) {
                // it was interrupted
              }
            });
  }
}
