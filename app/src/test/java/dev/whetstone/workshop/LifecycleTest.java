package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.serving.Answering;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.prove.ProofStep;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.StepLog;
import dev.whetstone.workspace.StepReport;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way on a small corpus, with a tiny random BERT for a base.
class LifecycleTest {
  private static final String[] THINGS = {
    "pump", "valve", "boiler", "sensor", "relay", "filter", "motor", "switch", "gauge", "nozzle"
  };
  private static final String[] ACTS = {
    "installing", "cleaning", "testing", "replacing", "storing", "ordering", "wiring", "painting"
  };

  @TempDir private Path folder;
  private Path docs;
  private Workspace workspace;

  @BeforeEach
  void aCorpus() throws IOException {
    docs = Files.createDirectories(folder.resolve("docs"));
    var random = new Random(7);
    for (String thing : THINGS) {
      var text = new StringBuilder("# The " + thing + "\n\n");
      for (String act : ACTS) {
        text.append("## ")
            .append(act)
            .append("\n\n")
            .append(sentence(thing, act, random))
            .append("\n\n");
      }
      Files.writeString(docs.resolve(thing + ".md"), text);
    }
    TinyBert.write(folder.resolve("tiny"), 3, Pooling.MEAN, Prompts.NONE, 64);
    workspace = workspace("train: {budget: 10s}");
  }

  private Workspace workspace(String more) throws IOException {
    Path place = folder.resolve("workspace");
    Files.createDirectories(place);
    Files.writeString(
        place.resolve("whetstone.yaml"),
        "name: manual\nmodel: {base: '"
            + folder.resolve("tiny")
            + "', runtime: onnx_fp32}\n"
            + more
            + "\n");
    return Workspace.open(place);
  }

  private static String sentence(String thing, String act, Random random) {
    return "For %s the %s take the %s tool and wait %d minutes. Then check the %s again by hand."
        .formatted(
            act,
            thing,
            new String[] {"red", "blue", "long", "short"}[random.nextInt(4)],
            5 + random.nextInt(50),
            thing);
  }

  private List<StepReport> run() {
    var reports = new ArrayList<StepReport>();
    new Lifecycle(workspace, Progress.NONE).run(reports::add);
    return reports;
  }

  private void stageAndRun() {
    new Lifecycle(workspace, Progress.NONE).stage(docs);
    run();
  }

  private void ask(int questions) throws IOException {
    var lines = new StringBuilder();
    int n = 0;
    for (String thing : THINGS) {
      for (String act : ACTS) {
        if (n++ < questions) {
          lines.append(
              "{\"id\":\"q%d\",\"question\":\"how does one go about %s a %s\",\"document\":\"%s.md\",\"phrase\":\"For %s the %s take\"}%n"
                  .formatted(n, act, thing, thing, act, thing));
        }
      }
    }
    Path file = folder.resolve("questions.jsonl");
    Files.writeString(file, lines);
    new Lifecycle(workspace, Progress.NONE).questions(file, false);
  }

  @Test
  void theWholeWayEndsInAnAppThatAnswersWithCitations() throws IOException {
    ask(80);
    stageAndRun();

    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      var app = catalog.app("manual").orElseThrow();
      var found = answering.retrieve(app, "cleaning the boiler", 5, Filter.ALL);
      var answer = answering.answer(app, "cleaning the boiler", Filter.ALL);

      assertThat(found.hits()).hasSize(5);
      assertThat(found.hits()) // first or not: the vectors are those of a random network
          .anySatisfy(hit -> assertThat(hit.passage().document()).isEqualTo("boiler.md"));
      assertThat(answer.declined()).isFalse();
      assertThat(answer.sentences())
          .isNotEmpty()
          .allSatisfy(
              s ->
                  assertThat(s.citations())
                      .isNotEmpty()
                      .allSatisfy(
                          n -> assertThat(answer.citations()).anyMatch(c -> c.number() == n)));
    }
  }

  @Test
  void runAgainItDoesNothing() throws IOException {
    ask(80);
    stageAndRun();

    assertThat(run()).isEmpty();
  }

  @Test
  void aProofIsMadeAgainWhenMoreQuestionsFindTheirPassagesAndNotWhenAPassageIsEdited()
      throws IOException {
    ask(80);
    String late =
        QuestionLog.of(workspace, List.of())
            .heldOut()
            .getFirst()
            .places()
            .getFirst()
            .document(); // not staged
    Files.move(docs.resolve(late), folder.resolve(late));
    stageAndRun();
    int before = proof().questions();

    Files.move(folder.resolve(late), docs.resolve(late));
    List<StepReport> staged = run();
    int after = proof().questions();
    edit(late, "by hand", "by hand and with care");
    List<StepReport> edited = run();

    assertThat(staged)
        .extracting(StepReport::step)
        .as("a tenth of the passages is new: not enough for another training")
        .contains("prepare", "prove")
        .doesNotContain("train");
    assertThat(before).isPositive();
    assertThat(after).isEqualTo(before + ACTS.length);
    assertThat(edited).extracting(StepReport::step).contains("prepare").doesNotContain("prove");
  }

  private ProofStep.Report proof() {
    return ProofStep.read(workspace, new StepLog(workspace).read("prove").orElseThrow().output());
  }

  private void edit(String document, String words, String others) throws IOException {
    Path file = docs.resolve(document);
    Files.writeString(file, Files.readString(file).replaceFirst(words, others));
  }

  @Test
  void withoutQuestionsNothingIsPromotedAndTheUserIsToldHowManyWouldProve() {
    stageAndRun();

    var report = proof();
    assertThat(report.promoted()).isFalse();
    assertThat(report.words()).contains("questions would prove");
    assertThat(new ModelShelf(workspace).versions()).containsExactly("1");
    assertThat(new ModelShelf(workspace).serving()).isNull();
  }

  @Test
  void aCorpusTooSmallToTrainIsServedByTheBase() throws IOException {
    try (Stream<Path> all = Files.list(docs)) {
      for (Path file : all.filter(f -> !f.endsWith("boiler.md")).toList()) {
        Files.delete(file);
      }
    }

    stageAndRun();

    assertThat(new StepLog(workspace).read("train").orElseThrow().words())
        .contains("too few to learn from");
    assertThat(new StepLog(workspace).read("prove").orElseThrow().words())
        .contains("the base model serves");
    assertThat(new Lifecycle(workspace, Progress.NONE).prove().upToDate()).isTrue();
    try (var answering = Answering.open(workspace, null);
        var catalog = Catalog.open(workspace.catalog())) {
      var app = catalog.app("manual").orElseThrow();
      assertThat(answering.retrieve(app, "boiler", 3, Filter.ALL).hits()).isNotEmpty();
    }
  }

  @Test
  void anEditedDocumentIsDoneAgainAloneAndARemovedOneDisappears() throws IOException {
    stageAndRun();
    var before = new Lifecycle(workspace, Progress.NONE).passages();
    edit("pump.md", "by hand", "by hand and with care");
    Files.delete(docs.resolve("nozzle.md"));

    var reports = run();

    assertThat(reports)
        .extracting(StepReport::step)
        .containsExactly("stage", "prepare", "embed", "index", "app");
    assertThat(reports.getFirst().lines().getFirst()).contains("0 new, 1 changed, 1 removed");
    assertThat(reports.get(2).lines().getFirst()).contains("(1 embedded now");
    List<Passage> now = new Lifecycle(workspace, Progress.NONE).passages();
    var written = now.stream().filter(p -> !before.contains(p)).toList();
    assertThat(written).allMatch(p -> p.document().equals("pump.md"));
    assertThat(reports.get(3).lines().getFirst())
        .contains(
            written.size()
                + " passages written, "
                + (1 + sections("nozzle.md", before))
                + " deleted");
    assertThat(now).hasSize(before.size() - sections("nozzle.md", before));
    try (var answering = Answering.open(workspace, null);
        var catalog = Catalog.open(workspace.catalog())) {
      var app = catalog.app("manual").orElseThrow();
      var hits = answering.retrieve(app, "nozzle", 50, Filter.ALL).hits();
      assertThat(hits).noneMatch(hit -> hit.passage().document().equals("nozzle.md"));
      assertThat(
              answering
                  .retrieve(app, "hand and with care", 1, Filter.ALL)
                  .hits()
                  .getFirst()
                  .passage()
                  .text())
          .contains("with care");
    }
  }

  private static int sections(String document, List<Passage> passages) {
    return (int) passages.stream().filter(p -> p.document().equals(document)).count();
  }

  @Test
  void whatTheIndexReallyHoldsIsBroughtUpToDate() {
    stageAndRun();
    List<Passage> all = new Lifecycle(workspace, Progress.NONE).passages();
    var indexes = new LuceneIndexes(workspace.indexes().resolve("manual"));
    var space = new ModelShelf(workspace).servingModel("en").space();
    var vectors = new VectorStore(workspace).read(space);
    String partial;
    try (var writer = indexes.begin(space, vectors.dimension())) {
      writer.upsert(all.subList(0, 3), vectors);
      writer.commit(Map.of());
      partial = writer.generation();
    }
    indexes.promote(partial);

    assertThat(run()).as("another generation serves on purpose").isEmpty();
    var report = new Lifecycle(workspace, Progress.NONE).index();

    assertThat(report.lines().getFirst()).contains(all.size() - 3 + " passages written, 0 deleted");
    try (var index = indexes.open()) {
      assertThat(index.passages()).containsExactlyInAnyOrderElementsOf(all);
    }
  }

  @Test
  void aDamagedIndexIsMadeAnew() throws IOException {
    stageAndRun();
    Path file = find("indexes", ".cfs");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertThat(run()).extracting(StepReport::step).contains("index");

    assertThat(run()).isEmpty();
  }

  @Test
  void anAppMadeOverHttpAnswersAsTheWorkspacesOwn() throws IOException {
    workspace = workspace("train: {budget: 10s}\nprove: {ranking: dense}");
    stageAndRun();
    try (var catalog = Catalog.open(workspace.catalog())) {
      App own = WorkspaceApp.own(workspace, catalog).orElseThrow();
      App other = catalog.create("manual", own.retriever());

      App settled = WorkspaceApp.settled(workspace, catalog, other);

      assertThat(settled.plan()).isEqualTo(own.plan());
      assertThat(settled.planOrUntuned().fusion()).isEqualTo(new FusionRule.Convex(1));
      assertThat(settled.id()).isEqualTo(other.id());
    }
    assertThat(run()).as("another app of the same name is in nobody's way").isEmpty();
  }

  @Test
  void aModelTrainedWithABudgetOfItsOwnIsNotTrainedAgain() throws IOException {
    new Lifecycle(workspace, Progress.NONE).stage(docs);
    new Lifecycle(workspace, Progress.NONE).prepare();
    new Lifecycle(workspace, Progress.NONE).train("8s", false);

    assertThat(run())
        .extracting(StepReport::step)
        .containsExactly("prove", "embed", "index", "app");
  }

  @Test
  void whatThePassagesAreWrittenInIsKnownAlsoWhenTheirDocumentsAndParsesAreNoMore()
      throws IOException {
    Path chinese = Files.createDirectories(folder.resolve("chinese"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(chinese.resolve("文件" + i + ".md"), "# 安全\n\n遗失证件须在一日内报告。第" + i + "条。");
    }
    var lifecycle = new Lifecycle(workspace, Progress.NONE);
    lifecycle.stage(chinese);
    assertThat(lifecycle.language()).isEqualTo("en"); // nothing is known yet
    lifecycle.prepare();
    assertThat(lifecycle.language()).isEqualTo("zh");

    WholeFile.delete(workspace.hidden().resolve("parsed"));
    lifecycle.unstage(chinese.toString());
    assertThat(new Lifecycle(workspace, Progress.NONE).language()).isEqualTo("zh");

    lifecycle.stage(chinese);
    Files.writeString(workspace.hidden().resolve("steps/language.json"), "damaged");
    assertThat(lifecycle.prepare().upToDate()).isFalse();
    assertThat(lifecycle.language()).isEqualTo("zh");
  }

  @Test
  void aFileThatFailedUnderOtherLimitsIsTriedAgain() throws IOException {
    Files.writeString(docs.resolve("long.txt"), "The long story.\n\n".repeat(200));
    workspace = workspace("parse: {max_blocks: 100}");
    var lifecycle = new Lifecycle(workspace, Progress.NONE);
    lifecycle.stage(docs);
    assertThat(lifecycle.prepare().lines()).anyMatch(line -> line.contains("not read: long.txt"));

    workspace = workspace("parse: {max_blocks: 300}");
    var report = new Lifecycle(workspace, Progress.NONE).prepare();

    assertThat(report.lines().getFirst()).startsWith("11 documents read, 0 could not be");
  }

  @Test
  void damageOfEachArtifactIsNamedAndNotServed() throws IOException {
    stageAndRun();
    record Damage(String under, String suffix) {}
    for (var damage :
        List.of(
            new Damage("passages", "passages.parquet"),
            new Damage("vectors", "vectors.parquet"),
            new Damage("models", "model.safetensors"),
            new Damage("pairs", "train.jsonl"))) {
      Path file = find(damage.under(), damage.suffix());
      byte[] good = Files.readAllBytes(file);
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      Files.write(file, bad);

      assertThatThrownBy(() -> readAll(damage.under()))
          .as(damage.toString())
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(damage.suffix());
      Files.write(file, good);
    }
  }

  private void readAll(String under) {
    var lifecycle = new Lifecycle(workspace, Progress.NONE);
    switch (under) {
      case "passages" -> lifecycle.passages();
      case "vectors" ->
          new VectorStore(workspace).read(new ModelShelf(workspace).servingModel("en").space());
      case "models" -> new ModelShelf(workspace).open("1");
      default -> TrainedOn.of(workspace, "1");
    }
  }

  private Path find(String under, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(workspace.folder().resolve(under))) {
      return files.filter(f -> f.toString().endsWith(suffix)).findFirst().orElseThrow();
    }
  }

  @Test
  void aStepWhoseInputIsMissingSaysWhichCommandMakesIt() {
    assertThatThrownBy(() -> new Lifecycle(workspace, Progress.NONE).prepare())
        .isInstanceOf(Failure.BadInput.class)
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.Stage(null)));
    new Lifecycle(workspace, Progress.NONE).stage(docs);
    assertThatThrownBy(() -> new Lifecycle(workspace, Progress.NONE).embed())
        .isInstanceOf(Failure.BadInput.class)
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(Remedy.step("prepare"), new Remedy.RunAll()));
  }

  @Test
  void aTrainingThatIsRefusedByWhatSavesItIsNotRecordedAsDone() throws IOException {
    ask(80);
    var lifecycle = new Lifecycle(workspace, Progress.NONE);
    lifecycle.stage(docs);
    lifecycle.prepare();
    for (String task : List.of("embed base", "train")) {
      Progress overtaken =
          (name, _, _) ->
              new Progress.Task() {
                @Override
                public void advance(long units) {}

                @Override
                public void note(String text) {}

                @Override
                public void close() {
                  if (name.equals(task)) {
                    throw new Failure.Refused("others have written meanwhile");
                  }
                }
              };

      assertThatThrownBy(() -> new Lifecycle(workspace, overtaken).train(null, false))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("others have written");
    }

    assertThat(new StepLog(workspace).read("train")).isEmpty();
  }
}
