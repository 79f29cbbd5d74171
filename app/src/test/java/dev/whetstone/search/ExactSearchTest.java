package dev.whetstone.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactSearchTest {
  private static final SpaceId SPACE = new SpaceId("0123456789abcdef");

  @ParameterizedTest
  @CsvSource({"1,3,1", "255,16,10", "256,16,10", "257,19,10", "1000,7,2000"})
  void theBestAreThoseOfSortingEverything(int size, int dimension, int k) {
    var random = new Random(size);
    Vectors vectors = vectors(size, dimension, random);
    List<float[]> queries = IntStream.range(0, 9).mapToObj(_ -> unit(dimension, random)).toList();

    List<Ranking> found = ExactSearch.search(vectors, queries, k, 2);

    assertThat(found).hasSize(queries.size());
    for (int q = 0; q < queries.size(); q++) {
      var all = new ArrayList<Hit>();
      for (int row = 0; row < size; row++) {
        all.add(new Hit(vectors.ids().get(row), vectors.dot(row, queries.get(q))));
      }
      Ranking expected = Ranking.best(all, k);
      assertThat(found.get(q).ids()).isEqualTo(expected.ids());
      for (int i = 0; i < expected.hits().size(); i++) {
        assertThat(found.get(q).hits().get(i).score())
            .isCloseTo(expected.hits().get(i).score(), within(1e-5));
      }
    }
  }

  @Test
  void aQuestionAloneAndInABatchGiveTheSameBits() {
    var random = new Random(5);
    Vectors vectors = vectors(700, 33, random);
    List<float[]> queries = IntStream.range(0, 20).mapToObj(_ -> unit(33, random)).toList();

    List<Ranking> together = ExactSearch.search(vectors, queries, 12, 3);

    for (int q = 0; q < queries.size(); q++) {
      assertThat(ExactSearch.search(vectors, queries.get(q), 12)).isEqualTo(together.get(q));
    }
  }

  @Test
  void equalScoresStandByIdAlsoWhereTheListIsCut() {
    float[] data = {1, 0, 1, 0, 1, 0, 0, 1};
    var vectors = new Vectors(SPACE, List.of("c", "a", "b", "d"), 2, data);

    Ranking found = ExactSearch.search(vectors, new float[] {1, 0}, 2);

    assertThat(found.ids()).containsExactly("a", "b");
  }

  @Test
  void aQueryOfAnotherLengthIsTheCallersMistake() {
    var vectors = new Vectors(SPACE, List.of("a"), 2, new float[] {1, 0});

    assertThatThrownBy(() -> ExactSearch.search(vectors, new float[] {1, 0, 0}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a query of 3 floats for vectors of 2");
  }

  private static Vectors vectors(int size, int dimension, Random random) {
    var data = new float[size * dimension];
    for (int row = 0; row < size; row++) {
      System.arraycopy(unit(dimension, random), 0, data, row * dimension, dimension);
    }
    List<String> ids = IntStream.range(0, size).mapToObj(row -> "p" + row).toList();
    return new Vectors(SPACE, ids, dimension, data);
  }

  private static float[] unit(int dimension, Random random) {
    var vector = new float[dimension];
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < dimension; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
