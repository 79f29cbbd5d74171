package dev.whetstone.index;

import dev.whetstone.core.Passage;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Passages and vectors made up for the tests of this room.
public final class Corpora {
  public static final SpaceId SPACE = new SpaceId("0123456789abcdef");
  public static final SpaceId OTHER_SPACE = new SpaceId("fedcba9876543210");
  public static final int DIMENSION = 16;

  private Corpora() {}

  public static Passage passage(String id, String text) {
    return passage(id, "d", text, Map.of("language", "en"));
  }

  public static Passage passage(
      String id, String document, String text, Map<String, String> metadata) {
    return new Passage(id, document, List.of(), text, 0, text.length(), 0, 0, metadata);
  }

  /// Words drawn by Zipf's law, so that some are in most passages and some in one.
  public static String words(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> "w" + (int) Math.pow(300, random.nextDouble()))
        .collect(Collectors.joining(" "));
  }

  public static List<Passage> random(int count, Random random) {
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < count; i++) {
      passages.add(
          passage(
              "p" + i,
              "d" + i % 7,
              words(random, random.nextInt(90)),
              Map.of("language", "en", "format", i % 3 == 0 ? "pdf" : "html")));
    }
    return passages;
  }

  /// A random direction for each passage.
  public static Vectors vectors(List<Passage> passages, long seed) {
    return vectors(SPACE, passages, seed);
  }

  public static Vectors vectors(SpaceId space, List<Passage> passages, long seed) {
    var random = new Random(seed);
    var data = new float[passages.size() * DIMENSION];
    for (int row = 0; row < passages.size(); row++) {
      System.arraycopy(direction(DIMENSION, random), 0, data, row * DIMENSION, DIMENSION);
    }
    return new Vectors(space, passages.stream().map(Passage::id).toList(), DIMENSION, data);
  }

  public static float[] direction(int dimension, Random random) {
    var vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return unit(vector);
  }

  public static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
