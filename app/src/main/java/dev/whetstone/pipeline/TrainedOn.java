package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.DocumentNames;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a model has seen: `trained-on.json` beside its pairs, `pairs/NAME/VERSION/`.
///
/// @param labelDocuments whose questions trained it or chose its settings: none of them may prove
///   it
/// @param documents all whose text it was trained on
/// @param passages ids of all passages it could have seen
record TrainedOn(List<String> labelDocuments, List<String> documents, List<String> passages) {
  static final String FILE = "trained-on.json";

  /// Below this share of known passages a model is trained anew by `whet run`.
  private static final double NEAR = .9;

  TrainedOn {
    labelDocuments = List.copyOf(labelDocuments);
    documents = List.copyOf(documents);
    passages = List.copyOf(passages);
  }

  /// Where the pairs of a version of the workspace's model stand, or are to be written.
  static Path folder(Workspace workspace, String version) {
    return folder(workspace, workspace.name(), version);
  }

  private static Path folder(Workspace workspace, String name, String version) {
    return workspace.pairs().resolve(name).resolve(version);
  }

  /// Of one version; empty where it is not known.
  static Optional<TrainedOn> of(Workspace workspace, String version) {
    Path folder = folder(workspace, version);
    if (!Artifact.exists(folder)) {
      folder = workspace.pairs().resolve(version);
      if (!Artifact.exists(folder) || !alone(workspace, version)) {
        return Optional.empty();
      }
    }
    return Optional.of(Json.read(Artifact.open(folder).file(FILE), TrainedOn.class));
  }

  /// An older program wrote `pairs/VERSION/` without the model's name, and wrote over that of
  /// another name: it says whose it is where one model alone can have it.
  private static boolean alone(Workspace workspace, String version) {
    Path models = workspace.models();
    if (!Files.isDirectory(models)) {
      return true;
    }
    try (Stream<Path> names = Files.list(models)) {
      return names
          .filter(model -> Files.isDirectory(model.resolve(version)))
          .map(model -> String.valueOf(model.getFileName()))
          .filter(name -> !Artifact.exists(folder(workspace, name, version)))
          .allMatch(workspace.name()::equals);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + models + ": " + e.getMessage(), e);
    }
  }

  /// Whose questions trained it, by the ids they have now: an older program noted them by the names
  /// that the questions called them.
  List<String> labelDocuments(Manifest staged) {
    if (labelDocuments.isEmpty()) {
      return List.of();
    }
    var names = new DocumentNames(staged.documents().stream().map(Manifest.Entry::path).toList());
    var places = labelDocuments.stream().map(name -> new Place(name, null, 0)).toList();
    return names.resolve(new Question("seen", "seen", places)).places().stream()
        .map(Place::document)
        .toList();
  }

  /// Whether most of `now` was there when the model was trained.
  boolean near(List<Passage> now) {
    Set<String> seen = new HashSet<>(passages);
    long known = now.stream().filter(passage -> seen.contains(passage.id())).count();
    return known >= NEAR * now.size();
  }
}
