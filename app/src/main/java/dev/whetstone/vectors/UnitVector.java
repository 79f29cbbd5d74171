package dev.whetstone.vectors;

/// Tells vectors that a cosine can be taken of.
public final class UnitVector {
  private static final double TOLERANCE = 1e-3; // of the squared length; fp32 rows stay within 1e-5

  private UnitVector() {}

  /// Whether all numbers are finite and the length is 1.
  public static boolean is(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.abs(squares - 1) <= TOLERANCE; // false for NaN and infinities
  }
}
