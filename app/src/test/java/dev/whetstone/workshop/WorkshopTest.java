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
import dev.whetstone.serving.Query;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workshop.train.TrainingResult;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way on a small corpus, with a tiny random BERT for a base.
class WorkshopTest {
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

  private List<StepOutcome<?>> run() {
    var reports = new ArrayList<StepOutcome<?>>();
    Workshops.open(workspace).run(Workshops.collecting(reports));
    return reports;
  }

  private static <R extends StepResult> R result(StepOutcome<R> outcome) {
    return Objects.requireNonNull(outcome.result());
  }

  private void stageAndRun() {
    Workshops.open(workspace).stage(docs.toString());
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
    Workshops.open(workspace).questions(file, false);
  }

  @Test
  void theWholeWayEndsInAnAppThatAnswersWithCitations() throws IOException {
    ask(80);
    stageAndRun();

    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      var app = catalog.app("manual").orElseThrow();
      var found = answering.retrieve(app, new Query("cleaning the boiler", Filter.ALL), 5);
      var answer = answering.answer(app, new Query("cleaning the boiler", Filter.ALL)).answer();

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
    List<StepOutcome<?>> staged = run();
    int after = proof().questions();
    edit(late, "by hand", "by hand and with care");
    List<StepOutcome<?>> edited = run();

    assertThat(staged)
        .extracting(StepOutcome::step)
        .as("a tenth of the passages is new: not enough for another training")
        .contains("prepare", "prove")
        .doesNotContain("train");
    assertThat(before).isPositive();
    assertThat(after).isEqualTo(before + ACTS.length);
    assertThat(edited).extracting(StepOutcome::step).contains("prepare").doesNotContain("prove");
  }

  private Proof.Report proof() {
    return Proof.read(workspace, new StepRecords(workspace).read("prove").orElseThrow().output());
  }

  private void edit(String document, String words, String others) throws IOException {
    Path file = docs.resolve(document);
    Files.writeString(file, Files.readString(file).replaceFirst(words, others));
  }

  @Test
  void withoutQuestionsNothingIsPromoted() {
    stageAndRun();

    var report = proof();
    assertThat(report.promoted()).isFalse();
    assertThat(report.standing()).isEqualTo(Proof.Standing.NO_QUESTIONS);
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

    assertThat(result(Workshops.open(workspace).train(null, false)).training().ending())
        .isEqualTo(TrainingResult.Ending.TOO_FEW_PASSAGES);
    assertThat(proof().standing()).isEqualTo(Proof.Standing.NO_CANDIDATE);
    assertThat(proof().serves()).isNull();
    assertThat(Workshops.open(workspace).prove().upToDate()).isTrue();
    try (var answering = Answering.open(workspace, null);
        var catalog = Catalog.open(workspace.catalog())) {
      var app = catalog.app("manual").orElseThrow();
      assertThat(answering.retrieve(app, new Query("boiler", Filter.ALL), 3).hits()).isNotEmpty();
    }
  }

  @Test
  void anEditedDocumentIsDoneAgainAloneAndARemovedOneDisappears() throws IOException {
    stageAndRun();
    var before = Workshops.open(workspace).passages();
    edit("pump.md", "by hand", "by hand and with care");
    Files.delete(docs.resolve("nozzle.md"));

    var reports = run();

    assertThat(reports)
        .extracting(StepOutcome::step)
        .containsExactly("stage", "prepare", "embed", "index", "app");
    var staged = (StepResult.Staged) result(reports.getFirst());
    assertThat(staged.documents().added()).isZero();
    assertThat(staged.documents().changed()).isEqualTo(1);
    assertThat(staged.removed().items()).containsExactly("nozzle.md");
    assertThat(((StepResult.Embedded) result(reports.get(2))).embedded()).isEqualTo(1);
    List<Passage> now = Workshops.open(workspace).passages();
    var written = now.stream().filter(p -> !before.contains(p)).toList();
    assertThat(written).allMatch(p -> p.document().equals("pump.md"));
    var loaded = ((StepResult.Indexed) result(reports.get(3))).loaded();
    assertThat(loaded.upserted()).isEqualTo(written.size());
    assertThat(loaded.deleted()).isEqualTo(1 + sections("nozzle.md", before));
    assertThat(now).hasSize(before.size() - sections("nozzle.md", before));
    try (var answering = Answering.open(workspace, null);
        var catalog = Catalog.open(workspace.catalog())) {
      var app = catalog.app("manual").orElseThrow();
      var hits = answering.retrieve(app, new Query("nozzle", Filter.ALL), 50).hits();
      assertThat(hits).noneMatch(hit -> hit.passage().document().equals("nozzle.md"));
      assertThat(
              answering
                  .retrieve(app, new Query("hand and with care", Filter.ALL), 1)
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
    List<Passage> all = Workshops.open(workspace).passages();
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
    var report = Workshops.open(workspace).index();

    assertThat(result(report).loaded().upserted()).isEqualTo(all.size() - 3);
    assertThat(result(report).loaded().deleted()).isZero();
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

    assertThat(run()).extracting(StepOutcome::step).contains("index");

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
  void theRecipeOfTheSettingsIsFollowed() throws IOException {
    workspace = workspace("train: {budget: 10s, recipe: 'safeguards=off,seeds=2'}");
    Workshops.open(workspace).stage(docs.toString());
    Workshops.open(workspace).prepare();

    TrainingResult training = result(Workshops.open(workspace).train(null, false)).training();

    assertThat(Objects.requireNonNull(training.figures()).choices().settings())
        .contains(new TrainingResult.Choice("trainings averaged", "2", "as asked for"));
    for (String wrong : List.of("seeds=many", "distill=on")) {
      workspace = workspace("train: {recipe: '" + wrong + "'}");
      Workshop workshop = Workshops.open(workspace);
      assertThatThrownBy(() -> workshop.train(null, false))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContainingAll("train.recipe", wrong);
    }
  }

  @Test
  void aModelTrainedWithABudgetOfItsOwnIsNotTrainedAgain() throws IOException {
    Workshops.open(workspace).stage(docs.toString());
    Workshops.open(workspace).prepare();
    Workshops.open(workspace).train("8s", false);

    assertThat(run())
        .extracting(StepOutcome::step)
        .containsExactly("prove", "embed", "index", "app");
  }

  @Test
  void whatThePassagesAreWrittenInIsKnownAlsoWhenTheirDocumentsAndParsesAreNoMore()
      throws IOException {
    Path chinese = Files.createDirectories(folder.resolve("chinese"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(chinese.resolve("文件" + i + ".md"), "# 安全\n\n遗失证件须在一日内报告。第" + i + "条。");
    }
    var workshop = Workshops.open(workspace);
    workshop.stage(chinese.toString());
    assertThat(workshop.language()).isEqualTo("en"); // nothing is known yet
    workshop.prepare();
    assertThat(workshop.language()).isEqualTo("zh");

    WholeFile.delete(workspace.hidden().resolve("parsed"));
    workshop.unstage(chinese.toString());
    assertThat(Workshops.open(workspace).language()).isEqualTo("zh");

    workshop.stage(chinese.toString());
    Files.writeString(workspace.hidden().resolve("language.json"), "damaged");
    assertThat(workshop.prepare().upToDate()).isFalse();
    assertThat(workshop.language()).isEqualTo("zh");
  }

  @Test
  void aFileThatFailedUnderOtherLimitsIsTriedAgain() throws IOException {
    Files.writeString(docs.resolve("long.txt"), "The long story.\n\n".repeat(200));
    workspace = workspace("parse: {max_blocks: 100}");
    var workshop = Workshops.open(workspace);
    workshop.stage(docs.toString());
    assertThat(result(workshop.prepare()).unread().items())
        .extracting(PreparedPassages.Unread::document)
        .containsExactly("long.txt");

    workspace = workspace("parse: {max_blocks: 300}");
    var report = Workshops.open(workspace).prepare();

    assertThat(result(report).documents()).isEqualTo(11);
    assertThat(result(report).unread().total()).isZero();
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
    var workshop = Workshops.open(workspace);
    switch (under) {
      case "passages" -> workshop.passages();
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
    assertThatThrownBy(() -> Workshops.open(workspace).prepare())
        .isInstanceOf(Failure.BadInput.class)
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.Stage(null)));
    Workshops.open(workspace).stage(docs.toString());
    assertThatThrownBy(() -> Workshops.open(workspace).embed())
        .isInstanceOf(Failure.BadInput.class)
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(Remedy.step("prepare"), new Remedy.RunAll()));
  }

  @Test
  void aTrainingThatIsRefusedByWhatSavesItIsNotRecordedAsDone() throws IOException {
    ask(80);
    var workshop = Workshops.open(workspace);
    workshop.stage(docs.toString());
    workshop.prepare();
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

      assertThatThrownBy(() -> Workshops.open(workspace, overtaken).train(null, false))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("others have written");
    }

    assertThat(new StepRecords(workspace).read("train")).isEmpty();
  }
}
