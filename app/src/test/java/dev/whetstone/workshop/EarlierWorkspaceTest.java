package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A workspace that an earlier version made, whose records hold fingerprints as one hash: eight
/// documents, questions, a model trained with `--budget 20s`, two generations of an index, an app.
/// Where a version constant of a step is raised, that step is rightly done again, and what is
/// expected here changes with it.
class EarlierWorkspaceTest {
  private static final List<String> STEPS =
      List.of("prepare", "train", "prove", "embed", "index", "app");

  /// When the files of its base model were written, which is among the inputs.
  private static final FileTime BASE_WRITTEN = FileTime.fromMillis(1_700_000_000_000L);

  @TempDir private Path folder;
  private Workspace workspace;

  @BeforeEach
  void anEarlierWorkspace() throws IOException {
    Path place = folder.resolve("workspace");
    unpack(place);
    try (Stream<Path> base = Files.walk(place.resolve("tiny"))) {
      for (Path file : base.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, BASE_WRITTEN);
      }
    }
    workspace = Workspace.open(place);
    Path docs = folder.resolve("docs");
    StepByStep.copy(workspace.raw(), docs);
    var documents =
        Manifest.read(workspace).documents().stream()
            .map(
                entry ->
                    new Manifest.Entry(
                        entry.path(),
                        entry.sha256(),
                        entry.bytes(),
                        entry.modified(),
                        docs.toString()))
            .toList();
    new Manifest(documents).write(workspace);
  }

  private static void unpack(Path to) throws IOException {
    try (var zip =
        new ZipInputStream(
            Objects.requireNonNull(
                EarlierWorkspaceTest.class.getResourceAsStream("/workspace-before-0.2.zip")))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = to.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  private Map<String, StepRecord> records() {
    var records = new HashMap<String, StepRecord>();
    STEPS.forEach(step -> records.put(step, new StepRecords(workspace).read(step).orElseThrow()));
    return records;
  }

  private List<StepOutcome<?>> run() {
    var outcomes = new ArrayList<StepOutcome<?>>();
    Workshops.open(workspace).run(Workshops.collecting(outcomes));
    return outcomes;
  }

  @Test
  void whatTheProgramMakesOtherwiseNowIsDoneAgainAndItsModelStays() {
    var before = records();
    String model = Objects.requireNonNull(before.get("train")).output();

    List<StepOutcome<?>> outcomes = run();

    assertThat(outcomes)
        .extracting(StepOutcome::step)
        .as("preparing, training, proving and fitting have other versions")
        .containsExactlyElementsOf(STEPS);
    var after = records();
    for (String step : STEPS) {
      assertThat(Objects.requireNonNull(before.get(step)).inputs()).as(step).isNull();
      assertThat(Objects.requireNonNull(after.get(step)).inputs()).as(step).isNotEmpty();
    }
    assertThat(Objects.requireNonNull(after.get("train")).output()).isNotEqualTo(model);
    assertThat(new ModelShelf(workspace).versions()).contains(model);
    assertThat(run()).isEmpty();
  }

  @Test
  void aLookTellsWhatItsRecordsSayAndWritesNothing() throws IOException {
    var before = StepByStep.contents(workspace);

    Status status = Status.of(workspace);

    assertThat(status.steps())
        .hasSize(6)
        .allMatch(step -> Objects.requireNonNull(step.last()).words() != null);
    assertThat(StepByStep.contents(workspace)).isEqualTo(before);
  }

  @Test
  void afterItsRecordsWereTakenOverAChangedSettingIsNamed() throws IOException {
    run();
    Files.writeString(
        workspace.folder().resolve("whetstone.yaml"),
        "prove: {level: .9}\n",
        StandardOpenOption.APPEND);
    workspace = Workspace.open(workspace.folder());

    StepPlan plan = StepPlan.of(workspace);

    assertThat(plan.steps())
        .extracting(StepPlan.Planned::state)
        .containsExactly(
            StepPlan.State.UP_TO_DATE,
            StepPlan.State.UP_TO_DATE,
            StepPlan.State.INPUTS_CHANGED,
            StepPlan.State.WAITS,
            StepPlan.State.WAITS,
            StepPlan.State.WAITS);
    assertThat(plan.steps().get(2).changes())
        .containsExactly(new Fingerprint.Change("prove.level", "0.95", "0.9"));
  }

  @Test
  void afterThatAnEditedDocumentTrainsNoOtherModel() throws IOException {
    run();
    Path edited = folder.resolve("docs/partaa.md");
    Files.writeString(
        edited, Files.readString(edited).replaceFirst("by hand", "by hand and with care"));

    assertThat(run())
        .extracting(StepOutcome::step)
        .containsExactly("stage", "prepare", "embed", "index", "app");
  }

  @Test
  void itsAppAnswers() {
    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      var app = WorkspaceApp.own(workspace, catalog).orElseThrow();

      assertThat(answering.retrieve(app, new Query("cleaning the partaa", Filter.ALL), 5).hits())
          .hasSize(5);
    }
  }
}
