package dev.whetstone.core;

import java.util.Locale;

/// A share that was counted, with its 95 % interval.
///
/// Source of the interval: E. B. Wilson, *Probable Inference, the Law of Succession, and
/// Statistical Inference*, JASA 1927. Unlike the normal approximation it stays within 0 and 1, and
/// holds for few trials and for shares near the ends.
///
/// @param count of those, from 0 to `of`
/// @param of how many were looked at
public record Share(int count, int of) {
  private static final double Z = 1.959964; // two-sided, 95 %

  public Share {
    if (count < 0 || of < count) {
      throw new IllegalArgumentException(count + " of " + of);
    }
  }

  /// From 0 to 1; 0 of none.
  public double value() {
    return of == 0 ? 0 : (double) count / of;
  }

  /// The lower end of the interval; 0 of none.
  public double low95() {
    return of == 0 ? 0 : Math.max(0, centre() - half());
  }

  /// The upper end of the interval; 1 of none.
  public double high95() {
    return of == 0 ? 1 : Math.min(1, centre() + half());
  }

  private double centre() {
    return (value() + Z * Z / (2 * of)) / (1 + Z * Z / of);
  }

  private double half() {
    double p = value();
    return Z / (1 + Z * Z / of) * Math.sqrt(p * (1 - p) / of + Z * Z / (4.0 * of * of));
  }

  /// As people read it: `25 % [16, 36]`.
  public String percent() {
    return String.format(
        Locale.ROOT, "%.0f %% [%.0f, %.0f]", 100 * value(), 100 * low95(), 100 * high95());
  }
}
