package dev.whetstone.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.torch.Precision;
import dev.whetstone.torch.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BatchedGgufTest {
  private static final ChatOptions LIKELIEST = new ChatOptions(30, 0, List.of());
  private static final String TASK = "read what follows and write a question about it in few words";

  @TempDir Path folder;

  private ChatModel open(int threads, int parallel) {
    return open(TinyChat.write(folder, "llama", 1, 1), threads, parallel);
  }

  /// In fp32: in bf16 two words of random weights can change places by what else is in a pass.
  private static ChatModel open(Path file, int threads, int parallel) {
    var settings = new LlmSettings.Gguf(file, 512, threads, parallel);
    return GgufModels.here(settings, () -> Precision.FP32).orElseThrow();
  }

  private static List<Message> asking(int number) {
    String passage = "passage of " + (char) ('a' + number) + " and".repeat(number % 5);
    return List.of(Message.system(TASK), Message.user(passage));
  }

  private static List<Reply> together(ChatModel model, int count) throws Exception {
    try (var threads = Executors.newFixedThreadPool(count)) {
      List<Future<Reply>> asked =
          IntStream.range(0, count)
              .mapToObj(i -> threads.submit(() -> model.chat(asking(i), LIKELIEST)))
              .toList();
      var replies = new ArrayList<Reply>();
      for (Future<Reply> one : asked) {
        replies.add(one.get());
      }
      return replies;
    }
  }

  @Test
  void manyRepliesAtOnceAreThoseOfEachAlone() throws Exception {
    var alone = new ArrayList<Reply>();
    try (ChatModel model = open(1, 1)) {
      for (int i = 0; i < 20; i++) {
        alone.add(model.chat(asking(i), LIKELIEST));
      }
    }
    try (ChatModel model = open(2, 6)) {
      assertThat(together(model, 20)).isEqualTo(alone);
    }
    assertThat(Set.copyOf(alone)).hasSizeGreaterThan(10);
    assertThat(alone).allSatisfy(reply -> assertThat(reply.outputTokens()).isPositive());
  }

  @Test
  void theSameSeedDrawsTheSameWordsAndAnotherOneOthers() {
    try (ChatModel model = open(1, 1)) {
      Reply first = model.chat(asking(1), new ChatOptions(40, 1, List.of(), 7));

      assertThat(model.chat(asking(1), new ChatOptions(40, 1, List.of(), 7))).isEqualTo(first);
      assertThat(model.chat(asking(1), new ChatOptions(40, 1, List.of(), 8))).isNotEqualTo(first);
    }
  }

  @Test
  void aReplyEndsWithItsLongestLengthAStopSequenceOrTheEndToken() {
    Reply whole;
    try (ChatModel model = open(1, 1)) {
      whole = model.chat(asking(2), LIKELIEST);
      assertThat(whole.finish()).isEqualTo(Reply.Finish.LENGTH);
      assertThat(whole.outputTokens()).isEqualTo(30);

      String stop = whole.text().substring(3, 5);
      Reply stopped = model.chat(asking(2), new ChatOptions(30, 0, List.of(stop)));
      assertThat(stopped.text()).isEqualTo(whole.text().substring(0, whole.text().indexOf(stop)));
      assertThat(stopped.finish()).isEqualTo(Reply.Finish.STOP);
      assertThat(stopped.outputTokens()).isLessThan(30);
    }
    char third = whole.text().charAt(2);
    String token = third == ' ' ? "Ġ" : third == '\n' ? "Ċ" : String.valueOf(third);
    Path ending = TinyChat.write(folder, "llama", 1, TinyChat.tokens().indexOf(token));
    try (ChatModel model = open(ending, 1, 1)) {
      Reply ended = model.chat(asking(2), LIKELIEST);

      assertThat(ended.text()).isEqualTo(whole.text().substring(0, whole.text().indexOf(third)));
      assertThat(ended.finish()).isEqualTo(Reply.Finish.STOP);
    }
  }

  @Test
  void aPromptThatIsLongerThanTheContextIsRefused() {
    try (ChatModel model = open(1, 2)) {
      List<Message> longest = List.of(Message.user("word ".repeat(200)));

      assertThatThrownBy(() -> model.chat(longest, LIKELIEST))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("512");
    }
  }

  @Test
  void anInterruptEndsOneReplyAndLeavesTheOthers() throws Exception {
    try (ChatModel model = open(1, 4)) {
      var failure = new AtomicReference<Throwable>();
      var longest = new ChatOptions(300, 0, List.of());
      Thread asking =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      var _ = model.chat(asking(1), longest);
                    } catch (Failure e) {
                      failure.set(e);
                    }
                  });
      asking.interrupt();
      asking.join();

      assertThat(failure.get()).isInstanceOf(Failure.Unavailable.class);
      assertThat(model.chat(asking(2), LIKELIEST).outputTokens()).isEqualTo(30);
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    ChatModel model = open(1, 2);
    try (var threads = Executors.newFixedThreadPool(6)) {
      List<Future<Reply>> asked =
          IntStream.range(0, 6)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> model.chat(asking(i), new ChatOptions(300, 0, List.of()))))
              .toList();
      Thread.sleep(50);
      model.close();
      for (Future<Reply> one : asked) {
        try {
          assertThat(one.get().outputTokens()).isPositive(); // it was done before
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(Failure.Unavailable.class);
        }
      }
    }
    assertThatThrownBy(() -> model.chat(asking(0), LIKELIEST))
        .isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void onePromptAtATimeIsAnsweredWhereMoreCoresWait() throws Exception {
    try (ChatModel model = open(2, 6)) {
      for (int i = 0; i < 5; i++) {
        Thread.sleep(30); // until both wait

        assertThat(model.chat(asking(i), LIKELIEST).outputTokens()).isEqualTo(30);
      }
    }
  }

  @Test
  void promptsOfTwoKindsInTurnAreAllAnsweredAsEachAlone() throws Exception {
    var kinds = List.of(TASK, "lies was folgt und schreib eine frage dazu in wenigen worten");
    List<List<Message>> prompts =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    List.of(
                        Message.system(kinds.get(i % 2)),
                        Message.user("text " + (char) ('a' + i % 26))))
            .toList();
    var alone = new ArrayList<Reply>();
    try (ChatModel model = open(1, 1)) {
      prompts.forEach(prompt -> alone.add(model.chat(prompt, LIKELIEST)));
    }
    try (ChatModel model = open(1, 4);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reply>> asked =
          prompts.stream().map(each -> threads.submit(() -> model.chat(each, LIKELIEST))).toList();
      var together = new ArrayList<Reply>();
      for (Future<Reply> one : asked) {
        together.add(one.get());
      }

      assertThat(together).isEqualTo(alone);
    }
  }

  @Test
  void weightsThatAreNoNumbersAreToldToAllThatAskAndTheModelCanBeClosed() throws Exception {
    Path file = TinyChat.write(folder, "llama", 1, 1);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(bytes.length - Float.BYTES, Float.NaN);
    Files.write(file, bytes);
    long before = Scope.liveTensors();
    try (ChatModel model = open(file, 2, 6);
        var threads = Executors.newFixedThreadPool(12)) {
      List<Future<Reply>> asked =
          IntStream.range(0, 12)
              .mapToObj(i -> threads.submit(() -> model.chat(asking(i), LIKELIEST)))
              .toList();
      for (Future<Reply> one : asked) {
        assertThatThrownBy(one::get)
            .hasCauseInstanceOf(Failure.CorruptArtifact.class)
            .hasMessageContaining(file.toString());
      }
      assertThatThrownBy(() -> model.chat(asking(0), LIKELIEST))
          .isInstanceOf(Failure.CorruptArtifact.class);
    }
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void anInterruptedThreadCloses() {
    ChatModel model = open(2, 2);
    Thread.currentThread().interrupt();

    model.close();

    assertThat(Thread.interrupted()).isTrue();
    model.close(); // once more does nothing
  }

  @Test
  void aNetworkOfAnotherFamilyIsLeftToLlamaCpp() {
    Path other = TinyChat.write(folder, "mamba", 1, 1);

    // which says that it cannot be loaded, as its tensors are not those of the family
    assertThatThrownBy(() -> GgufModels.open(new LlmSettings.Gguf(other, 512, 1, 8)).close())
        .isInstanceOf(Failure.BadInput.class);
  }

  @Test
  void aKnownFamilyIsComputedHereInWhatTheProcessorMultipliesFastest() {
    var settings = new LlmSettings.Gguf(TinyChat.write(folder, "llama", 1, -1), 512, 1, 1);

    try (ChatModel model = GgufModels.open(settings)) {
      assertThat(model).isInstanceOf(BatchedGguf.class);
      assertThat(model.chat(asking(1), LIKELIEST).outputTokens()).isEqualTo(30);
    }
  }

  @Test
  void whatLeavesAFileToLlamaCppIsTold() throws Exception {
    assertThat(GgufModels.obstacle(TinyChat.write(folder, "llama", 1, 1))).isEmpty();
    assertThat(GgufModels.obstacle(TinyChat.write(folder, "mamba", 1, 1)))
        .contains(GgufModels.Obstacle.NETWORK);
    assertThat(GgufModels.obstacle(DecoderSessionTest.fixture("llama.gguf")))
        .contains(GgufModels.Obstacle.TEMPLATE);
    assertThat(GgufModels.obstacle(Files.writeString(folder.resolve("text"), "no model")))
        .contains(GgufModels.Obstacle.FILE);
  }

  @Test
  void anEndTokenThatIsNoTokenEndsNothing() {
    try (ChatModel model = open(TinyChat.write(folder, "llama", 1, -1), 1, 1)) {
      assertThat(model.chat(asking(1), LIKELIEST).outputTokens()).isEqualTo(30);
    }
  }

  @Test
  void aTensorThatIsMissingIsNamed() {
    Path file = TinyChat.write(folder, "qwen3", 1, 1); // it has no norms of queries and keys

    assertThatThrownBy(() -> GgufModels.open(new LlmSettings.Gguf(file, 512, 1, 8)).close())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("attn_q_norm");
  }
}
