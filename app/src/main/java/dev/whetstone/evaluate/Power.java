package dev.whetstone.evaluate;

import java.util.Locale;
import java.util.OptionalDouble;

/// Which gain a number of questions can prove. For a one-sided test at 95 % confidence that finds a
/// true gain four times in five (80 % power), with normal approximation, `n = ((z.95 + z.80) ·
/// deviation / gain)²`. Source: Sakai, *Topic set size design*, Information Retrieval Journal 2016.
public final class Power {
  /// The standard deviation of paired nDCG@10 differences between a base and its fine-tuned model
  /// that we have seen, where nothing is known.
  public static final double DEFAULT_DEVIATION = .25;

  private static final double Z_CONFIDENCE = 1.6449;
  private static final double Z_POWER = .8416;
  private static final double Z_TWO_SIDED = 1.96;

  private Power() {}

  /// The smallest true gain, 0–1, that `questions` questions would prove four times in five.
  public static double provable(int questions, double deviation) {
    if (questions < 1) {
      throw new IllegalArgumentException("no questions");
    }
    return (Z_CONFIDENCE + Z_POWER) * deviation / Math.sqrt(questions);
  }

  /// How many questions would prove a true gain (0–1, above 0) four times in five.
  public static int questions(double gain, double deviation) {
    if (!(gain > 0)) {
      throw new IllegalArgumentException("a gain is above 0, not " + gain);
    }
    double root = (Z_CONFIDENCE + Z_POWER) * deviation / gain;
    return Math.max(Gate.FEWEST, (int) Math.ceil(root * root));
  }

  /// The sample standard deviation of the paired differences; the default where fewer than ten
  /// differences, or none but equal ones, tell nothing.
  public static double deviation(double[] a, double[] b) {
    int n = a.length;
    if (n != b.length) {
      throw new IllegalArgumentException(n + " figures against " + b.length);
    }
    if (n < Gate.FEWEST) {
      return DEFAULT_DEVIATION;
    }
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += (b[i] - a[i]) / n;
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double off = b[i] - a[i] - mean;
      squares += off * off;
    }
    return squares == 0 ? DEFAULT_DEVIATION : Math.sqrt(squares / (n - 1));
  }

  /// The standard deviation of the paired differences behind a gain, from its interval; empty where
  /// there were fewer than ten differences, or none but equal ones.
  ///
  /// @param questions that the gain was measured on
  public static OptionalDouble deviation(Gain gain, int questions) {
    double width = gain.high95() - gain.low95();
    return questions < Gate.FEWEST || !(width > 0)
        ? OptionalDouble.empty()
        : OptionalDouble.of(width / (2 * Z_TWO_SIDED) * Math.sqrt(questions));
  }

  /// For a user with too few questions: `with 60 questions only a gain above 8 points can be
  /// proven; 154 would prove 5 points`.
  public static String with(int questions, double deviation) {
    double now = provable(questions, deviation);
    // The next round gain that is clearly smaller: there is no use in asking for few more.
    double next = 0;
    for (double points : new double[] {10, 5, 3, 2, 1, .5}) {
      if (points / 100 < .8 * now) {
        next = points / 100;
        break;
      }
    }
    String first =
        "with %d questions only a gain above %s can be proven".formatted(questions, points(now));
    return next == 0
        ? first
        : first + "; %d would prove %s".formatted(questions(next, deviation), points(next));
  }

  /// For a user with no questions: `155 questions would prove a gain of 5 points, …`.
  public static String needed(double deviation) {
    return "%d questions would prove a gain of %s, %d one of %s"
        .formatted(questions(.10, deviation), points(.10), questions(.05, deviation), points(.05));
  }

  private static String points(double gain) {
    double points = 100 * gain;
    String figure =
        points >= 3
            ? String.valueOf(Math.round(points))
            : String.format(Locale.ROOT, "%.1f", points).replace(".0", "");
    return figure + (figure.equals("1") ? " point" : " points");
  }
}
