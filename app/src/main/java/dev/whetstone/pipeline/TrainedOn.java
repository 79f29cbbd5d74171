package dev.whetstone.pipeline;

import dev.whetstone.core.Passage;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a model has seen: `trained-on.json` beside its pairs, `pairs/VERSION/`.
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

  /// Of one version; empty for the base, which saw none of them.
  static Optional<TrainedOn> of(Workspace workspace, String version) {
    Path folder = workspace.pairs().resolve(version);
    return Artifact.exists(folder)
        ? Optional.of(Json.read(Artifact.open(folder).file(FILE), TrainedOn.class))
        : Optional.empty();
  }

  /// Whether most of `now` was there when the model was trained.
  boolean near(List<Passage> now) {
    Set<String> seen = new HashSet<>(passages);
    long known = now.stream().filter(passage -> seen.contains(passage.id())).count();
    return known >= NEAR * now.size();
  }
}
