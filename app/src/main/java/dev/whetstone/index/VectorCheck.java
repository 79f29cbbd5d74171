package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Vectors;

/// Lets only vectors through that a cosine can be taken of.
final class VectorCheck {
  private static final double TOLERANCE = 1e-3; // of the squared length; fp32 rows stay within 1e-5

  private VectorCheck() {}

  /// The vector of this passage.
  ///
  /// @throws Failure.BadInput if there is none, or it is not of finite numbers and unit length
  static float[] of(Vectors vectors, String id) {
    int row = vectors.row(id);
    if (row < 0) {
      throw new Failure.BadInput("no vector for passage " + id + ": embed the passages again");
    }
    float[] vector = vectors.vector(row);
    if (!isUnit(vector)) {
      throw new Failure.BadInput(
          "the vector of passage "
              + id
              + " (row "
              + row
              + ") is not of unit length: embed the passages again");
    }
    return vector;
  }

  /// Whether all are finite and the length is 1.
  static boolean isUnit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.abs(squares - 1) <= TOLERANCE; // false for NaN and infinities
  }
}
