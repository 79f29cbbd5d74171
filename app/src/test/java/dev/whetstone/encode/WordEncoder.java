package dev.whetstone.encode;

import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// An encoder for tests that needs no weights: a text is the sum of its words' random directions,
/// so texts that share words are near each other. Deterministic; a Han character is a word. A text
/// without words is a fixed direction of its own.
public class WordEncoder implements Encoder {
  private static final int DIMENSION = 64;
  private static final Pattern WORD = Pattern.compile("\\p{IsHan}|[\\p{L}\\p{N}&&[^\\p{IsHan}]]+");

  @Override
  public SpaceId space() {
    return new SpaceId(Sha256.id("words", "64"));
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }

  @Override
  public TokenCounter tokens() {
    return text -> words(text).size();
  }

  @Override
  public List<float[]> queries(List<String> questions) {
    return questions.stream().map(WordEncoder::vector).toList();
  }

  @Override
  public Vectors texts(List<String> ids, List<String> texts, Progress progress) {
    var data = new float[texts.size() * DIMENSION];
    for (int i = 0; i < texts.size(); i++) {
      System.arraycopy(vector(texts.get(i)), 0, data, i * DIMENSION, DIMENSION);
    }
    return new Vectors(space(), new ArrayList<>(ids), DIMENSION, data);
  }

  @Override
  public void close() {}

  private static List<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
  }

  private static float[] vector(String text) {
    var sum = new double[DIMENSION];
    words(text).forEach(word -> add(sum, word));
    if (Arrays.stream(sum).allMatch(x -> x == 0)) {
      add(sum, "");
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    var vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (sum[i] / norm);
    }
    return vector;
  }

  private static void add(double[] sum, String word) {
    var random = new Random(Long.parseUnsignedLong(Sha256.id(word), 16));
    for (int i = 0; i < DIMENSION; i++) {
      sum[i] += random.nextGaussian();
    }
  }
}
