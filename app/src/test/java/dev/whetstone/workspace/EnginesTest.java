package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.workshop.RealNode;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.TwoSpaces;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workshop.index.Indexing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A workspace that feeds real nodes beside its embedded index.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EnginesTest {
  @TempDir private Path folder;

  private Workspace ran(RealNode node) throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 3); // too small to train on
    Path place = manual.workspace("workspace");
    Files.writeString(
        place.resolve(SettingsFile.NAME),
        Files.readString(place.resolve(SettingsFile.NAME))
            + "index: {name: %s}%n%s: {hosts: ['%s'], replicas: 0}%n"
                .formatted(node.prefix(), node.engine().name(), node.host()));
    Workspace workspace = Workspace.open(place);
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    return workspace;
  }

  private static App app(Retriever retriever) {
    return new App("app-aaaaaaaaaaaa", "manual", retriever, null, Instant.EPOCH, Instant.EPOCH);
  }

  private static List<Retrieved> ask(Workspace workspace, Retriever retriever, String question) {
    var place = IndexPlace.ofApp(workspace.settings(), retriever);
    try (var rerankers = Rerankers.of(workspace);
        var answering =
            Answering.open(
                workspace,
                place,
                null,
                AnswerSettings.DEFAULT,
                new SharedEncoders(workspace),
                rerankers)) {
      return answering.retrieve(app(retriever), new Query(question, Filter.ALL), 5).hits();
    }
  }

  private static List<String> ids(List<Retrieved> hits) {
    return hits.stream().map(hit -> hit.passage().id()).toList();
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.workshop.RealNode#engines")
  void oneWorkspaceFeedsTheEmbeddedIndexAndAClusterAndBothAnswerAlike(EngineKind engine)
      throws IOException {
    try (RealNode node = RealNode.of(engine)) {
      Workspace workspace = ran(node);
      int count = Workshops.open(workspace).passages().size();
      var options = new IndexOptions(engine.name(), false, false, true);

      var report = Workshops.open(workspace).index(options);

      assertThat(report.upToDate()).isFalse();
      var loaded = Objects.requireNonNull(report.result()).loaded();
      assertThat(loaded.kind()).isEqualTo(Indexing.Kind.NEW);
      assertThat(loaded.serves()).isTrue();
      assertThat(Objects.requireNonNull(loaded.check()).recall().recall()).isEqualTo(1);
      assertThat(Workshops.open(workspace).index(options).upToDate()).isTrue();
      assertThat(Workshops.open(workspace).index().upToDate()).isTrue();
      var embedded = new Retriever(EngineKind.LUCENE, null, node.prefix(), 5);
      var there = new Retriever(engine, node.host(), node.prefix(), 5);
      for (String question : List.of("cleaning the partaa", "painting", "how to store partac")) {
        assertThat(ids(ask(workspace, there, question)))
            .isEqualTo(ids(ask(workspace, embedded, question)));
      }
      var listed = Workshops.open(workspace).generations(engine.name()).result();
      assertThat(Objects.requireNonNull(listed).index().generations())
          .singleElement()
          .matches(generation -> generation.serves() && generation.passages() == count);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.workshop.RealNode#engines")
  void anExportLoadedByCurlIsAdoptedAndAnswersButNotWithAnotherModelsVectors(EngineKind engine)
      throws Exception {
    assumeTrue(onPath("curl"), "there is no curl on this machine");
    try (RealNode node = RealNode.of(engine)) {
      Workspace workspace = ran(node);
      int count = Workshops.open(workspace).passages().size();
      String index = node.prefix() + "-rag";
      Path into = folder.resolve("export");
      var written =
          Workshops.open(workspace)
              .exportBulk(
                  BulkExport.of(
                      workspace.settings(), into, index, engine.name(), BulkExport.FILE_BYTES));
      var retriever = new Retriever(engine, node.host(), index, 5);

      assertThat(sh(into.resolve("load.sh"))).contains("\"errors\":false");
      assertThat(Objects.requireNonNull(written.result()).files().files())
          .containsExactly("bulk-00001.ndjson");
      assertThatThrownBy(() -> ask(workspace, retriever, "painting"))
          .isInstanceOf(Failure.BadInput.class)
          .extracting(e -> ((Failure) e).remedies(), InstanceOfAssertFactories.LIST)
          .contains(new Remedy.AdoptIndex(index, engine.name()));

      var fields = new AdoptedFields("embedding", "content", "document");
      var report = Workshops.open(workspace).adopt(engine.name(), index, fields);

      var adoption = Objects.requireNonNull(report.result()).adoption();
      assertThat(adoption.passages()).isEqualTo(count);
      assertThat(adoption.cosine()).isCloseTo(1, within(.00005));
      assertThat(adoption.derived()).isFalse();
      var hits = ask(workspace, retriever, "cleaning the partaa");
      assertThat(hits).hasSize(5);
      assertThat(hits.getFirst().passage().document()).isEqualTo("partaa.md");

      if (engine.equals(OpenSearchProvider.KIND)) {
        Path mapping = into.resolve("mapping.json");
        Files.writeString(
            mapping,
            Files.readString(mapping)
                .replaceFirst(",\\s*\"knn.derived_source.enabled\" : false", ""));
        Path load = into.resolve("load.sh");
        Files.writeString(load, Files.readString(load).replace(index, index + "-defaults"));
        sh(load);
        var defaults = Workshops.open(workspace).adopt(engine.name(), index + "-defaults", fields);
        assertThat(Objects.requireNonNull(defaults.result()).adoption().derived()).isTrue();
      }

      String other = node.prefix() + "-other";
      var strange = otherVectors(node, other, workspace);
      assertThatThrownBy(
              () -> Workshops.open(workspace).adopt(engine.name(), other, AdoptedFields.WORKFLOW))
          .as(strange)
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("mean cosine")
          .hasMessageContaining("It is not adopted");
    }
  }

  /// The same texts with the vectors of the texts after them.
  private String otherVectors(RealNode node, String index, Workspace workspace) throws Exception {
    Path export = folder.resolve("other");
    Workshops.open(workspace)
        .exportBulk(
            BulkExport.of(
                workspace.settings(), export, index, node.engine().name(), BulkExport.FILE_BYTES));
    List<String> lines = Files.readAllLines(export.resolve("bulk-00001.ndjson"));
    var turned = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (i % 2 == 1) {
        String next = lines.get((i + 2) % lines.size());
        line = next.substring(0, next.indexOf("],") + 2) + line.substring(line.indexOf("],") + 2);
      }
      turned.add(line);
    }
    Files.write(export.resolve("bulk-00001.ndjson"), turned);
    return sh(export.resolve("load.sh"));
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.workshop.RealNode#engines")
  void whatOthersWriteWhileAGenerationIsBuiltIsInIt(EngineKind engine) throws IOException {
    try (RealNode node = RealNode.of(engine);
        var two = new TwoSpaces(folder);
        Indexes indexes = node.open(node.prefix());
        Indexes others = node.open(node.prefix())) {
      two.load(indexes, 0, 2, IndexOptions.DEFAULT);
      var theirs =
          new Passage("theirs", "theirs.md", List.of(), "Only theirs.", 0, 12, 0, 3, Map.of());
      String gone = two.passages.getFirst().id();
      var written = new AtomicInteger();
      Progress whileBuilding =
          (_, _, _) -> {
            if (written.getAndIncrement() == 0) {
              Vectors vector;
              try (var lease = two.encoders.take(two.space(0))) {
                vector = lease.value().passages(List.of(theirs), Progress.NONE);
              }
              try (var writer = others.update(two.space(0))) {
                writer.upsert(List.of(theirs), vector);
                writer.delete(List.of(gone));
                writer.commit(Map.of());
              }
            }
            return Progress.NONE.start("", 0, "");
          };

      var loaded =
          two.indexing(indexes, 2, .95)
              .load(two.passages, two.vectors.get(1), IndexOptions.DEFAULT, whileBuilding);

      assertThat(loaded.carriedOver()).anyMatch(carried -> carried.written() == 1);
      try (var now = indexes.open();
          var lease = two.encoders.take(two.space(1))) {
        assertThat(now.space()).isEqualTo(two.space(1));
        assertThat(now.size()).isEqualTo(two.passages.size());
        assertThat(now.passages(List.of("theirs", gone))).containsExactly(theirs);
        float[] vector = lease.value().passages(List.of(theirs), Progress.NONE).vector(0);
        assertThat(now.cosines(vector, List.of("theirs")).getOrDefault("theirs", 0.0))
            .isGreaterThan(.9999);
      }
    }
  }

  private static boolean onPath(String program) {
    return List.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1)).stream()
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
  }

  private static String sh(Path script) throws Exception {
    var process = new ProcessBuilder("sh", script.toString()).redirectErrorStream(true).start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said.toLowerCase(Locale.ROOT)).isZero();
    return said;
  }
}
