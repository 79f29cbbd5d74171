package dev.whetstone.index.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.Corpora;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.index.PassageIndexContract;
import dev.whetstone.search.ExactSearch;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneIndexTest extends PassageIndexContract {
  @TempDir Path folder;
  private int made;

  @Override
  protected PassageIndex index(List<Change> changes) {
    var indexes = new LuceneIndexes(folder.resolve("index" + made++));
    for (Change change : changes) {
      boolean first = indexes.current().isEmpty();
      String generation;
      try (LuceneWriter writer =
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

  @Test
  void ofTheTenNearestAmongThousands98InAHundredAreFound() {
    var random = new Random(11);
    int dimension = 64;
    int size = 4000;
    Vectors vectors = clustered(size, dimension, random);
    List<Passage> passages =
        vectors.ids().stream().map(id -> Corpora.passage(id, "text of " + id)).toList();
    int found = 0;
    int questions = 200;
    try (var index = LuceneIndex.inMemory(passages, vectors)) {
      for (int i = 0; i < questions; i++) {
        float[] query = near(vectors.vector(random.nextInt(size)), random);
        var expected = new HashSet<>(ExactSearch.search(vectors, query, 10).ids());
        Ranking nearest = index.nearest(query, 10, Filter.ALL);
        expected.retainAll(nearest.ids());
        found += expected.size();
      }
    }

    assertThat((double) found / (questions * 10)).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void anIndexOfWordsAloneRefusesVectors() {
    try (var index = LuceneIndex.inMemory(List.of(Corpora.passage("a", "red owls")), null)) {
      assertThat(index.words("owl", 1, Filter.ALL).ids()).containsExactly("a");
      assertThatThrownBy(() -> index.nearest(new float[] {1, 0}, 1, Filter.ALL))
          .isInstanceOf(Failure.Refused.class)
          .hasMessage("generation memory is an index of words: no vectors");
    }
  }

  private static Vectors clustered(int size, int dimension, Random random) {
    List<float[]> centres =
        IntStream.range(0, 60).mapToObj(_ -> Corpora.direction(dimension, random)).toList();
    var data = new float[size * dimension];
    for (int row = 0; row < size; row++) {
      float[] vector = near(centres.get(random.nextInt(centres.size())), random);
      System.arraycopy(vector, 0, data, row * dimension, dimension);
    }
    List<String> ids = IntStream.range(0, size).mapToObj(row -> "p" + row).toList();
    return new Vectors(Corpora.SPACE, ids, dimension, data);
  }

  private static float[] near(float[] centre, Random random) {
    float[] vector = centre.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) (random.nextGaussian() * 0.6 / Math.sqrt(vector.length));
    }
    return Corpora.unit(vector);
  }
}
