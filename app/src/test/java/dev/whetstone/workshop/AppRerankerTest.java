package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.TinyReranker;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.RerankerVersions.Use;
import dev.whetstone.model.TinyBert;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The app's plan names the reranker that serves, and is made again when another does.
@Timeout(120)
class AppRerankerTest {
  @TempDir private Path folder;
  private SmallManual manual;
  private Workspace workspace;
  private RerankerShelf shelf;

  @BeforeEach
  void run() throws IOException {
    manual = new SmallManual(folder.resolve("manual"), 6); // too small to train on
    workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    shelf = new RerankerShelf(workspace);
  }

  private void promote(String version, int depth, double weight) {
    TinyReranker.write(shelf.folder(version), "tiny-" + version);
    shelf.serve(version, new Use(depth, weight), "report");
  }

  private RetrievalPlan plan() {
    try (var catalog = Catalog.open(workspace.catalog())) {
      return WorkspaceApp.own(workspace, catalog).map(App::planOrUntuned).orElseThrow();
    }
  }

  /// Runs what is out of date.
  private List<String> steps() {
    var outcomes = new ArrayList<StepOutcome<?>>();
    Workshops.open(workspace).run(Workshops.collecting(outcomes));
    return outcomes.stream().map(StepOutcome::step).toList();
  }

  private List<Status.App> apps() {
    return Status.of(workspace).apps();
  }

  @Test
  void theRerankerThatServesComesIntoThePlanAndLeavesItWhenItIsRolledBack() {
    assertThat(plan().reranker()).isEqualTo(new Reranker.None());
    assertThat(apps()).extracting(Status.App::reranker).containsOnlyNulls();

    promote("1", 12, .7);
    assertThat(steps()).contains("app");

    assertThat(plan().reranker()).isEqualTo(new Reranker.Model("manual", "1", 12, .7));
    assertThat(apps().getFirst().reranker()).isEqualTo(new Status.Reranks("manual/1", 12, false));
    assertThat(steps()).doesNotContain("app");

    promote("2", 30, 1);
    assertThat(steps()).contains("app");
    assertThat(plan().reranker()).isEqualTo(new Reranker.Model("manual", "2", 30, 1));

    shelf.rollBack();
    assertThat(apps().getFirst().reranker()).isEqualTo(new Status.Reranks("manual/2", 30, true));
    assertThat(steps()).contains("app");
    assertThat(plan().reranker()).isEqualTo(new Reranker.Model("manual", "1", 12, .7));

    shelf.rollBack();
    assertThat(steps()).contains("app");
    assertThat(plan().reranker()).isEqualTo(new Reranker.None());
    assertThat(steps()).doesNotContain("app");
  }

  @Test
  void aRollbackIsInThePlanAtOnceAndEndsWhereNoneServedBefore() {
    promote("1", 12, .7);
    steps();
    promote("2", 30, 1);
    steps();

    var back = Workshops.open(workspace).rollBackReranker();

    assertThat(Objects.requireNonNull(back.result()).reranker())
        .isEqualTo(new StepResult.RerankerChange("2", "1"));
    assertThat(plan().reranker()).isEqualTo(new Reranker.Model("manual", "1", 12, .7));
    assertThat(steps()).as("the threshold is fitted to it").containsExactly("app");

    assertThat(Workshops.open(workspace).rollBackReranker().result())
        .extracting(StepResult.RerankerRolledBack::reranker)
        .isEqualTo(new StepResult.RerankerChange("1", null));
    assertThat(plan().reranker()).isEqualTo(new Reranker.None());
    assertThatThrownBy(() -> Workshops.open(workspace).rollBackReranker())
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aModelThatGoesBackTakesTheRerankerAlongThatWasProvenBesideIt() throws IOException {
    var models = new ModelShelf(workspace);
    TinyBert.write(models.folder("1"), 4, Pooling.MEAN, Prompts.NONE, 64);
    models.serve("1", "report");
    steps();
    promote("1", 12, .7);
    steps();
    assertThat(plan().reranker()).isEqualTo(new Reranker.Model("manual", "1", 12, .7));

    var back = Workshops.open(workspace).rollBackModel();

    assertThat(Objects.requireNonNull(back.result()).reranker())
        .isEqualTo(new StepResult.RerankerChange("1", null));
    assertThat(plan().reranker()).isEqualTo(new Reranker.None());

    models.serve("1", "asked for");
    assertThat(steps()).contains("app");
    assertThat(plan().reranker()).isEqualTo(new Reranker.Model("manual", "1", 12, .7));
  }

  @Test
  void theSettingsMayWantNoneAndGiveItsLimit() throws IOException {
    promote("1", 12, .7);
    Path settings = workspace.folder().resolve("whetstone.yaml");
    String before = Files.readString(settings);
    Files.writeString(settings, before + "rerank: {budget: 1s}\n");
    workspace = Workspace.open(workspace.folder());
    assertThat(steps()).contains("app");
    assertThat(plan().reranker())
        .isEqualTo(new Reranker.Model("manual", "1", 12, .7, Duration.ofSeconds(8)));

    Files.writeString(settings, before + "rerank: {enabled: never}\n");
    workspace = Workspace.open(workspace.folder());
    assertThat(steps()).contains("app");
    assertThat(plan().reranker()).isEqualTo(new Reranker.None());
  }

  @Test
  void theThresholdIsFittedOnWhatTheAppFindsWithItsReranker() throws IOException {
    Workshops.open(workspace).questions(manual.questions(), false);
    steps();
    Abstention without = Objects.requireNonNull(plan().abstention());

    promote("1", 20, 1);
    assertThat(steps()).contains("app");

    Abstention with = Objects.requireNonNull(plan().abstention());
    assertThat(questions(with)).as("the same questions").isEqualTo(questions(without));
    assertThat(with).as("the best passages are others").isNotEqualTo(without);
  }

  /// What it was fitted on, without the figures.
  private static String questions(Abstention fitted) {
    return fitted.origin().replaceFirst(";.*", "");
  }
}
