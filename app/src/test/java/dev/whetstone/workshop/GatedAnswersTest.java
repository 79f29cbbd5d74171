package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.TinyReranker;
import dev.whetstone.model.RerankerVersions.Use;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.app.AnswerReport;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A plan whose answers to the held-out questions are worse is held back where the settings say so.
@Timeout(240)
class GatedAnswersTest {
  @TempDir private Path folder;

  @Test
  void aWorsePlanIsHeldBackUntilItIsForced() throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 6);
    Path place = manual.workspace("workspace");
    Path settings = place.resolve("whetstone.yaml");
    Files.writeString(settings, Files.readString(settings) + "app: {gate_answers: true}\n");
    Workspace workspace = Workspace.open(place);
    var workshop = Workshops.open(workspace);
    String typed = // which prove and do not train
        Files.readString(manual.questions()).replace("{\"id\"", "{\"origin\":\"typed\",\"id\"");
    Files.writeString(workspace.questions(), typed);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    assertThat(reranker(workspace)).isEqualTo(new Reranker.None());

    var shelf = new RerankerShelf(workspace); // of random weights: it throws the order away
    TinyReranker.write(shelf.folder("1"), "tiny");
    shelf.serve("1", new Use(50, 1), "report");
    StepOutcome<StepResult.AppMade> made = Workshops.open(workspace).app();

    AppFitting.HeldBack held =
        Objects.requireNonNull(Objects.requireNonNull(made.result()).heldBack());
    assertThat(held.comparison().gain().high95()).isNegative();
    assertThat(held.comparison().changed()).containsExactly("plan");
    assertThat(reranker(workspace)).isEqualTo(new Reranker.None());
    assertThat(Workshops.open(workspace).app().upToDate()).isTrue();

    StepOutcome<StepResult.AppMade> forced = Workshops.open(workspace).app(true);

    assertThat(Objects.requireNonNull(forced.result()).heldBack()).isNull();
    assertThat(reranker(workspace)).isInstanceOf(Reranker.Model.class);

    AnswerReport again =
        Objects.requireNonNull(Workshops.open(workspace).proveAnswers().result()).report();
    AnswerReport.Comparison same = Objects.requireNonNull(again.comparison());
    assertThat(same.changed()).isEmpty();
    assertThat(same.gain().mean()).isZero();

    // questions typed about documents whose questions the reranker learnt from prove nothing of it
    List<String> learntFrom =
        Manifest.read(workspace).documents().stream().map(Manifest.Entry::path).limit(2).toList();
    Artifact.create(
        TrainedOn.folder(workspace, TrainedOn.reranker("1")),
        new Provenance("pairs", 1, Map.of(), Map.of(), 1),
        into ->
            WholeFile.write(
                into.resolve(TrainedOn.FILE),
                Json.pretty(new TrainedOn(learntFrom, List.of(), List.of(), List.of()))));

    AnswerReport unseen =
        Objects.requireNonNull(Workshops.open(workspace).proveAnswers().result()).report();

    assertThat(unseen.asked()).hasSize(again.asked().size() * 4 / 6);
  }

  private static Reranker reranker(Workspace workspace) {
    try (var catalog = Catalog.open(workspace.catalog())) {
      return WorkspaceApp.own(workspace, catalog).map(App::planOrUntuned).orElseThrow().reranker();
    }
  }
}
