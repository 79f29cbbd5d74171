package dev.whetstone.workshop;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.questions.QuestionOverview;
import dev.whetstone.workshop.questions.WrittenSplit;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.IndexView;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelView;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RecordedModels;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a workspace stands. Read without its lock, changing nothing in it, and without looking at
/// the places that the documents came from: everything it is read through can only read. (To open a
/// workspace in a bucket is what brings its copy up to date, under the copy's lock.)
///
/// @param workspace its folder
/// @param contents what it holds
/// @param index of the settings
/// @param apps that search an index
/// @param steps what a run would do, in order
/// @param unreadable why a part could not be read, by the part: `documents`, `questions`, `models`,
///   `proof`, `apps` or `writer`
public record Status(
    String workspace,
    Contents contents,
    Index index,
    List<App> apps,
    List<StepPlan.Planned> steps,
    Map<String, ReportedFailure> unreadable,
    Next next) {
  public Status {
    apps = List.copyOf(apps);
    steps = List.copyOf(steps);
    unreadable = Map.copyOf(unreadable);
  }

  /// @param sources documents by the folder or bucket that they were staged from
  /// @param questions null where they cannot be read
  /// @param models versions that stand here, oldest first
  /// @param serving version; null for the base model
  /// @param proof the last one; null where there was none
  public record Contents(
      Map<String, Long> sources,
      @Nullable Questions questions,
      List<String> models,
      @Nullable String serving,
      @Nullable LastProof proof) {
    public Contents {
      sources = Map.copyOf(sources);
      models = List.copyOf(models);
    }
  }

  /// How many questions are for what.
  ///
  /// @param declined that the documents do not answer
  /// @param split how they are split; null where it is by document as usual
  /// @param origins of all of them, and the written ones beside them
  public record Questions(
      QuestionLog.Parts parts,
      int declined,
      QuestionLog.@Nullable SplitNote split,
      QuestionOverview.Counts origins) {}

  /// @param name of the model
  /// @param rolledBackSince whether what it promoted was rolled back
  public record LastProof(String name, Proof.Report report, boolean rolledBackSince) {}

  /// @param at its name and engine
  /// @param generation that serves; null where none does
  /// @param rolledBack whether the step `index` wrote a later one
  /// @param problem why questions cannot be answered from it; null where they can
  public record Index(
      String at,
      @Nullable String generation,
      boolean rolledBack,
      @Nullable ReportedFailure problem) {}

  /// @param own whether it is the workspace's own, which is asked where none is named
  /// @param index that it searches
  /// @param reranker that orders the best of what it finds; null where none does
  public record App(String id, String name, boolean own, Index index, @Nullable Reranks reranker) {}

  /// A reranker of an app's plan.
  ///
  /// @param model its name and version
  /// @param depth how many passages it scores
  /// @param withdrawn whether that version was rolled back, so that the next run drops it
  public record Reranks(String model, int depth, boolean withdrawn) {}

  /// What is to be done next.
  ///
  /// @param writer that is at work; null where none is
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Next(Action action, @Nullable String writer) {
    public enum Action {
      WAIT_FOR_WRITER,
      REPAIR_UNREADABLE,
      STAGE,
      RUN,
      /// The own app or its index is not ready.
      REPAIR_INDEX,
      /// Nothing can be proven, and written questions wait for a person.
      REVIEW,
      ASK
    }
  }

  public static Status of(Workspace workspace) {
    return of(workspace, new RecordedModels(workspace, MavenArtifact.defaultCache()));
  }

  static Status of(Workspace workspace, ModelView models) {
    return new StatusReader(workspace, models).status();
  }

  /// One look at all parts, each of which may fail by itself.
  private static final class StatusReader {
    private final Workspace workspace;
    private final ModelView models;
    private final StepInputs inputs;
    private final Map<String, ReportedFailure> unreadable = new TreeMap<>();

    StatusReader(Workspace workspace, ModelView models) {
      this.workspace = workspace;
      this.models = models;
      this.inputs = new StepInputs(workspace, models, new StepRecords(workspace));
    }

    Status status() {
      var contents =
          new Contents(
              part("documents", Map.of(), this::sources),
              part("questions", null, this::questions),
              part("models", List.of(), models::versions),
              part("models", null, models::serving),
              part("proof", null, this::proof));
      Index index = index(() -> IndexPlace.of(workspace.settings(), null));
      List<App> apps = part("apps", List.of(), this::apps);
      StepPlan plan = StepPlan.of(inputs, Workshop.steps(inputs));
      Next next = next(contents, plan, index, apps);
      return new Status(
          workspace.folder().toString(), contents, index, apps, plan.steps(), unreadable, next);
    }

    private Next next(Contents contents, StepPlan plan, Index index, List<App> apps) {
      @Nullable Questions questions = contents.questions();
      Optional<String> writer =
          part("writer", Optional.empty(), () -> WorkspaceLock.holder(workspace.folder()));
      if (writer.isPresent()) {
        return new Next(Next.Action.WAIT_FOR_WRITER, writer.get());
      }
      if (!unreadable.isEmpty()) {
        return new Next(Next.Action.REPAIR_UNREADABLE, null);
      }
      if (contents.sources().isEmpty()) {
        return new Next(Next.Action.STAGE, null);
      }
      boolean review =
          questions != null
              && questions.parts().heldOut() == 0
              && questions.origins().waiting() + questions.origins().asked() > 0;
      if (!plan.upToDate()) {
        return new Next(review && written(plan) ? Next.Action.REVIEW : Next.Action.RUN, null);
      }
      boolean answers = apps.stream().anyMatch(app -> app.own() && app.index().problem() == null);
      boolean ready = answers && index.problem() == null;
      if (!ready) {
        return new Next(Next.Action.REPAIR_INDEX, null);
      }
      return new Next(review ? Next.Action.REVIEW : Next.Action.ASK, null);
    }

    /// Whether the questions that wait are about today's documents, as a training would find them.
    private static boolean written(StepPlan plan) {
      return plan.steps().stream()
          .takeWhile(step -> !step.step().equals(TrainStep.NAME))
          .allMatch(StepPlan.Planned::upToDate);
    }

    private <T extends @Nullable Object> T part(String name, T instead, Supplier<T> read) {
      try {
        return read.get();
      } catch (Failure e) {
        unreadable.put(name, ReportedFailure.of(e));
        return instead;
      }
    }

    private Map<String, Long> sources() {
      return Manifest.read(workspace).documents().stream()
          .collect(Collectors.groupingBy(Manifest.Entry::source, Collectors.counting()));
    }

    private Questions questions() {
      List<Passage> passages = inputs.passagesIfCurrent();
      QuestionLog questions = QuestionLog.of(workspace, passages);
      return new Questions(
          new QuestionLog.Parts(
              questions.train().size(), questions.dev().size(), questions.heldOut().size()),
          questions.declinedLog().size() + questions.declinedHeldOut().size(),
          questions.note().orElse(null),
          QuestionOverview.Counts.of(workspace, WrittenSplit.of(workspace, passages)));
    }

    private @Nullable LastProof proof() {
      String id = inputs.record("prove").map(StepRecord::output).orElse("");
      if (id.isEmpty() || !Artifact.exists(workspace.reports().resolve(id))) {
        return null;
      }
      Proof.Report report = Proof.read(workspace, id);
      return new LastProof(
          workspace.name(), report, report.promoted() && models.withdrawn(report.candidate()));
    }

    private List<App> apps() {
      if (!Files.exists(workspace.catalog())) {
        return List.of();
      }
      return Catalog.view(workspace.catalog(), this::apps);
    }

    private List<App> apps(Catalog catalog) {
      var apps = new ArrayList<App>();
      String own = WorkspaceApp.own(workspace, catalog).map(app -> app.id()).orElse("");
      for (var app : catalog.apps()) {
        Index index = index(() -> IndexPlace.ofApp(workspace.settings(), app.retriever()));
        var settled = WorkspaceApp.settled(workspace, catalog, app);
        apps.add(
            new App(
                app.id(),
                app.name(),
                app.id().equals(own),
                index,
                reranks(settled.planOrUntuned())));
      }
      return apps;
    }

    private @Nullable Reranks reranks(RetrievalPlan plan) {
      return switch (plan.reranker()) {
        case Reranker.None _ -> null;
        case Reranker.Model model ->
            new Reranks(
                model.id(),
                model.depth(),
                model.name().equals(workspace.name())
                    && new RerankerShelf(workspace).withdrawn(model.version()));
      };
    }

    private Index index(Supplier<IndexPlace> named) {
      String at = "";
      @Nullable String generation = null;
      boolean rolledBack = false;
      try {
        IndexPlace place = named.get();
        at = place.toString();
        try (IndexView indexes = IndexView.open(workspace, place)) {
          generation = indexes.current().orElse(null);
          if (generation == null) {
            return new Index(at, null, false, none(place));
          }
          rolledBack =
              place.equals(IndexPlace.of(workspace.settings(), null))
                  && inputs
                      .record(place.step())
                      .filter(recorded -> IndexStep.rolledBack(recorded, indexes))
                      .isPresent();
          try (PassageIndex open = indexes.open()) {
            var _ = models.ofSpace(open.space(), inputs.language());
          }
        }
        return new Index(at, generation, rolledBack, null);
      } catch (Failure e) {
        return new Index(at, generation, rolledBack, ReportedFailure.of(e));
      }
    }

    private ReportedFailure none(IndexPlace place) {
      return new ReportedFailure(
          "there is none yet" + place.unnamed(workspace.settings()),
          List.of(place.remedies(workspace.settings())));
    }
  }
}
