package dev.whetstone.answer;

import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Vectors of short texts, the latest ones kept: the same passages answer many questions. Safe for
/// many threads.
final class ExcerptVectors {
  private static final long MOST_BYTES = 32 << 20;
  private static final int OBJECT_BYTES = 200; // of an entry with its objects

  private final Encoder encoder;
  private final ByteBoundedCache<String, float[]> recent = new ByteBoundedCache<>(MOST_BYTES);

  ExcerptVectors(Encoder encoder) {
    this.encoder = encoder;
  }

  /// Row `i` for `texts.get(i)`, of unit length.
  List<float[]> of(List<String> texts) {
    var found = new LinkedHashMap<String, float[]>();
    var missing = new ArrayList<String>();
    for (String text : texts) {
      float[] vector = recent.get(text);
      if (vector != null) {
        found.put(text, vector);
      } else if (!missing.contains(text)) {
        missing.add(text);
      }
    }
    if (!missing.isEmpty()) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < missing.size(); i++) {
        ids.add(Integer.toString(i));
      }
      Vectors vectors = encoder.texts(ids, missing, Progress.NONE);
      for (int i = 0; i < missing.size(); i++) {
        float[] vector = vectors.vector(vectors.row(ids.get(i)));
        found.put(missing.get(i), vector);
        recent.put(missing.get(i), vector, bytes(missing.get(i), vector));
      }
    }
    var rows = new ArrayList<float[]>(texts.size());
    for (String text : texts) {
      float[] row = found.get(text);
      if (row == null) {
        throw new IllegalStateException("no vector for: " + text);
      }
      rows.add(row);
    }
    return rows;
  }

  private static long bytes(String text, float[] vector) {
    return OBJECT_BYTES + 2L * text.length() + (long) Float.BYTES * vector.length;
  }

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
