package dev.whetstone.evaluate;

import java.util.SplittableRandom;

/// The paired percentile bootstrap: queries are drawn with replacement, as often as there are
/// queries, and the mean difference of each such sample is kept; the interval is read off their
/// percentiles. It assumes nothing about the shape of the differences, which pile up at 0. With
/// fewer than some ten queries its intervals are too narrow: see [Gate#FEWEST].
///
/// Sources: Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13; for
/// retrieval: Sakai, *Evaluating Evaluation Metrics Based on the Bootstrap*, SIGIR 2006; Smucker,
/// Allan & Carterette, CIKM 2007, who find it to agree with randomisation and the t-test.
public final class Bootstrap {
  /// How many resamples are enough for two digits of the interval.
  public static final int RESAMPLES = 10_000;

  private Bootstrap() {}

  /// The interval of the mean of `b[i] - a[i]`. The same arguments give the same interval.
  ///
  /// @param a figures of the old system, one for each query
  /// @param b figures of the new one, of the same queries in the same order
  /// @throws IllegalArgumentException if the lengths differ or are 0
  public static Interval paired(double[] a, double[] b, int resamples, long seed) {
    if (a.length != b.length || a.length == 0) {
      throw new IllegalArgumentException(a.length + " figures against " + b.length);
    }
    int n = a.length;
    var differences = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      differences[i] = b[i] - a[i];
      sum += differences[i];
    }
    var random = new SplittableRandom(seed);
    var means = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        total += differences[random.nextInt(n)];
      }
      means[r] = total / n;
    }
    return new Interval(sum / n, means);
  }
}
