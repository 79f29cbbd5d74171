package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordEncoderTest {
  @Test
  void aTextThatSharesWordsIsNearerThanOneThatDoesNot() {
    var texts = List.of("Routes and the message broker", "Pasta with tomatoes and salt", "");

    try (var encoder = new WordEncoder()) {
      var vectors = encoder.texts(List.of("a", "b", "c"), texts, Progress.NONE);
      float[] query = encoder.query("message ROUTES");

      assertThat(vectors.dot(0, query)).isGreaterThan(vectors.dot(1, query) + .2f);
      assertThat(vectors.dot(2, vectors.vector(2))).isBetween(.999f, 1.001f);
    }
  }
}
