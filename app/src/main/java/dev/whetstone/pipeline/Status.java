package dev.whetstone.pipeline;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.Artifact;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a workspace stands. Read without its lock, and without looking at the places that the
/// documents came from.
///
/// @param sources documents by the folder or bucket that they were staged from
/// @param models versions that stand here, oldest first
/// @param serving version; null for the base model
/// @param proof what the last proof came to; null where there was none
/// @param steps in order, up to the first that is not up to date
/// @param next what to type next
public record Status(
    String workspace,
    Map<String, Long> sources,
    Questions questions,
    List<String> models,
    @Nullable String serving,
    @Nullable String proof,
    Index index,
    List<Index> apps,
    List<Step> steps,
    String next) {
  public Status {
    sources = Map.copyOf(sources);
    models = List.copyOf(models);
    apps = List.copyOf(apps);
    steps = List.copyOf(steps);
  }

  /// How many questions are for what.
  ///
  /// @param dev that settings are chosen on
  /// @param heldOut for the proof
  /// @param declined that the documents do not answer
  public record Questions(int train, int dev, int heldOut, int declined) {}

  /// An index, or an app by the index that it searches.
  ///
  /// @param name of the app, or of the index
  /// @param at the index
  /// @param generation that serves; null where none does
  /// @param reason why questions cannot be answered from it; null where they can
  public record Index(
      String name, String at, @Nullable String generation, @Nullable String reason) {}

  /// @param words what the step last came to, or why it cannot be done
  public record Step(String name, boolean upToDate, String words) {}

  public static Status of(Workspace workspace) {
    Manifest manifest = Manifest.read(workspace);
    var shelf = new ModelShelf(workspace, true);
    List<Step> steps = steps(workspace, manifest);
    IndexPlace own = IndexPlace.of(workspace.settings(), null);
    return new Status(
        workspace.folder().toString(),
        manifest.documents().stream()
            .collect(Collectors.groupingBy(Manifest.Entry::source, Collectors.counting())),
        questions(workspace),
        shelf.versions(),
        shelf.serving(),
        proof(workspace),
        index(workspace, shelf, own.name(), own),
        apps(workspace, shelf),
        steps,
        next(manifest, steps));
  }

  private static String next(Manifest manifest, List<Step> steps) {
    if (manifest.documents().isEmpty()) {
      return "whet stage DIR";
    }
    return steps.getLast().upToDate() ? "whet ask \"...\", or whet serve" : "whet run";
  }

  private static List<Step> steps(Workspace workspace, Manifest manifest) {
    if (manifest.documents().isEmpty()) {
      return List.of(new Step("stage", false, "nothing is staged"));
    }
    return Lifecycle.look(workspace).stream()
        .map(step -> new Step(step.step(), step.upToDate(), step.lines().getFirst()))
        .toList();
  }

  private static Questions questions(Workspace workspace) {
    QuestionLog log = QuestionLog.of(workspace);
    return new Questions(
        log.train().size(),
        log.dev().size(),
        log.heldOut().size(),
        log.declinedLog().size() + log.declinedHeldOut().size());
  }

  private static @Nullable String proof(Workspace workspace) {
    Optional<String> report = new StepLog(workspace).read("prove").map(StepLog.Entry::output);
    return report
        .filter(id -> Artifact.exists(workspace.reports().resolve(id)))
        .map(id -> ProofStep.read(workspace, id).words())
        .orElse(null);
  }

  private static List<Index> apps(Workspace workspace, ModelShelf shelf) {
    if (!Files.exists(workspace.catalog())) {
      return List.of();
    }
    var apps = new ArrayList<Index>();
    try (var catalog = Catalog.open(workspace.catalog())) {
      for (App app : catalog.apps()) {
        String name = app.name() + " (" + app.id() + ")";
        try {
          var place = IndexPlace.ofApp(workspace.settings(), app.retriever());
          apps.add(index(workspace, shelf, name, place));
        } catch (Failure e) {
          apps.add(new Index(name, app.retriever().index(), null, e.getMessage()));
        }
      }
    }
    return apps;
  }

  private static Index index(Workspace workspace, ModelShelf shelf, String name, IndexPlace place) {
    try (Indexes indexes = Engines.open(workspace, place)) {
      String generation = indexes.current().orElse(null);
      return new Index(
          name,
          place.toString(),
          generation,
          generation == null
              ? "there is none yet: " + place.made(workspace.settings())
              : unknown(workspace, shelf, indexes));
    } catch (Failure e) {
      return new Index(name, place.toString(), null, e.getMessage());
    }
  }

  /// Why a question cannot be asked in the space of what serves; null where it can.
  private static @Nullable String unknown(Workspace workspace, ModelShelf shelf, Indexes indexes) {
    try (PassageIndex open = indexes.open()) {
      SpaceId space = open.space();
      if (shelf.versions().stream().noneMatch(version -> shelf.makes(version, space))) {
        var _ = shelf.ofSpace(space, Ground.of(workspace).language());
      }
      return null;
    } catch (Failure.Refused e) {
      return e.getMessage();
    }
  }
}
