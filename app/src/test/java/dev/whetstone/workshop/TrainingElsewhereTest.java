package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training that is sent away and taken in again, on a small corpus with a tiny random BERT.
class TrainingElsewhereTest {
  @TempDir private static Path once;
  private static TrainingElsewhere.Sent sent;

  @TempDir private Path folder;
  private Workspace workspace;

  /// Trains once; each test works on a copy.
  @BeforeAll
  static void aTrainingThatWasSentAway() throws IOException {
    var manual = new SmallManual(once, 10);
    var workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    workshop.questions(manual.questions(), false);
    Files.createDirectories(workspace.models().resolve("manual/2"));
    sent = workshop.sendTraining(once.resolve("bucket/order"), "30s");
    TrainingElsewhere.run(
        once.resolve("bucket/order"),
        manual.docs(),
        once.resolve("bucket/result"),
        once.resolve("place"),
        Progress.NONE);
  }

  @BeforeEach
  void aCopyOfIt() throws IOException {
    copy(once.resolve("bucket"), folder.resolve("bucket"));
    copy(once.resolve("workspace"), folder.resolve("workspace"));
    workspace = Workspace.open(folder.resolve("workspace"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
  }

  private Workshop workshop() {
    return Workshops.open(workspace);
  }

  private Path order() {
    return folder.resolve("bucket/order");
  }

  private Path result() {
    return folder.resolve("bucket/result");
  }

  @Test
  void whatWasTrainedElsewhereIsTheCandidateThatIsProvenNext() {
    var taken = workshop().takeTraining(result(), sent.order());

    var trained = Objects.requireNonNull(taken.result());
    assertThat(trained.name()).isEqualTo("manual");
    assertThat(trained.training().version()).isEqualTo("3");
    Model model = Model.open(workspace.models().resolve("manual/3"));
    assertThat(model.name()).isEqualTo("manual-3");
    assertThat(TrainedOn.of(workspace, "3").orElseThrow().passages())
        .containsExactlyInAnyOrderElementsOf(
            workshop().passages().stream().map(p -> p.id()).toList());
    assertThat(workshop().train("30s", false).upToDate()).isTrue();
    workshop().prove();
    String report = new StepRecords(workspace).read("prove").orElseThrow().output();
    assertThat(Proof.read(workspace, report).candidate()).isEqualTo("3");
  }

  @Test
  void aResultTakenInTwiceIsKeptOnce() {
    workshop().takeTraining(result(), sent.order());
    workshop().takeTraining(result(), sent.order());

    assertThat(workspace.models().resolve("manual/4")).doesNotExist();
  }

  @Test
  void aVersionThatWasTrainedHereMeanwhileStays() throws IOException {
    Files.createDirectories(workspace.models().resolve("manual/6"));

    workshop().takeTraining(result(), sent.order());

    assertThat(workspace.models().resolve("manual/6")).isEmptyDirectory();
    assertThat(Model.open(workspace.models().resolve("manual/7")).name()).isEqualTo("manual-3");
  }

  @Test
  void aJobWhoseMountedDocumentsAreOthersSaysWhichOne() throws IOException {
    Path raw = Files.createDirectories(folder.resolve("raw"));

    assertThatThrownBy(
            () ->
                TrainingElsewhere.run(
                    order(), raw, folder.resolve("r"), folder.resolve("p"), Progress.NONE))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("partaa.md is missing");
  }

  @Test
  void aFlippedBitOnTheWayBackIsNamedAndNothingIsTakenIn() throws IOException {
    Path weights = result().resolve("model/model.safetensors");
    try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.seek(file.length() - 9);
      int old = file.read();
      file.seek(file.length() - 9);
      file.write(old ^ 4);
    }

    assertThatThrownBy(() -> workshop().takeTraining(result(), sent.order()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("model.safetensors");
    assertThat(workspace.models().resolve("manual/3")).doesNotExist();
  }

  @Test
  void aModelThatLiesAboutItsSpaceIsRefusedThoughItsChecksumsAreRight() throws IOException {
    Path about = result().resolve("model/whetstone.json");
    String space = Model.open(result().resolve("model")).space().value();
    String lie = (space.startsWith("0") ? "1" : "0") + space.substring(1);
    String text = Files.readString(about).replace(space, lie);
    reseal(result().resolve("model"), about, text);
    reseal(result(), about, text);

    assertThatThrownBy(() -> workshop().takeTraining(result(), sent.order()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("its weights make " + space);
  }

  /// Writes an artifact again whose file has changed, with right checksums.
  private static void reseal(Path artifact, Path file, String text) throws IOException {
    Files.writeString(file, text);
    var manifest = Json.MAPPER.readTree(artifact.resolve("manifest.json").toFile());
    var provenance = Json.MAPPER.treeToValue(manifest.get("provenance"), Provenance.class);
    Path old = Files.move(artifact, artifact.resolveSibling("old-" + artifact.getFileName()));
    Artifact.create(
        artifact,
        provenance,
        empty -> {
          try (var files = Files.walk(old)) {
            for (Path from : files.filter(Files::isRegularFile).toList()) {
              Path to = empty.resolve(old.relativize(from).toString());
              if (!to.equals(empty.resolve("manifest.json"))) {
                Files.createDirectories(to.getParent());
                Files.copy(from, to);
              }
            }
          }
        });
    WholeFile.delete(old);
  }

  @Test
  void theResultOfAnotherOrderIsRefused() {
    assertThatThrownBy(() -> workshop().takeTraining(result(), "another"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("another order");
    assertThat(workspace.models().resolve("manual/3")).doesNotExist();
  }

  @Test
  void aJobThatIsStartedAgainAfterItsEndDoesNothing() throws IOException {
    var before = Files.getLastModifiedTime(result().resolve("manifest.json"));

    TrainingElsewhere.run(order(), null, result(), folder.resolve("again"), Progress.NONE);

    assertThat(Files.getLastModifiedTime(result().resolve("manifest.json"))).isEqualTo(before);
    assertThat(folder.resolve("again")).doesNotExist();
  }

  @Test
  void whatIsSentHoldsNeitherDocumentsNorSettingsThatDoNotShapeTheTraining() throws IOException {
    Files.writeString(
        workspace.folder().resolve("whetstone.yaml"),
        Files.readString(workspace.folder().resolve("whetstone.yaml"))
            + "serve: {api_key_env: SECRET_KEY_NAME}\n");
    workspace = Workspace.open(workspace.folder());

    workshop().sendTraining(folder.resolve("order"), null);

    assertThat(Files.readString(folder.resolve("order/whetstone.yaml"))).doesNotContain("SECRET");
    assertThat(folder.resolve("order/raw")).doesNotExist();
  }

  @Test
  void aBaseThatIsSentKeepsThePromptsThatItsNameTells() throws IOException {
    Path base = folder.resolve("e5-base-v2");
    copy(once.resolve("tiny"), base);
    for (String ours : List.of("manifest.json", "whetstone.json")) {
      Files.delete(base.resolve(ours));
    }
    Files.writeString(
        workspace.folder().resolve("whetstone.yaml"),
        "name: manual\nmodel: {base: '" + base + "', runtime: onnx_fp32}\n");
    workspace = Workspace.open(workspace.folder());
    workshop().prepare();

    workshop().sendTraining(folder.resolve("order"), null);

    Model sent = Model.open(folder.resolve("order/base"));
    assertThat(sent.prompts()).isEqualTo(new Prompts("query: ", "passage: "));
    assertThat(sent.space()).isEqualTo(Model.open(base).space());
  }
}
