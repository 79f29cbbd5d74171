package dev.whetstone.evaluate;

import java.util.Arrays;
import java.util.Locale;

/// What the bootstrap found about a mean difference: the mean itself, and the distribution of the
/// means of the resamples. Immutable.
public final class Interval {
  private final double mean;
  private final double[] resampled;

  /// @param resampled the resamples' means; sorted here, kept
  Interval(double mean, double[] resampled) {
    Arrays.sort(resampled);
    this.mean = mean;
    this.resampled = resampled;
  }

  /// The observed mean difference.
  public double mean() {
    return mean;
  }

  /// The lower end of the two-sided 95 % interval.
  public double low95() {
    return percentile(.025);
  }

  /// The upper end of the two-sided 95 % interval.
  public double high95() {
    return percentile(.975);
  }

  /// The bound that the difference exceeds with confidence `level`.
  ///
  /// @param level in (0, 1), for example .95
  public double oneSidedLow(double level) {
    return percentile(1 - checked(level));
  }

  private static double checked(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a level is between 0 and 1, not " + level);
    }
    return level;
  }

  /// Linear between the two nearest order statistics (definition 7 of Hyndman & Fan, The American
  /// Statistician 1996).
  private double percentile(double share) {
    double at = share * (resampled.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, resampled.length - 1);
    return resampled[below] + (at - below) * (resampled[above] - resampled[below]);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%+.4f [%+.4f, %+.4f]", mean, low95(), high95());
  }
}
