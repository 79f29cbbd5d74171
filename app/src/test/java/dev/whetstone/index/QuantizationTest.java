package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Quantization;
import dev.whetstone.search.ExactSearch;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Quantized vectors on real nodes: what is found is ranked by the whole vectors.
@ParameterizedClass
@EnumSource(Node.class)
class QuantizationTest {
  private static final int SIZE = 1500;
  private static final int DIMENSION = 96;

  private final Node node;
  private final String name = "q" + UUID.randomUUID().toString().substring(0, 8);

  QuantizationTest(Node node) {
    this.node = node;
  }

  @AfterEach
  void clean() {
    node.clean(name);
  }

  @ParameterizedTest
  @EnumSource(
      value = Quantization.class,
      names = {"INT8", "BBQ"})
  void ninetyFiveInAHundredOfTheTenNearestAreFoundWithTheirExactCosines(Quantization kind) {
    Assumptions.assumeFalse(
        node == Node.OPENSEARCH && kind == Quantization.BBQ, "OpenSearch has no bbq");
    var random = new Random(14);
    var data = new float[SIZE * DIMENSION];
    for (int row = 0; row < SIZE; row++) {
      System.arraycopy(Corpora.direction(DIMENSION, random), 0, data, row * DIMENSION, DIMENSION);
    }
    List<String> ids = IntStream.range(0, SIZE).mapToObj(row -> "p" + row).toList();
    var vectors = new Vectors(Corpora.SPACE, ids, DIMENSION, data);
    List<Passage> passages = ids.stream().map(id -> Corpora.passage(id, id)).toList();
    var settings =
        node.settings().withLayout(new ClusterSettings.Layout(1, 0, kind, kind.oversample()));
    int found = 0;
    int questions = 30;
    try (var indexes = new ClusterIndexes(node.connect(settings), name)) {
      try (GenerationWriter writer = indexes.begin(Corpora.SPACE, DIMENSION)) {
        writer.upsert(passages, vectors);
        writer.commit(Map.of());
      }
      PassageIndex index = indexes.open("000001");
      for (int i = 0; i < questions; i++) {
        float[] query = Corpora.direction(DIMENSION, random);

        List<Hit> nearest = index.nearest(query, 10, Filter.ALL).hits();

        var exact = ExactSearch.search(vectors, query, 10).ids();
        found += (int) nearest.stream().filter(hit -> exact.contains(hit.passageId())).count();
        for (Hit hit : nearest) {
          assertThat(hit.score())
              .isCloseTo(vectors.dot(vectors.row(hit.passageId()), query), within(1e-4));
        }
        List<String> any = ids.subList(40 * i, 40 * i + 100);
        var cosines = index.cosines(query, any);
        assertThat(cosines).containsOnlyKeys(any);
        cosines.forEach(
            (id, cosine) ->
                assertThat(cosine).isCloseTo(vectors.dot(vectors.row(id), query), within(1e-4)));
      }
    }
    assertThat(found / (questions * 10.0)).isGreaterThanOrEqualTo(0.95);
  }
}
