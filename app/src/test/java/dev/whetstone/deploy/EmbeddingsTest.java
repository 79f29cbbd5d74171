package dev.whetstone.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddingsTest {
  private static final EmbeddingLimits SMALL =
      new EmbeddingLimits(8, 16, 4, 1 << 16, Duration.ofSeconds(20));

  @TempDir private Path folder;
  private Model first;
  private Model second;
  private final AtomicReference<Model> serving = new AtomicReference<>();
  private final List<Gate> gates = java.util.Collections.synchronizedList(new ArrayList<>());

  /// Not the common pool: its threads do not see the class path of every launcher of tests.
  private final java.util.concurrent.ExecutorService threads =
      Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void models() {
    var prompts = new Prompts("query: ", "passage: ");
    first = TinyBert.write(folder.resolve("models/a/1"), 1, Pooling.MEAN, prompts, 32);
    second = TinyBert.write(folder.resolve("models/a/2"), 2, Pooling.MEAN, prompts, 32);
    serving.set(first);
  }

  @AfterEach
  void open() {
    gates.forEach(Gate::open);
    threads.shutdownNow();
  }

  private Encoder encoder(Model model) {
    return Encoders.open(
        model, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
  }

  private Embeddings embeddings(EmbeddingLimits limits, boolean shut) {
    return new Embeddings(
        "docs",
        serving::get,
        TestLeases.of(
            model -> {
              var gate = new Gate(encoder(model), shut);
              gates.add(gate);
              return gate;
            }),
        new Deployments(folder, folder.resolve("deployments")),
        limits);
  }

  private static EmbeddingResult embed(Embeddings embeddings, Role role, List<String> texts) {
    return embeddings.embed("docs", role, texts, true, () -> false);
  }

  @Test
  void eachTextHasItsOwnVectorWhateverItWasBatchedWith() throws Exception {
    List<List<String>> requests =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    IntStream.rangeClosed(0, i % 7)
                        .mapToObj(j -> "message " + i + " " + "route ".repeat((i * 5 + j * 3) % 11))
                        .toList())
            .toList();
    try (var embeddings = embeddings(EmbeddingLimits.DEFAULT, true);
        var alone = encoder(first)) {

      var futures = new ArrayList<java.util.concurrent.Future<EmbeddingResult>>();
      for (int i = 0; i < requests.size(); i++) {
        Role role = i % 2 == 0 ? Role.PASSAGE : Role.QUERY;
        List<String> texts = requests.get(i);
        futures.add(threads.submit(() -> embed(embeddings, role, texts)));
      }
      while (gates.isEmpty()) {
        Thread.sleep(5);
      }
      gates.getFirst().called.await();
      gates.getFirst().open();

      for (int i = 0; i < requests.size(); i++) {
        EmbeddingResult done = futures.get(i).get();
        assertThat(done.vectors().size()).isEqualTo(requests.get(i).size());
        for (int row = 0; row < done.vectors().size(); row++) {
          String text = requests.get(i).get(row);
          float[] expected =
              i % 2 == 0
                  ? alone.texts(List.of("x"), List.of(text), Progress.NONE).vector(0)
                  : alone.query(text);
          assertThat((double) done.vectors().dot(row, expected)).isCloseTo(1, within(1e-5));
        }
      }
      assertThat(gates.getFirst().calls).hasSizeLessThan(requests.size()); // batched
    }
  }

  @Test
  void aShortRequestDoesNotWaitForALongOneToEnd() throws Exception {
    var limits = new EmbeddingLimits(100, 200, 16, 1 << 16, Duration.ofSeconds(20));
    List<String> many = IntStream.range(0, 100).mapToObj(i -> "long " + i).toList();
    try (var embeddings = embeddings(limits, true)) {
      var slow =
          CompletableFuture.supplyAsync(() -> embed(embeddings, Role.PASSAGE, many), threads);
      while (gates.isEmpty()) {
        Thread.sleep(5);
      }
      Gate gate = gates.getFirst();
      gate.called.await();
      var quick =
          CompletableFuture.supplyAsync(
              () -> embed(embeddings, Role.PASSAGE, List.of("short")), threads);
      Thread.sleep(100); // it is in the queue by now, or comes later still
      gate.open();
      quick.join();
      slow.join();

      int at = 0;
      while (!gate.calls.get(at).contains("short")) {
        at++;
      }
      assertThat(at).isLessThanOrEqualTo(gate.calls.size() / 2);
    }
  }

  @Test
  void tokensAreWhatTheModelReads() {
    try (var embeddings = embeddings(SMALL, false)) {
      int passage = embed(embeddings, Role.PASSAGE, List.of("the message")).tokens();
      int two = embed(embeddings, Role.PASSAGE, List.of("the message", "the message")).tokens();
      int cut = embed(embeddings, Role.PASSAGE, List.of("the ".repeat(100))).tokens();

      assertThat(passage).isEqualTo(2 + 8 + 2); // p a s s a g e : in letters, [CLS], [SEP]
      assertThat(two).isEqualTo(2 * passage);
      assertThat(cut).isEqualTo(first.maxTokens());
      assertThatThrownBy(
              () ->
                  embeddings.embed(
                      "docs", Role.PASSAGE, List.of("a", "the ".repeat(100)), false, () -> false))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("input 1 has 110 tokens, and the model reads 32");
    }
  }

  @Test
  void beyondTheTextsInWorkCallersAreSentAwayAndThenTakenAgain() throws Exception {
    try (var embeddings = embeddings(SMALL, true)) {
      List<String> eight = IntStream.range(0, 8).mapToObj(i -> "text " + i).toList();
      var one =
          CompletableFuture.supplyAsync(() -> embed(embeddings, Role.PASSAGE, eight), threads);
      var two =
          CompletableFuture.supplyAsync(() -> embed(embeddings, Role.PASSAGE, eight), threads);
      while (embeddings.inWork() < 16) {
        Thread.sleep(5);
      }

      assertThatThrownBy(() -> embed(embeddings, Role.PASSAGE, List.of("one more")))
          .isInstanceOf(Busy.class)
          .hasMessageContaining("16 texts are in work");
      while (gates.isEmpty()) {
        Thread.sleep(5);
      }
      gates.getFirst().open();
      one.join();
      two.join();
      assertThat(embed(embeddings, Role.PASSAGE, List.of("one more")).vectors().size()).isOne();
      assertThat(embeddings.inWork()).isZero();
    }
  }

  @Test
  void whatACallerWhoIsGoneAskedForIsNotComputed() throws Exception {
    var limits = new EmbeddingLimits(64, 128, 4, 1 << 16, Duration.ofSeconds(20));
    List<String> many = IntStream.range(0, 64).mapToObj(i -> "text " + i).toList();
    try (var embeddings = embeddings(limits, true)) {

      assertThatThrownBy(() -> embeddings.embed("docs", Role.PASSAGE, many, true, () -> true))
          .isInstanceOf(CancellationException.class);
      gates.getFirst().open();
      embed(embeddings, Role.PASSAGE, List.of("another"));

      assertThat(gates.getFirst().calls.stream().mapToInt(List::size).sum()).isLessThan(10);
      assertThat(embeddings.inWork()).isZero();
    }
  }

  @Test
  void thePromotedModelIsFollowedAndADeploymentStays() {
    try (var embeddings = embeddings(SMALL, false)) {
      embeddings.deployments().put("pinned", "models/a/1", first);
      embed(embeddings, Role.PASSAGE, List.of("a"));

      serving.set(second);

      assertThat(embed(embeddings, Role.PASSAGE, List.of("a")).vectors().space())
          .isEqualTo(second.space());
      assertThat(
              embeddings
                  .embed("pinned", Role.PASSAGE, List.of("a"), true, () -> false)
                  .vectors()
                  .space())
          .isEqualTo(first.space());
      assertThat(embeddings.models())
          .extracting(ServedModel::id, ServedModel::space)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("docs", second.space()),
              org.assertj.core.groups.Tuple.tuple("pinned", first.space()));
    }
    assertThat(gates).allMatch(gate -> gate.closed);
  }

  @Test
  void aDeploymentWhoseModelBecameAnotherIsRefused() throws Exception {
    try (var embeddings = embeddings(SMALL, false)) {
      embeddings.deployments().put("pinned", "models/a/1", first);
      dev.whetstone.store.WholeFile.delete(first.folder());
      Files.move(second.folder(), first.folder());

      assertThatThrownBy(() -> embeddings.model("pinned"))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining("is not the one that was deployed as pinned");
    }
  }

  /// Without what we write beside a model: as it comes from elsewhere.
  private static Model foreign(Model model) throws IOException {
    for (String ours : List.of("manifest.json", "whetstone.json")) {
      Files.delete(model.folder().resolve(ours));
    }
    return Model.open(model.folder());
  }

  private static void prompts(Model model, String query) throws IOException {
    Files.writeString(
        model.folder().resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"" + query + "\", \"passage\": \"passage: \"}}");
  }

  @Test
  void anotherQueryPromptIsRefusedUntilItIsDeployedAndThenTakenUp() throws Exception {
    Model before = foreign(first);
    try (var embeddings = embeddings(SMALL, false)) {
      embeddings.deployments().put("pinned", "models/a/1", before);
      var one = embeddings.embed("pinned", Role.QUERY, List.of("the"), true, () -> false);

      prompts(before, "question: ");
      Model after = Model.open(before.folder());

      assertThat(after.space()).isEqualTo(before.space());
      try (var restarted = embeddings(SMALL, false)) {
        assertThatThrownBy(() -> restarted.model("pinned"))
            .isInstanceOf(Failure.CorruptArtifact.class)
            .hasMessageContaining("its files are others");
      }
      embeddings.deployments().put("pinned", "models/a/1", after);
      var two = embeddings.embed("pinned", Role.QUERY, List.of("the"), true, () -> false);
      assertThat(two.tokens()).isGreaterThan(one.tokens());
    }
  }

  @Test
  void theSameModelUnderTwoNamesIsOpenOnce() {
    try (var embeddings = embeddings(SMALL, false)) {
      embeddings.deployments().put("pinned", "models/a/1", first);

      embed(embeddings, Role.PASSAGE, List.of("a"));
      embeddings.embed("pinned", Role.PASSAGE, List.of("a"), true, () -> false);

      assertThat(gates).hasSize(1);
    }
  }

  @Test
  void aDeploymentWhoseFolderIsGoneIsTheServersFault() {
    try (var embeddings = embeddings(SMALL, false)) {
      embeddings.deployments().put("pinned", "models/a/1", first);
      dev.whetstone.store.WholeFile.delete(first.folder());

      assertThatThrownBy(() -> embeddings.model("pinned"))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("the model pinned cannot be opened");
    }
  }

  @Test
  void whileAModelIsOpenedOthersAreServedAndWhoWantsItWaitsForThatOneOpening() throws Exception {
    var opening = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var opened = new AtomicInteger();
    var embeddings =
        new Embeddings(
            "docs",
            serving::get,
            TestLeases.of(
                model -> {
                  if (model.space().equals(second.space())) {
                    opening.countDown();
                    awaited(go);
                  }
                  opened.incrementAndGet();
                  return encoder(model);
                }),
            new Deployments(folder, folder.resolve("deployments")),
            SMALL);
    try (embeddings;
        var _ = new Closing(go::countDown)) { // also where this test fails
      embeddings.deployments().put("slow", "models/a/2", second);
      var waiting = new ArrayList<CompletableFuture<EmbeddingResult>>();
      for (int i = 0; i < 2; i++) {
        waiting.add(
            CompletableFuture.supplyAsync(
                () -> embeddings.embed("slow", Role.PASSAGE, List.of("a"), true, () -> false),
                threads));
      }
      opening.await();

      var meanwhile =
          CompletableFuture.supplyAsync(
              () -> embed(embeddings, Role.PASSAGE, List.of("a")), threads);
      assertThat(meanwhile.get(20, TimeUnit.SECONDS).vectors().space()).isEqualTo(first.space());
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      go.countDown();

      for (var each : waiting) {
        assertThat(each.get(20, TimeUnit.SECONDS).vectors().space()).isEqualTo(second.space());
      }
      assertThat(opened).hasValue(2);
    }
  }

  private record Closing(Runnable action) implements AutoCloseable {
    @Override
    public void close() {
      action.run();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void modelsBeyondTheMostThatAreKeptAreClosedAndOpenedAgain() {
    var models = new ArrayList<Model>();
    for (int i = 0; i < 6; i++) {
      models.add(
          TinyBert.write(folder.resolve("many/" + i), 10 + i, Pooling.MEAN, Prompts.NONE, 32));
    }
    try (var embeddings = embeddings(SMALL, false)) {
      for (int round = 0; round < 2; round++) {
        for (Model model : models) {
          serving.set(model);

          assertThat(embed(embeddings, Role.PASSAGE, List.of("a")).vectors().space())
              .isEqualTo(model.space());
        }
      }

      assertThat(gates).hasSize(12);
      assertThat(gates.stream().filter(gate -> !gate.closed)).hasSize(4);
    }
    assertThat(gates).allMatch(gate -> gate.closed);
  }

  @Test
  void halfACharacterIsReadAsTheUnknownOne() {
    try (var embeddings = embeddings(SMALL, false)) {
      EmbeddingResult done =
          embed(embeddings, Role.PASSAGE, List.of("a \ud800 b", "a \ufffd b", "\u0000"));

      assertThat(done.vectors().vector(0)).isEqualTo(done.vectors().vector(1));
    }
  }
}
