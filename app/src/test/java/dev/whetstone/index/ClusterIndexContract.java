package dev.whetstone.index;

import dev.whetstone.core.Passage;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterIndexes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/// What both clusters do, on a real node.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClusterIndexContract extends PassageIndexContract {
  private final Node node;
  private final String run = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final List<ClusterClient> clients = new ArrayList<>(); // one, once it is needed
  private int made;

  protected ClusterIndexContract(Node node) {
    this.node = node;
  }

  @AfterAll
  protected void clean() {
    if (!clients.isEmpty()) {
      node.clean(run);
    }
    clients.forEach(ClusterClient::close);
  }

  /// Clusters count deleted passages until they are merged away, which they are not for hours.
  @Override
  protected Map<String, Double> reference(
      String question, List<Change> changes, Collection<Passage> now) {
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
  protected PassageIndex index(List<Change> changes) {
    if (clients.isEmpty()) {
      clients.add(node.connect(node.settings()));
    }
    var indexes = new ClusterIndexes(clients.getFirst(), run + "-" + made++);
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
