package dev.whetstone.evaluate;

import java.util.Locale;

/// No model serves unproven: a candidate is promoted when, on questions that neither model was
/// trained on, the one-sided lower bound of its mean gain in nDCG@10 is above zero. To be given the
/// ranking that the app serves.
///
/// @param level confidence of the bound, in [.5, 1)
public record Gate(double level) {
  /// With fewer questions the bootstrap promises more than it knows, so the gate does not judge.
  public static final int FEWEST = 10;

  /// The usual confidence.
  public static final double STANDARD_LEVEL = .95;

  public Gate {
    if (!(level >= .5 && level < 1)) {
      throw new IllegalArgumentException("the gate's level is from .5 to below 1, not " + level);
    }
  }

  /// Judges `candidate` against `serving`: nDCG@10 of the same queries in the same order.
  public Verdict judge(double[] serving, double[] candidate, long seed) {
    int n = serving.length;
    if (n == 0) {
      return new Verdict.Unproven(
          "there are no questions to prove a gain with; "
              + new Power(level).needed(Power.DEFAULT_DEVIATION));
    }
    if (n < FEWEST) {
      return new Verdict.Unproven(
          "%d questions are too few to judge by; ".formatted(n)
              + new Power(level).needed(Power.DEFAULT_DEVIATION));
    }
    Interval gain = Bootstrap.paired(serving, candidate, Bootstrap.RESAMPLES, seed);
    double bound = gain.oneSidedLow(level);
    String figures =
        String.format(
            Locale.ROOT,
            "%+.1f points of nDCG@10 on %d questions, with %s %% confidence at least %+.1f",
            100 * gain.mean(),
            n,
            percent(level),
            100 * bound);
    if (bound > 0) {
      return new Verdict.Promoted(figures);
    }
    return new Verdict.NotPromoted(
        figures + ": not proven; " + new Power(level).with(n, Power.deviation(serving, candidate)));
  }

  private static String percent(double level) {
    double percent = Math.round(level * 1000) / 10.0;
    return percent == Math.rint(percent)
        ? String.valueOf((long) percent)
        : String.format(Locale.ROOT, "%.1f", percent);
  }

  /// The gate with the usual confidence, 95 %.
  public static Gate standard() {
    return new Gate(STANDARD_LEVEL);
  }
}
