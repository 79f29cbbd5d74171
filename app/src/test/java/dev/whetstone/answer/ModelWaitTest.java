package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Filter;
import dev.whetstone.llm.ChatModel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ModelWaitTest {
  private static final String QUESTION = "When does the pump stop?";

  /// Notes whether it is being waited.
  private static final class Waiting implements ModelWait {
    private final AtomicBoolean now = new AtomicBoolean();
    private final AtomicInteger times = new AtomicInteger();

    @Override
    public <T> T during(Supplier<T> wait) {
      times.incrementAndGet();
      now.set(true);
      try {
        return wait.get();
      } finally {
        now.set(false);
      }
    }
  }

  @Test
  void theLanguageModelIsAskedOnlyWhileTheAnswerWaitsForIt() {
    var wait = new Waiting();
    var asked = new AtomicInteger();
    ChatModel model =
        Desk.model(
            _ -> {
              assertThat(wait.now).isTrue();
              asked.incrementAndGet();
              return "The pump stops when the tank is empty [1].";
            });
    var desk =
        new Desk(List.of(Desk.passage("p", "p.md", "The pump stops when the tank is empty.")));
    var answerer = desk.answerer(Desk.NEVER, AnswerSettings.DEFAULT, model);

    var answer =
        answerer.answer(
            QUESTION,
            Desk.vector(QUESTION),
            desk.find(QUESTION, Filter.ALL),
            1,
            wait,
            AnswerListener.NONE);

    assertThat(answer.mode()).isEqualTo("parrot");
    assertThat(asked).hasValue(1);
    assertThat(wait.times).hasValue(1);
    assertThat(wait.now).isFalse();
  }
}
