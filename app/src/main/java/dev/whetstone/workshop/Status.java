package dev.whetstone.workshop;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.prove.ProofStep;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.StepLog;
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
/// the places that the documents came from. (To open a workspace in a bucket is what brings its
/// copy up to date, under the copy's lock.)
///
/// @param sources documents by the folder or bucket that they were staged from
/// @param questions null where they cannot be read
/// @param models versions that stand here, oldest first
/// @param serving version; null for the base model
/// @param proof what the last proof came to; null where there was none
/// @param steps in order, up to the first that is not up to date
/// @param unread why a part could not be read, by the part: `documents`, `questions`, `models`,
///   `proof`, `apps` or `writer`
/// @param next what to type next
public record Status(
    String workspace,
    Map<String, Long> sources,
    @Nullable Questions questions,
    List<String> models,
    @Nullable String serving,
    @Nullable String proof,
    Index index,
    List<App> apps,
    List<Step> steps,
    Map<String, String> unread,
    String next) {
  public Status {
    sources = Map.copyOf(sources);
    models = List.copyOf(models);
    apps = List.copyOf(apps);
    steps = List.copyOf(steps);
    unread = Map.copyOf(unread);
  }

  /// How many questions are for what.
  ///
  /// @param dev that settings are chosen on
  /// @param heldOut for the proof
  /// @param declined that the documents do not answer
  /// @param note on how they were split; null without one
  public record Questions(int train, int dev, int heldOut, int declined, @Nullable String note) {}

  /// @param at its name and engine
  /// @param generation that serves; null where none does
  /// @param rolledBack whether the step `index` wrote a later one
  /// @param reason why questions cannot be answered from it; null where they can
  public record Index(
      String at, @Nullable String generation, boolean rolledBack, @Nullable String reason) {}

  /// @param own whether it is the workspace's own, which `whet ask` asks
  /// @param index that it searches
  public record App(String id, String name, boolean own, Index index) {}

  /// @param words what the step last came to, or why it cannot be done
  public record Step(String name, boolean upToDate, String words) {}

  public static Status of(Workspace workspace) {
    return of(workspace, ModelShelf.looking(workspace, MavenArtifact.defaultCache()));
  }

  /// @param shelf one that only looks
  static Status of(Workspace workspace, ModelShelf shelf) {
    return new Look(workspace, shelf).status();
  }

  /// One look at all parts, each of which may fail by itself.
  private static final class Look {
    private final Workspace workspace;
    private final ModelShelf shelf;
    private final StepLog log;
    private final Lifecycle lifecycle;
    private final Map<String, String> unread = new TreeMap<>();

    Look(Workspace workspace, ModelShelf shelf) {
      this.workspace = workspace;
      this.shelf = shelf;
      this.log = new StepLog(workspace);
      this.lifecycle = Lifecycle.looking(workspace, shelf);
    }

    Status status() {
      Map<String, Long> sources = part("documents", Map.of(), this::sources);
      Questions questions = part("questions", null, this::questions);
      List<String> models = part("models", List.of(), shelf::versions);
      String serving = part("models", null, shelf::serving);
      String proof = part("proof", null, this::proof);
      Index index = index(() -> IndexPlace.of(workspace.settings(), null));
      List<App> apps = part("apps", List.of(), this::apps);
      List<Step> steps = steps(proof);
      String next = next(sources.isEmpty(), steps.getLast().upToDate(), index, apps);
      return new Status(
          workspace.folder().toString(),
          sources,
          questions,
          models,
          serving,
          proof,
          index,
          apps,
          steps,
          unread,
          next);
    }

    private String next(boolean empty, boolean upToDate, Index index, List<App> apps) {
      Optional<String> writer =
          part("writer", Optional.empty(), () -> WorkspaceLock.holder(workspace.folder()));
      if (writer.isPresent()) {
        return "wait: " + writer.get() + ", is at work";
      }
      if (!unread.isEmpty()) {
        return "mend what cannot be read, see above: " + String.join(", ", unread.keySet());
      }
      if (empty) {
        return "whet stage DIR";
      }
      if (!upToDate) {
        return "whet run";
      }
      boolean answers = apps.stream().anyMatch(app -> app.own() && app.index().reason() == null);
      return answers && index.reason() == null
          ? "whet ask \"...\", or whet serve"
          : "see above what is NOT ready";
    }

    private <T extends @Nullable Object> T part(String name, T instead, Supplier<T> read) {
      try {
        return read.get();
      } catch (Failure e) {
        unread.put(name, String.valueOf(e.getMessage()));
        return instead;
      }
    }

    private Map<String, Long> sources() {
      return Manifest.read(workspace).documents().stream()
          .collect(Collectors.groupingBy(Manifest.Entry::source, Collectors.counting()));
    }

    private Questions questions() {
      QuestionLog questions = QuestionLog.of(workspace, lifecycle.prepared());
      return new Questions(
          questions.train().size(),
          questions.dev().size(),
          questions.heldOut().size(),
          questions.declinedLog().size() + questions.declinedHeldOut().size(),
          questions.note().orElse(null));
    }

    private @Nullable String proof() {
      String id = log.read("prove").map(StepLog.Entry::output).orElse("");
      if (id.isEmpty() || !Artifact.exists(workspace.reports().resolve(id))) {
        return null;
      }
      ProofStep.Report proof = ProofStep.read(workspace, id);
      return proof.promoted() && shelf.withdrawn(proof.candidate())
          ? proof.words()
              + "; "
              + shelf.name(proof.candidate())
              + " was rolled back since: `whet prove` lets it serve again if the gate does"
          : proof.words();
    }

    /// The step `prove` says what the proof does.
    private List<Step> steps(@Nullable String proof) {
      return lifecycle.look().stream()
          .map(
              step -> {
                String words = step.lines().getFirst();
                return new Step(
                    step.step(),
                    step.upToDate(),
                    proof != null && proof.startsWith(words) ? proof : words);
              })
          .toList();
    }

    private List<App> apps() {
      if (!Files.exists(workspace.catalog())) {
        return List.of();
      }
      var apps = new ArrayList<App>();
      try (var catalog = Catalog.open(workspace.catalog())) {
        String own = WorkspaceApp.own(workspace, catalog).map(app -> app.id()).orElse("");
        for (var app : catalog.apps()) {
          Index index = index(() -> IndexPlace.ofApp(workspace.settings(), app.retriever()));
          apps.add(new App(app.id(), app.name(), app.id().equals(own), index));
        }
      }
      return apps;
    }

    private Index index(Supplier<IndexPlace> named) {
      String at = "";
      String generation = null;
      boolean rolledBack = false;
      try {
        IndexPlace place = named.get();
        at = place.toString();
        try (Indexes indexes = Engines.open(workspace, place)) {
          generation = indexes.current().orElse(null);
          if (generation == null) {
            return new Index(
                at, null, false, "there is none yet" + place.unnamed(workspace.settings()));
          }
          rolledBack =
              place.equals(IndexPlace.of(workspace.settings(), null))
                  && IndexStep.rolledBack(log, place, indexes);
          try (PassageIndex open = indexes.open()) {
            var _ = shelf.ofSpace(open.space(), lifecycle.language());
          }
        }
        return new Index(at, generation, rolledBack, null);
      } catch (Failure e) {
        return new Index(at, generation, rolledBack, e.getMessage());
      }
    }
  }
}
