package dev.whetstone.answer;

import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Vectors of short texts, the latest ones kept: the same passages answer many questions. Safe for
/// many threads.
final class ExcerptVectors {
  private static final int MOST = 20_000;

  private final Encoder encoder;
  private final Map<String, float[]> recent =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, .75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
              return size() > MOST;
            }
          });

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
        recent.put(missing.get(i), vector);
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

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
