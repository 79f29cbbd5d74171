package dev.whetstone.core;

/// Rotary positions (Su et al., 2021): at place p, the pair of components i and i + width / 2 of
/// each query and key is turned by the angle `p · base^(-2i / width)`. The product of a query and a
/// key then depends on how far apart they stand. The larger the base, the farther the slow pairs
/// see.
///
/// @param base 10,000 and 160,000 are usual; above 1
public record Rotary(double base) {
  public Rotary {
    if (!(base > 1) || Double.isInfinite(base)) {
      throw new IllegalArgumentException("a rotary base of " + base);
    }
  }

  /// The angle of each pair at each place, in radians, in floats as Hugging Face computes them:
  /// `[length, headWidth / 2]`, row-major.
  public float[] angles(int length, int headWidth) {
    int pairs = headWidth / 2;
    var angles = new float[length * pairs];
    for (int pair = 0; pair < pairs; pair++) {
      float frequency = 1 / (float) Math.pow(base, (double) (2 * pair) / headWidth);
      for (int place = 0; place < length; place++) {
        angles[place * pairs + pair] = place * frequency;
      }
    }
    return angles;
  }
}
