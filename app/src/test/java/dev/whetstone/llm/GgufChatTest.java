package dev.whetstone.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tests that write a reply need a file: any small chat model, named by `WHETSTONE_GGUF`.
class GgufChatTest {
  @TempDir Path folder;

  @Test
  void aFileThatIsNoGgufOrNotThereIsNamed() throws Exception {
    Path text = Files.writeString(folder.resolve("model.gguf"), "hello");

    assertThatThrownBy(() -> ChatModels.open(new LlmSettings.Gguf(text, 512, 1)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("model.gguf is not a GGUF file");
    assertThatThrownBy(
            () -> ChatModels.open(new LlmSettings.Gguf(folder.resolve("none.gguf"), 512, 1)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("none.gguf does not exist");
  }

  @Test
  void aModelRepliesStopsAndRefusesWhatDoesNotFit() {
    try (ChatModel model = ChatModels.open(new LlmSettings.Gguf(file(), 512, 2))) {
      List<Message> count =
          List.of(Message.user("Count from one to ten in digits: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"));

      Reply whole = model.chat(count, new ChatOptions(8, 0, List.of()));
      Reply again = model.chat(count, new ChatOptions(8, 0, List.of()));
      String start = whole.text().strip().substring(0, 3);
      String stop = start.substring(2);
      Reply stopped = model.chat(count, new ChatOptions(8, 0, List.of(stop)));

      assertThat(whole.text()).isNotBlank();
      assertThat(whole.finish()).isEqualTo(Reply.Finish.LENGTH);
      assertThat(whole.inputTokens()).isBetween(20, 100);
      assertThat(again).isEqualTo(whole);
      assertThat(stopped.text()).doesNotContain(stop);
      assertThat(stopped.finish()).isEqualTo(Reply.Finish.STOP);
      assertThatThrownBy(
              () ->
                  model.chat(
                      List.of(Message.user("word ".repeat(600))), new ChatOptions(8, 0, List.of())))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("context")
          .hasMessageContaining("512");
      assertThat(model.chat(count, new ChatOptions(8, 0, List.of()))).isEqualTo(whole);
    }
  }

  @Test
  void anInterruptEndsWriting() throws Exception {
    try (ChatModel model = ChatModels.open(new LlmSettings.Gguf(file(), 1024, 2))) {
      var thrown = new Throwable[1];
      Thread writing =
          new Thread(
              () -> {
                try {
                  model.chat(
                      List.of(Message.user("Write a very long story about the sea.")),
                      new ChatOptions(900, 0, List.of()));
                } catch (RuntimeException e) {
                  thrown[0] = e;
                }
              });
      writing.start();
      Thread.sleep(1000);
      writing.interrupt();
      writing.join(5000);

      assertThat(writing.isAlive()).isFalse();
      assertThat(thrown[0]).isInstanceOf(Failure.Unavailable.class);
      assertThat(
              model
                  .chat(List.of(Message.user("Say hi.")), new ChatOptions(4, 0, List.of()))
                  .outputTokens())
          .isPositive();
    }
  }

  @Test
  void aReplyIsHandedOverTokenByToken() {
    try (ChatModel model = ChatModels.open(new LlmSettings.Gguf(file(), 512, 2))) {
      List<Message> count = List.of(Message.user("Count from one to ten in digits: 1, 2, 3"));
      var pieces = new ArrayList<String>();

      Reply reply = model.chat(count, new ChatOptions(12, 0, List.of()), pieces::add);

      assertThat(pieces).hasSizeGreaterThan(3);
      assertThat(String.join("", pieces)).isEqualTo(reply.text());
    }
  }

  @Test
  void anInterruptEndsReadingALongPromptAndThenTheSamePromptGetsTheSameReply() throws Exception {
    try (ChatModel model = ChatModels.open(new LlmSettings.Gguf(file(), 2048, 2))) {
      List<Message> asked =
          List.of(Message.user("The tank is empty at night. ".repeat(100) + "When is it empty?"));
      var options = new ChatOptions(4, 0, List.of());
      long start = System.nanoTime();
      Reply whole = model.chat(asked, options);
      long took = System.nanoTime() - start;
      Thread reading =
          new Thread(
              () ->
                  assertThatThrownBy(() -> model.chat(asked, options))
                      .isInstanceOf(Failure.Unavailable.class));

      start = System.nanoTime();
      reading.start();
      reading.interrupt();
      reading.join();

      assertThat(System.nanoTime() - start).isLessThan(took / 2);
      assertThat(model.chat(asked, options)).isEqualTo(whole);
    }
  }

  @Test
  void severalRepliesAreWrittenAtOnceAndAClosedModelWritesNone() throws Exception {
    ChatModel model = ChatModels.open(new LlmSettings.Gguf(file(), 512, 2, 4));
    try (var threads = Executors.newFixedThreadPool(8)) {
      var replies = new ArrayList<Future<Reply>>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        replies.add(
            threads.submit(
                () ->
                    model.chat(
                        List.of(Message.user("Say the number " + number + " and no more.")),
                        new ChatOptions(12, 0, List.of()))));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(replies.get(i).get().text()).contains(String.valueOf(i));
      }
    }

    model.close();

    assertThatThrownBy(
            () -> model.chat(List.of(Message.user("Hi")), new ChatOptions(4, 0, List.of())))
        .isInstanceOf(Failure.Unavailable.class);
  }

  private static Path file() {
    String name = System.getenv("WHETSTONE_GGUF");
    assumeTrue(name != null, "WHETSTONE_GGUF names no GGUF file: no model to run");
    return Path.of(name);
  }
}
