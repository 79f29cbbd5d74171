package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Vectors;
import dev.whetstone.vectors.UnitVector;

/// Lets only vectors through that a cosine can be taken of.
public final class VectorCheck {
  private VectorCheck() {}

  /// The vector of this passage.
  ///
  /// @throws Failure.BadInput if there is none, or it is not of finite numbers and unit length
  public static float[] of(Vectors vectors, String id) {
    int row = vectors.row(id);
    if (row < 0) {
      throw new Failure.BadInput("no vector for passage " + id + ": embed the passages again");
    }
    float[] vector = vectors.vector(row);
    if (!UnitVector.is(vector)) {
      throw new Failure.BadInput(
          "the vector of passage "
              + id
              + " (row "
              + row
              + ") is not of unit length: embed the passages again");
    }
    return vector;
  }
}
