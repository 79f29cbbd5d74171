package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.bench.ProofOptions.Labels;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.model.TinyBert;
import dev.whetstone.train.Recipe;
import dev.whetstone.train.TrainingLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole proof on a made collection with a tiny random encoder.
class CollectionProofTest {
  private static final String[] THINGS = {"salt", "pasta", "queue", "broker", "key", "oil", "file"};

  @TempDir Path folder;
  private Path collection;
  private Path base;

  @BeforeEach
  void aCollection() throws IOException {
    collection = folder.resolve("kitchen");
    Files.createDirectories(collection.resolve("qrels"));
    base = TinyBert.write(folder.resolve("tiny"), 1).folder();
    var corpus = new StringBuilder();
    var queries = new StringBuilder();
    var train = new StringBuilder("query-id\tcorpus-id\tscore\n");
    var test = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < 98; i++) {
      String one = THINGS[i % 7];
      String other = THINGS[i / 7 % 7];
      corpus.append(
          ("{\"_id\":\"d%d\",\"title\":\"%s of %s\",\"text\":\"The %s is in the %s %d. How to heat"
                  + " the %s with water? Does the %s not cook?\"}\n")
              .formatted(i, one, other, one, other, i, one, other));
      queries.append(
          "{\"_id\":\"q%d\",\"text\":\"what is %s of the %s %d\"}\n".formatted(i, one, other, i));
      (i % 3 == 0 ? test : train).append("q%d\td%d\t1\n".formatted(i, i));
    }
    Files.writeString(collection.resolve("corpus.jsonl"), corpus);
    Files.writeString(collection.resolve("queries.jsonl"), queries);
    Files.writeString(collection.resolve("qrels/train.tsv"), train);
    Files.writeString(collection.resolve("qrels/test.tsv"), test);
  }

  private ProofOptions options(@Nullable Labels labels, int limit, @Nullable Path json) {
    return options(labels, limit, json, ProofOptions.Reranking.NONE);
  }

  private ProofOptions options(
      @Nullable Labels labels, int limit, @Nullable Path json, ProofOptions.Reranking reranking) {
    return new ProofOptions(
        collection,
        new ProofOptions.ModelTraining(
            labels,
            base.toString(),
            null,
            null,
            Recipe.STANDARD,
            TrainingLimits.of(Duration.ofSeconds(60)),
            1),
        List.of("test"),
        limit,
        json,
        folder.resolve("cache"),
        false,
        reranking);
  }

  @Test
  void withLabelsEverythingIsScoredAndReported() throws IOException {
    Path json = folder.resolve("report.json");

    var reports = CollectionProof.run(options(null, 20, json), Progress.NONE, _ -> {});

    assertThat(reports).hasSize(1);
    var report = reports.getFirst();
    assertThat(report.labels()).isEqualTo("train");
    assertThat(report.comparison().queries()).isEqualTo(20);
    assertThat(report.comparison().metrics())
        .containsOnlyKeys("bm25", "base", "tuned", "hybrid_base", "hybrid_tuned");
    assertThat(report.comparison().metrics().get("bm25")).isNotNull();
    assertThat(report.training().pairs()).isPositive();
    assertThat(report.embedding().passages()).isEqualTo(98);
    assertThat(Files.readString(json)).isEqualTo(report.json() + "\n");
  }

  @Test
  void withoutLabelsNoJudgementsAreReadButTheScoredOnes() throws IOException {
    Files.writeString(collection.resolve("qrels/train.tsv"), "this is no judgement file\nat all\n");
    Files.writeString(collection.resolve("qrels/dev.tsv"), "nor this\none\n");

    var report =
        CollectionProof.run(options(Labels.NONE, 0, null), Progress.NONE, _ -> {}).getFirst();

    assertThat(report.weights()).isEqualTo(new ProofReport.Weights(.6, .6, .5));
    assertThat(report.comparison().queries()).isEqualTo(33);
  }

  @Test
  void writtenQuestionsTrainAndNoJudgementIsRead() throws IOException {
    Files.writeString(collection.resolve("qrels/train.tsv"), "this is no judgement file\nat all\n");
    Path written = folder.resolve("written.jsonl");
    var lines = new StringBuilder();
    for (int i = 0; i < 98; i++) {
      String passage = i % 2 == 0 ? "\"passage\":\"d" + i + "\"" : source("d" + i);
      lines.append("{\"question\":\"how is it with number %d\",%s}\n".formatted(i, passage));
    }
    Files.writeString(written, lines);
    var options = options(Labels.WRITTEN, written);

    var report = CollectionProof.run(options, Progress.NONE, _ -> {}).getFirst();

    assertThat(report.labels()).isEqualTo("written");
    assertThat(report.training().choices()).isNotEmpty();
    if (report.weights().interpolation() == 0) { // the base stood
      assertThat(report.comparison().metrics().get("tuned"))
          .isEqualTo(report.comparison().metrics().get("base"));
    }
  }

  @Test
  void whatShorterVectorsCostIsReported() {
    var options =
        new ProofOptions(
            collection,
            new ProofOptions.ModelTraining(
                null,
                base.toString(),
                null,
                null,
                Recipe.parse("plain,matryoshka=8"),
                TrainingLimits.of(Duration.ofSeconds(60)),
                1),
            List.of("test"),
            0,
            null,
            folder.resolve("cache"),
            false,
            ProofOptions.Reranking.NONE);

    var comparison = CollectionProof.run(options, Progress.NONE, _ -> {}).getFirst().comparison();

    assertThat(comparison.metrics()).containsKeys("tuned_8", "hybrid_tuned_8");
    double shorter = Objects.requireNonNull(comparison.metrics().get("tuned_8")).ndcg10();
    double whole = Objects.requireNonNull(comparison.metrics().get("tuned")).ndcg10();
    assertThat(Objects.requireNonNull(comparison.gains().get("dense_8")).mean())
        .isCloseTo(shorter - whole, within(1e-9));
  }

  @Test
  void aWrittenQuestionOfAPassageThatIsNotThereIsRefusedByItsLine() throws IOException {
    Path written = folder.resolve("written.jsonl");
    Files.writeString(written, "{\"question\":\"why\",\"passage\":\"d1000\"}\n");

    assertThatThrownBy(
            () -> CollectionProof.run(options(Labels.WRITTEN, written), Progress.NONE, _ -> {}))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("d1000");
    assertThatThrownBy(() -> options(Labels.WRITTEN, null))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("--written");
  }

  private static String source(String passage) {
    return "\"source\":{\"document\":\"d\",\"passage\":\"" + passage + "\"}";
  }

  private ProofOptions options(Labels labels, @Nullable Path written) {
    return new ProofOptions(
        collection,
        new ProofOptions.ModelTraining(
            labels,
            base.toString(),
            written,
            null,
            Recipe.STANDARD,
            TrainingLimits.of(Duration.ofSeconds(60)),
            1),
        List.of("test"),
        0,
        null,
        folder.resolve("cache"),
        false,
        ProofOptions.Reranking.NONE);
  }

  @Test
  void runningAgainGivesTheSameFigures() {
    var first = CollectionProof.run(options(null, 0, null), Progress.NONE, _ -> {}).getFirst();

    var again = CollectionProof.run(options(null, 0, null), Progress.NONE, _ -> {}).getFirst();

    assertThat(again.comparison()).isEqualTo(first.comparison());
    assertThat(again.weights()).isEqualTo(first.weights());
    assertThat(again.embedding().passages()).isZero();
  }

  @Test
  void aSplitThatIsNotThereIsRefusedBeforeAnyWork() throws IOException {
    Files.delete(collection.resolve("qrels/test.tsv"));

    assertThatThrownBy(() -> CollectionProof.run(options(null, 0, null), Progress.NONE, _ -> {}))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("qrels/test.tsv");
  }

  @Test
  void aQueryWithoutATextIsToldBeforeAnyWork() throws IOException {
    Path file = collection.resolve("qrels/test.tsv");
    Files.writeString(file, Files.readString(file) + "nobody\td1\t1\n");

    assertThatThrownBy(
            () -> CollectionProof.run(options(Labels.TRAIN, 0, null), Progress.NONE, _ -> {}))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("nobody");
    assertThat(folder.resolve("cache")).doesNotExist();
  }

  @Test
  void aRerankerIsTrainedAndProvenBesideTheModel() throws IOException {
    Path json = folder.resolve("report.json");
    var reranking = new ProofOptions.Reranking(true, null, Duration.ofMillis(150));

    var reports =
        CollectionProof.run(options(Labels.TRAIN, 20, json, reranking), Progress.NONE, _ -> {});

    var found = Objects.requireNonNull(reports.getFirst().reranker());
    assertThat(found.metrics()).containsKeys("reranked_base", "reranked_tuned");
    assertThat(found.use().depth()).isBetween(2, 50);
    assertThat(found.budgets()).hasSize(3);
    assertThat(Files.readString(json)).contains("\"reranked_tuned\"", "\"taken\"");
    try (var files = Files.walk(folder.resolve("cache"))) {
      assertThat(files).anyMatch(file -> file.endsWith("model/onnx/model.onnx"));
    }
  }

  @Test
  void aTeacherIsTrainedOnTheSameLabelsFirst() throws IOException {
    var report = CollectionProof.run(taught(Labels.TRAIN), Progress.NONE, _ -> {}).getFirst();

    assertThat(report.training().choices()).anyMatch(words -> words.startsWith("distillation"));
    try (var files = Files.walk(folder.resolve("cache"))) {
      assertThat(files.filter(file -> file.endsWith("plan.json")).map(Path::toString))
          .anyMatch(file -> file.endsWith("teacher/half-0/plan.json"))
          .anyMatch(file -> file.endsWith("teacher/half-1/plan.json"));
    }
  }

  @Test
  void aTeacherWithoutLabelsIsRefusedWithWhatToDo() {
    var options = taught(Labels.NONE);

    assertThatThrownBy(() -> CollectionProof.run(options, Progress.NONE, _ -> {}))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("--from");
  }

  private ProofOptions taught(Labels labels) {
    return new ProofOptions(
        collection,
        new ProofOptions.ModelTraining(
            labels,
            base.toString(),
            null,
            null,
            Recipe.parse("distill=on"),
            TrainingLimits.of(Duration.ofSeconds(20)),
            1),
        List.of("test"),
        20,
        null,
        folder.resolve("cache"),
        false,
        ProofOptions.Reranking.NONE);
  }

  @Test
  void aRerankerWithoutLabelsNeedsOneToBeginWith() {
    var reranking = new ProofOptions.Reranking(true, null, Duration.ofMillis(150));
    var options = options(Labels.NONE, 20, null, reranking);

    assertThatThrownBy(() -> CollectionProof.run(options, Progress.NONE, _ -> {}))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("--from");
  }
}
