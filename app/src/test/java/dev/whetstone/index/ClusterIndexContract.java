package dev.whetstone.index;

import dev.whetstone.core.Passage;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What both clusters do, on a real node.
abstract class ClusterIndexContract extends PassageIndexContract {
  private @Nullable ClusterClient client;
  private int made;
  private final String run = "t" + UUID.randomUUID().toString().substring(0, 8);

  abstract ClusterClient connect(ClusterSettings settings);

  /// Skips the test when there is no node.
  abstract String host();

  @BeforeEach
  void connect() {
    client = connect(ClusterSettings.of(host()));
  }

  @AfterEach
  void clean() throws IOException {
    if (client != null) {
      for (int i = 0; i < made; i++) {
        client.send("DELETE", "/" + run + "-" + i + "-000001", Map.of(), null);
      }
      client.close();
    }
  }

  /// Clusters count deleted passages until they are merged away, which they are not for hours.
  @Override
  Map<String, Double> reference(String question, List<Change> changes, Collection<Passage> now) {
    var all = new ArrayList<>(now);
    for (Change change : changes) {
      for (Passage passage : change.upserts()) {
        if (!now.contains(passage)) {
          all.add(Corpora.passage("deleted" + all.size(), passage.text()));
        }
      }
    }
    Map<String, Double> scores = new ReferenceBm25(all).scores(question);
    scores.keySet().retainAll(now.stream().map(Passage::id).toList());
    return scores;
  }

  @Override
  PassageIndex index(List<Change> changes) {
    var indexes = new ClusterIndexes(Objects.requireNonNull(client), run + "-" + made++);
    for (Change change : changes) {
      boolean first = indexes.current().isEmpty();
      String generation;
      try (GenerationWriter writer =
          first
              ? indexes.begin(change.vectors().space(), change.vectors().dimension())
              : indexes.update(change.vectors().space())) {
        writer.upsert(change.upserts(), change.vectors());
        writer.delete(change.deletes());
        writer.commit(Map.of());
        generation = writer.generation();
      }
      if (first) {
        indexes.promote(generation);
      }
    }
    return indexes.open();
  }
}
