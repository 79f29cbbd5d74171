package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.GuardedChat;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.llm.ReplyListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Answers while they are made. The model under test writes what it is told to, and then waits.
@Timeout(60)
class AnswerStreamTest {
  /// A fraction of a second, on a machine that does nothing else; `clients/first_event.py` measures
  /// it.
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final String QUESTION = "When does the pump stop?";
  private static final String FIRST = "The pump stops when the tank is empty [1]. ";

  private final Desk desk =
      new Desk(
          List.of(
              Desk.passage(
                  "p1",
                  "pumps",
                  "The pump stops when the tank is empty. The pump stops when the alarm rings.")));

  /// Takes what an answer tells.
  private static final class Heard implements AnswerListener {
    private final List<Sentence> sentences = new ArrayList<>();
    private final List<Citation> citations = new ArrayList<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicBoolean gone = new AtomicBoolean();

    @Override
    public void sentence(Sentence sentence, List<Citation> added) {
      sentences.add(sentence);
      citations.addAll(added);
      first.countDown();
    }

    @Override
    public boolean cancelled() {
      return gone.get();
    }
  }

  /// Writes its pieces, and ends only when it is let, or interrupted.
  private static final class Writing implements ChatModel {
    private final List<String> pieces;
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;

    Writing(String... pieces) {
      this.pieces = List.of(pieces);
    }

    @Override
    public String name() {
      return "writer";
    }

    @Override
    public Reply chat(List<Message> messages, ChatOptions options) {
      return chat(messages, options, ReplyListener.NONE);
    }

    @Override
    public Reply chat(List<Message> messages, ChatOptions options, ReplyListener listener) {
      pieces.forEach(listener::text);
      try {
        go.await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw new Failure.Unavailable("interrupted", e);
      }
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      return new Reply(String.join("", pieces), Reply.Finish.STOP, 100, 20);
    }

    @Override
    public void close() {}
  }

  private Answer answer(ChatModel model, Duration budget, Heard heard) {
    return desk.answerer(Desk.NEVER, AnswerSettings.DEFAULT.withChatBudget(budget), model)
        .answer(
            QUESTION,
            Desk.vector(QUESTION),
            desk.find(QUESTION, Filter.ALL),
            3,
            ModelWait.INSIDE,
            heard);
  }

  @Test
  void aSentenceIsToldWhenItsCitationsHoldWhileTheModelStillWrites() throws Exception {
    var model =
        new Writing(
            "Penguins live ", "here [1]. The pump stops when the tank", " is empty [1]. It");
    var heard = new Heard();
    var done = new Answer[1];
    Thread making =
        Thread.ofVirtual().start(() -> done[0] = answer(model, Duration.ofSeconds(50), heard));

    assertThat(heard.first.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(making.isAlive()).isTrue();
    model.go.countDown();
    making.join();

    assertThat(heard.sentences)
        .containsExactly(new Sentence("The pump stops when the tank is empty.", List.of(1)));
    assertThat(heard.citations).extracting(Citation::passageId).containsExactly("p1");
    assertThat(done[0].sentences()).isEqualTo(heard.sentences);
    assertThat(done[0].citations()).isEqualTo(heard.citations);
    assertThat(done[0].outcome()).isEqualTo(Answer.Outcome.ANSWERED);
    assertThat(done[0].usage()).isEqualTo(new Answer.Usage(100, 20));
  }

  @Test
  void whatAModelWroteBeforeItBrokeOffStaysAndQuotesThatSayMoreFollow() {
    var model = new Writing(FIRST + "The pump stops when");
    model.failure = new Failure.Unavailable("cut");
    model.go.countDown();
    var heard = new Heard();

    Answer answer = answer(model, Duration.ofSeconds(50), heard);

    assertThat(answer.outcome()).isEqualTo(Answer.Outcome.BROKE_OFF);
    assertThat(answer.mode()).isEqualTo("writer");
    assertThat(answer.note()).contains("writer").contains("first sentence");
    assertThat(heard.sentences)
        .extracting(Sentence::text)
        .containsExactly(
            "The pump stops when the tank is empty.", "The pump stops when the alarm rings.");
    assertThat(answer.sentences()).isEqualTo(heard.sentences);
  }

  @Test
  void aModelThatIsTooSlowIsCutOffWithinTheBudget() throws Exception {
    var model = new Writing(FIRST + "It");
    var heard = new Heard();
    long start = System.nanoTime();

    Answer answer = answer(model, Duration.ofMillis(500), heard);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(answer.outcome()).isEqualTo(Answer.Outcome.BROKE_OFF);
    assertThat(heard.sentences.getFirst().text()).contains("tank is empty");
    assertThat(model.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anAnswerThatNobodyWantsAnyMoreEndsTheModelSoonAndIsNoFailureOfIt() throws Exception {
    for (int i = 0; i < 4; i++) { // as often as would open the circuit breaker
      var model = new Writing(FIRST + "It");
      var guarded = new GuardedChat(model, 1);
      var heard = new Heard();
      var thrown = new Throwable[1];
      Thread making =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      answer(guarded, Duration.ofSeconds(50), heard);
                    } catch (CancellationException e) {
                      thrown[0] = e;
                    }
                  });
      assertThat(heard.first.await(30, TimeUnit.SECONDS)).isTrue();

      long start = System.nanoTime();
      heard.gone.set(true);

      assertThat(model.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
      making.join();
      assertThat(thrown[0]).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void aModelThatDeclinesBeforeItsFirstSentenceDeclinesAndIsNotReadOn() throws Exception {
    var model = new Writing("NOT_IN_DOCUMENTS\n", FIRST);
    var heard = new Heard();

    Answer answer = answer(model, Duration.ofSeconds(50), heard);

    assertThat(answer.declined()).isTrue();
    assertThat(heard.sentences).isEmpty();
    assertThat(model.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void quotedSentencesAreToldToo() {
    var heard = new Heard();

    Answer answer =
        desk.answerer(Desk.NEVER, AnswerSettings.DEFAULT, null)
            .answer(
                QUESTION,
                Desk.vector(QUESTION),
                desk.find(QUESTION, Filter.ALL),
                3,
                ModelWait.INSIDE,
                heard);

    assertThat(heard.sentences).isEqualTo(answer.sentences()).isNotEmpty();
  }
}
