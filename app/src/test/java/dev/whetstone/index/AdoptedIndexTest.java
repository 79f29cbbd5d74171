package dev.whetstone.index;

import static dev.whetstone.index.Corpora.SPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.cluster.AdoptedIndexes;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.store.Json;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Indices made by hand, as steps 5 and 6 of the workflow make them, on real nodes.
@ParameterizedClass
@EnumSource(Node.class)
class AdoptedIndexTest {
  private static final int DIMENSION = 8;
  private static final int SIZE = 60;

  private final Node node;
  private final String index = "adopted-" + UUID.randomUUID().toString().substring(0, 8);
  private final Vectors vectors = vectors(new Random(5));

  AdoptedIndexTest(Node node) {
    this.node = node;
  }

  @BeforeEach
  void makeByHand() {
    node.call("PUT", "/" + index, mapping("cosine"));
    load(index, 1);
  }

  @AfterEach
  void clean() {
    node.clean(index);
  }

  @Test
  void itIsSearchedByItsWordsAndItsVectors() {
    try (var indexes = adopted(AdoptedFields.WORKFLOW);
        PassageIndex open = indexes.open()) {
      float[] query = Corpora.direction(DIMENSION, new Random(8));

      assertThat(open.size()).isEqualTo(SIZE);
      assertThat(open.space()).isEqualTo(SPACE);
      assertThat(open.generation()).isEqualTo(index);
      assertThat(open.words("passage seven", 10, Filter.ALL).ids()).contains("p7");
      var nearest = open.nearest(query, 10, Filter.ALL);
      var exact = ExactSearch.search(vectors, query, 10);
      assertThat(nearest.ids()).isEqualTo(exact.ids());
      assertThat(nearest.hits().getFirst().score())
          .isCloseTo(exact.hits().getFirst().score(), within(1e-5));
      assertThat(open.cosines(query, List.of("p3", "absent")))
          .containsOnlyKeys("p3")
          .hasEntrySatisfying(
              "p3",
              cosine ->
                  assertThat(cosine)
                      .isCloseTo(vectors.dot(vectors.row("p3"), query), within(1e-5)));
    }
  }

  @Test
  void vectorsThatAreNotOfUnitLengthAreComparedByTheirCosine() {
    String other = index + "-l2";
    node.call("PUT", "/" + other, mapping("l2"));
    load(other, 3);
    try (var indexes =
        new AdoptedIndexes(node.connect(node.settings()), other, SPACE, AdoptedFields.WORKFLOW)) {
      float[] query = Corpora.direction(DIMENSION, new Random(9));

      var nearest = indexes.open().nearest(query, 10, Filter.ALL);

      assertThat(nearest.ids()).isEqualTo(ExactSearch.search(vectors, query, 10).ids());
      assertThat(nearest.hits()).allMatch(hit -> Math.abs(hit.score()) <= 1);
      assertThat(indexes.examine(5).lengths().longest()).isCloseTo(3, within(1e-3));
    }
  }

  @Test
  void itsDocumentsAreReadAsPassages() {
    try (var indexes = adopted(new AdoptedFields("embedding", "content", "file"));
        PassageIndex open = indexes.open()) {
      var passage = open.passages(List.of("p4", "absent")).getFirst();

      assertThat(passage.document()).isEqualTo("file1.md");
      assertThat(passage.text()).isEqualTo("passage number 4 four");
      assertThat(passage.metadata()).containsEntry("lang", "de").doesNotContainKey("embedding");
      assertThat(open.passages()).hasSize(SIZE);
    }
  }

  @Test
  void filtersActInsideEachArm() {
    try (var indexes = adopted(new AdoptedFields("embedding", "content", "file"));
        PassageIndex open = indexes.open()) {
      float[] query = Corpora.direction(DIMENSION, new Random(8));
      var file = new Filter(Map.of("document", Set.of("file1.md"), "lang", Set.of("de")));

      var words = open.words("passage", 100, file).ids();
      var nearest = open.nearest(query, 100, file).ids();

      List<String> expected =
          IntStream.range(0, SIZE)
              .filter(i -> i % 3 == 1 && i % 2 == 0)
              .mapToObj(i -> "p" + i)
              .toList();
      assertThat(words).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(nearest).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(open.words("passage", 100, new Filter(Map.of("nothing", Set.of("x")))).hits())
          .isEmpty();
      assertThat(open.words("passage", 100, Filter.noneOf("document", Set.of("file1.md"))).ids())
          .hasSize(SIZE * 2 / 3)
          .noneMatch(id -> Integer.parseInt(id.substring(1)) % 3 == 1);
      assertThat(open.words("passage", 100, Filter.noneOf("nothing", Set.of("x"))).ids())
          .hasSize(SIZE);
    }
  }

  @Test
  void aSampleShowsDimensionSimilarityTextsAndVectors() {
    try (var indexes = adopted(AdoptedFields.WORKFLOW)) {
      Adoptable looks = indexes.examine(20);

      assertThat(looks.passages()).isEqualTo(SIZE);
      assertThat(looks.dimension()).isEqualTo(DIMENSION);
      assertThat(looks.similarity()).startsWith("cosine");
      assertThat(looks.texts()).hasSize(20);
      assertThat(looks.vectors().ids()).containsExactlyInAnyOrderElementsOf(looks.texts().keySet());
      String one = looks.vectors().ids().getFirst();
      assertThat(looks.vectors().vector(0))
          .containsExactly(vectors.vector(vectors.row(one)), within(1e-6f));
    }
  }

  @Test
  void fieldsThatAreNotThereAreRefusedWithThoseThatAre() {
    try (var indexes = adopted(new AdoptedFields("vec", "content", null))) {
      assertThatThrownBy(indexes::open)
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("no field of vectors called vec")
          .hasMessageContaining("content, embedding");
    }
    try (var indexes = adopted(new AdoptedFields("embedding", "file", null))) {
      assertThatThrownBy(indexes::open)
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("no field of type text called file");
    }
  }

  @Test
  void itIsNotWritten() {
    try (var indexes = adopted(AdoptedFields.WORKFLOW)) {
      assertThatThrownBy(() -> indexes.begin(SPACE, DIMENSION))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining(index + " at ")
          .hasMessageContaining("was made by others");
    }
  }

  private AdoptedIndexes adopted(AdoptedFields fields) {
    return new AdoptedIndexes(node.connect(node.settings()), index, SPACE, fields);
  }

  private String mapping(String similarity) {
    String vector =
        switch (node) {
          case ELASTICSEARCH ->
              """
              {"type": "dense_vector", "dims": 8, "index": true, "similarity": "%s"}\
              """
                  .formatted(similarity.equals("l2") ? "l2_norm" : similarity);
          case OPENSEARCH ->
              """
              {"type": "knn_vector", "dimension": 8, "method":
                {"name": "hnsw", "engine": "lucene", "space_type": "%s"}}\
              """
                  .formatted(similarity.equals("l2") ? similarity : "cosinesimil");
        };
    String settings = node == Node.OPENSEARCH ? "\"settings\": {\"index.knn\": true}," : "";
    return """
    {%s "mappings": {"properties": {"embedding": %s, "content": {"type": "text"},
      "file": {"type": "keyword"},
      "lang": {"type": "text", "fields": {"keyword": {"type": "keyword"}}}}}}\
    """
        .formatted(settings, vector);
  }

  private void load(String into, float length) {
    var lines = new StringBuilder();
    for (int row = 0; row < SIZE; row++) {
      float[] vector = vectors.vector(row);
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= length;
      }
      lines.append(Json.line(Map.of("index", Map.of("_id", "p" + row)))).append('\n');
      String text = "passage number " + row + (row == 4 ? " four" : row == 7 ? " seven" : "");
      lines
          .append(
              Json.line(
                  Map.of(
                      "embedding",
                      vector,
                      "content",
                      text,
                      "file",
                      "file" + row % 3 + ".md",
                      "lang",
                      row % 2 == 0 ? "de" : "en")))
          .append('\n');
    }
    assertThat(
            node.call("POST", "/" + into + "/_bulk?refresh=true", lines.toString())
                .path("errors")
                .asBoolean())
        .isFalse();
  }

  private static Vectors vectors(Random random) {
    var data = new float[SIZE * DIMENSION];
    for (int row = 0; row < SIZE; row++) {
      System.arraycopy(Corpora.direction(DIMENSION, random), 0, data, row * DIMENSION, DIMENSION);
    }
    return new Vectors(
        SPACE, IntStream.range(0, SIZE).mapToObj(row -> "p" + row).toList(), DIMENSION, data);
  }
}
