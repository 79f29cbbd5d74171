package dev.whetstone.evaluate;

/// A mean difference in nDCG@10 (0–1, sharpened − base) with its two-sided 95 % interval.
public record Gain(double mean, double low95, double high95) {
  public static final Gain NONE = new Gain(0, 0, 0);

  /// The mean and the ends of the interval.
  public static Gain of(Interval interval) {
    return new Gain(interval.mean(), interval.low95(), interval.high95());
  }

  /// Whether the interval leaves zero out.
  public boolean significant() {
    return low95 > 0 || high95 < 0;
  }
}
