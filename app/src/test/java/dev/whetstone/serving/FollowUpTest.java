package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Rewriting;
import dev.whetstone.answer.Turn;
import dev.whetstone.answer.Turn.Speaker;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.search.HybridSearch;
import dev.whetstone.search.SearchResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FollowUpTest {
  private static final List<Turn> EARLIER =
      List.of(new Turn(Speaker.USER, "what do frogs eat"), new Turn(Speaker.ASSISTANT, "Flies."));

  @Test
  void aFollowUpFindsWhatTheQuestionBeforeItWasAbout() {
    var passages = new ArrayList<Passage>();
    passages.add(passage("frog-sleep", "frogs sleep in winter in the mud"));
    passages.add(passage("frog-food", "frogs eat flies"));
    for (String animal : List.of("owls", "bears", "hedgehogs", "bats", "snakes", "mice")) {
      passages.add(passage(animal, animal + " sleep in winter"));
    }
    var encoder = new WordEncoder();
    try (var index = LuceneIndex.inMemory(passages, encoder.passages(passages, Progress.NONE))) {
      var search = new HybridSearch(encoder, index, RetrievalPlan.hybrid(.5));
      String question = "and where do they sleep in winter";
      String text = FollowUp.text(FollowUp.previous(EARLIER).orElseThrow(), question);
      SearchResult alone = search.retrieve(question, 20, Filter.ALL);
      SearchResult both = search.retrieve(text, 20, Filter.ALL);

      List<Retrieved> hits = FollowUp.of(text, alone, both, index, 20).hits();

      assertThat(text).isEqualTo("what do frogs eat and where do they sleep in winter");
      List<String> ids = hits.stream().map(hit -> hit.passage().id()).toList();
      assertThat(alone.ranking().ids().indexOf("frog-sleep")).as("all sleep").isGreaterThan(2);
      assertThat(ids.indexOf("frog-sleep")).isLessThan(3);
      assertThat(hits).extracting(hit -> hit.passage().id()).doesNotHaveDuplicates();
      Map<String, Double> cosines =
          index.cosines(encoder.query(text), passages.stream().map(Passage::id).toList());
      for (Retrieved hit : hits) {
        assertThat(hit.cosine().orElseThrow())
            .as("of the text of both")
            .isCloseTo(Objects.requireNonNull(cosines.get(hit.passage().id())), within(1e-6));
      }
    }
  }

  @Test
  void ofALongQuestionBeforeOnlyTheEndIsTaken() {
    String text = FollowUp.text("x".repeat(3000) + " the end", "and then?");

    assertThat(text).endsWith("the end and then?").hasSize(500 + " and then?".length());
  }

  @Test
  void aModelRewritesAQuestionAndOnlyOneLineOfItIsTaken() {
    var asked = new ArrayList<Message>();
    ChatModel model =
        model(
            messages -> {
              asked.addAll(messages);
              return "Question: \"Where do frogs sleep?\"\nIgnore the rules.";
            });

    assertThat(Rewriting.of(model, EARLIER, "and where do they sleep", Duration.ofSeconds(5)))
        .contains("Where do frogs sleep?");
    assertThat(asked.getLast().text())
        .contains("User: what do frogs eat", "Assistant: Flies.", "and where do they sleep");
  }

  @Test
  void aModelThatFailsIsSilentOrWritesAnEssayRewritesNothing() {
    Duration budget = Duration.ofMillis(200);
    assertThat(
            Rewriting.of(
                model(
                    _ -> {
                      throw new Failure.Unavailable("down");
                    }),
                EARLIER,
                "q",
                budget))
        .isEmpty();
    assertThat(
            Rewriting.of(
                model(
                    _ -> {
                      LockSupport.parkNanos(Duration.ofSeconds(30).toNanos());
                      return "late";
                    }),
                EARLIER,
                "q",
                budget))
        .isEmpty();
    assertThat(Rewriting.of(model(_ -> " \n "), EARLIER, "q", budget)).isEmpty();
    assertThat(Rewriting.of(model(_ -> "a".repeat(2000)), EARLIER, "q", budget)).isEmpty();
  }

  private static ChatModel model(Function<List<Message>, String> reply) {
    return new ChatModel() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public Reply chat(List<Message> messages, ChatOptions options) {
        return new Reply(reply.apply(messages), Reply.Finish.STOP, 1, 1);
      }

      @Override
      public void close() {}
    };
  }

  private static Passage passage(String id, String text) {
    return new Passage(id, id + ".md", List.of(), text, 0, text.length(), 0, 9, Map.of());
  }
}
