package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.cluster.ClusterIndexes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What the fault tests write, and what must be there in the end.
record Load(List<Passage> passages, Vectors vectors) {
  private static final int COMMITS = 4;

  static Load of(int count, long seed) {
    var passages = Corpora.random(count, new Random(seed));
    return new Load(passages, Corpora.vectors(passages, seed));
  }

  /// A new generation, written in several commits, which then serves.
  String index(ClusterIndexes indexes) {
    String generation;
    try (GenerationWriter writer = indexes.begin(Corpora.SPACE, vectors.dimension())) {
      generation = writer.generation();
      for (int i = 0; i < COMMITS; i++) {
        writer.upsert(slice(i), vectors);
        writer.commit(Map.of());
      }
    }
    indexes.promote(generation);
    return generation;
  }

  private List<Passage> slice(int i) {
    return passages.subList(i * passages.size() / COMMITS, (i + 1) * passages.size() / COMMITS);
  }

  /// As an operator does: the same command again while the cluster does not answer.
  ///
  /// @return how many times it failed first
  int indexAgainAndAgain(ClusterIndexes indexes, int most) {
    var failures = new ArrayList<String>();
    while (true) {
      try {
        index(indexes);
        return failures.size();
      } catch (Failure.Unavailable | Failure.Refused e) {
        failures.add(e.getMessage());
        if (failures.size() > most) {
          throw new AssertionError("failed " + failures.size() + " times", e);
        }
      }
    }
  }

  /// Exactly these passages serve, each found at the top by its own vector.
  void assertServedBy(ClusterIndexes indexes) {
    try (PassageIndex index = indexes.open()) {
      assertThat(index.size()).isEqualTo(passages.size());
      assertThat(index.passages()).containsExactlyInAnyOrderElementsOf(passages);
      for (int i = 0; i < passages.size(); i += 1 + passages.size() / 10) {
        String id = passages.get(i).id();
        var found = index.nearest(vectors.vector(vectors.row(id)), 1, Filter.ALL);
        assertThat(found.hits().getFirst().passageId()).isEqualTo(id);
      }
    }
  }
}
