package dev.whetstone.core;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Unit vectors of one space with the ids of what they stand for: `[size, dimension]`, row-major.
/// Immutable by convention: the array handed in is kept, not copied. Safe for many threads.
public final class Vectors {
  private final SpaceId space;
  private final List<String> ids;
  private final int dimension;
  private final float[] data;
  private final Map<String, Integer> rows;

  /// @param data row `i`, of `ids.get(i)`, at `[i * dimension, (i + 1) * dimension)`; kept, not
  ///   copied
  public Vectors(SpaceId space, List<String> ids, int dimension, float[] data) {
    if (data.length != (long) ids.size() * dimension) {
      throw new IllegalArgumentException(
          data.length + " floats for " + ids.size() + " rows of " + dimension);
    }
    this.space = space;
    this.ids = List.copyOf(ids);
    this.dimension = dimension;
    this.data = data;
    this.rows = HashMap.newHashMap(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      if (rows.put(ids.get(i), i) != null) {
        throw new IllegalArgumentException("id twice: " + ids.get(i));
      }
    }
  }

  public SpaceId space() {
    return space;
  }

  public List<String> ids() {
    return ids;
  }

  public int size() {
    return ids.size();
  }

  public int dimension() {
    return dimension;
  }

  /// The row of `id`, or -1.
  public int row(String id) {
    return rows.getOrDefault(id, -1);
  }

  /// A copy of one row.
  public float[] vector(int row) {
    return Arrays.copyOfRange(data, row * dimension, (row + 1) * dimension);
  }

  /// The first numbers of each vector, brought to unit length: what a model that was trained for it
  /// (*Matryoshka*) has in fewer dimensions.
  ///
  /// @param numbers from 1 to [#dimension]
  /// @param other the space of the shortened vectors
  public Vectors prefix(int numbers, SpaceId other) {
    float[] shortened = new float[Math.multiplyExact(size(), numbers)];
    for (int row = 0; row < size(); row++) {
      float[] part = Arrays.copyOfRange(data, row * dimension, row * dimension + numbers);
      System.arraycopy(unit(part), 0, shortened, row * numbers, numbers);
    }
    return new Vectors(other, ids, numbers, shortened);
  }

  /// The first numbers of one vector, brought to unit length.
  public static float[] prefix(float[] vector, int numbers) {
    if (numbers < 1 || numbers > vector.length) {
      throw new IllegalArgumentException(numbers + " of " + vector.length + " numbers");
    }
    return unit(Arrays.copyOf(vector, numbers));
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double length = Math.max(Math.sqrt(squares), 1e-12);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  /// The dot product of a row with `query` (`[dimension]`): their cosine, as both are of unit
  /// length.
  public float dot(int row, float[] query) {
    float sum = 0;
    for (int i = 0, at = row * dimension; i < dimension; i++, at++) {
      sum += data[at] * query[i];
    }
    return sum;
  }

  /// All rows as one array `[size * dimension]`, row-major; not to be written to.
  public float[] data() {
    return data;
  }
}
