package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Filter;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.llm.ReplyListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A language model is asked while the words of a question are weighed; whether the question is
/// answered hangs on the words alone.
@Timeout(120)
class EarlyAskTest {
  private static final List<String> QUESTIONS =
      List.of(
          "When does the pump stop?",
          "At how many bar does the valve open?",
          "Does the Kubernetes operator of Zürich restart the pump?",
          "Does the Zürich valve open at four bar?",
          "Who won the cup in 1998?",
          "oil",
          "?");

  private final Desk desk = Desk.ofPumps();
  private final ConcurrentLinkedQueue<CountDownLatch> ended = new ConcurrentLinkedQueue<>();

  /// Writes nothing, and ends when it is told to.
  private final ChatModel silent =
      new ChatModel() {
        @Override
        public String name() {
          return "silent";
        }

        @Override
        public Reply chat(List<Message> messages, ChatOptions options) {
          throw new AssertionError("the reply is read as a stream");
        }

        @Override
        public Reply chat(List<Message> messages, ChatOptions options, ReplyListener listener) {
          var end = new CountDownLatch(1);
          ended.add(end);
          try {
            while (!listener.cancelled()) {
              Thread.sleep(5);
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          end.countDown();
          return new Reply("", Reply.Finish.STOP, 1, 0);
        }

        @Override
        public void close() {}
      };

  private Answer answer(double threshold, @Nullable ChatModel chat, String question) {
    Abstention d = DefaultAbstention.MODEL;
    var abstention =
        new Abstention(d.names(), d.means(), d.scales(), d.weights(), d.bias(), threshold, "test");
    return desk.answerer(abstention, AnswerSettings.DEFAULT.withBoundedSupport(), chat)
        .answer(question, Desk.vector(question), desk.find(question, Filter.ALL), 3);
  }

  @Test
  void whetherToAnswerIsDecidedAsWithoutALanguageModel() {
    ChatModel model = Desk.model(_ -> "The pump stops when the tank is empty [1].");
    var decisions = new ArrayList<Boolean>();
    for (String question : QUESTIONS) {
      for (double threshold = 0; threshold <= 1.0001; threshold += .02) {
        Answer quoted = answer(threshold, null, question);

        Answer written = answer(threshold, model, question);

        assertThat(written.declined()).as(question + threshold).isEqualTo(quoted.declined());
        assertThat(written.refusal()).isEqualTo(quoted.refusal());
        decisions.add(written.declined());
      }
    }
    assertThat(decisions).contains(true, false);
  }

  @Test
  void aModelThatWasAskedAboutADeclinedQuestionStopsItsWork() throws Exception {
    int declined = 0;
    for (String question : QUESTIONS) {
      for (double threshold = .02; threshold <= 1.0001; threshold += .02) {
        if (answer(threshold, null, question).declined()) {
          declined++;
          assertThat(answer(threshold, silent, question).declined()).isTrue();
        }
      }
    }
    for (CountDownLatch end : ended) {
      assertThat(end.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ended).as("asked about some of %d", declined).isNotEmpty();
    assertThat(ended).as("not asked where the bounds decline").hasSizeLessThan(declined / 2);
  }
}
