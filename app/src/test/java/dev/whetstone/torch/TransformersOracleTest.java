package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.model.Model;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The network of every family against the vectors that sentence-transformers makes of the same
/// weights and tokens.
class TransformersOracleTest {
  static List<Path> folders() throws IOException {
    return NetworkFolders.all();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void vectorsAreThoseOfSentenceTransformers(Path folder) throws IOException {
    Model model = Model.open(folder);
    JsonNode oracle = Json.MAPPER.readTree(Files.readString(folder.resolve("vectors.json")));
    List<int[]> tokens = new ArrayList<>();
    oracle.path("tokens").forEach(row -> tokens.add(ints(row)));
    try (var network = Network.of(model.network(), model.weights())) {
      float[] rows = network.embed(tokens, Precision.FP32);

      int dimension = model.dimension();
      assertThat(rows).hasSize(oracle.path("passages").size() * dimension).isNotEmpty();
      for (int i = 0; i < tokens.size(); i++) {
        for (int d = 0; d < dimension; d++) {
          assertThat(rows[i * dimension + d])
              .isCloseTo((float) oracle.path("passages").get(i).get(d).asDouble(), within(1e-5f));
        }
      }
    }
  }

  private static int[] ints(JsonNode row) {
    int[] values = new int[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i).asInt();
    }
    return values;
  }
}
