package dev.whetstone.evaluate;

import java.util.Locale;
import java.util.OptionalDouble;

/// Which gain a number of questions can prove. For a one-sided test that finds a true gain four
/// times in five (80 % power), with normal approximation, `n = ((z.level + z.80) · deviation /
/// gain)²`. Source: Sakai, *Topic set size design*, Information Retrieval Journal 2016.
///
/// @param level the confidence of the gate that will judge, from .5 to below 1
public record Power(double level) {
  /// Of the gate with the usual confidence.
  public static final Power STANDARD = new Power(Gate.STANDARD_LEVEL);

  /// The standard deviation of paired nDCG@10 differences between a base and its fine-tuned model
  /// that we have seen, where nothing is known.
  public static final double DEFAULT_DEVIATION = .25;

  private static final double POWER = .8;
  private static final double Z_TWO_SIDED = 1.96;

  public Power {
    if (!(level >= .5 && level < 1)) {
      throw new IllegalArgumentException("confidence " + level);
    }
  }

  /// The smallest true gain, 0–1, that `questions` questions would prove four times in five.
  public double provable(int questions, double deviation) {
    if (questions < 1) {
      throw new IllegalArgumentException("no questions");
    }
    return z() * deviation / Math.sqrt(questions);
  }

  /// How many questions would prove a true gain (0–1, above 0) four times in five.
  public int questions(double gain, double deviation) {
    if (!(gain > 0)) {
      throw new IllegalArgumentException("a gain is above 0, not " + gain);
    }
    double root = z() * deviation / gain;
    return Math.max(Gate.FEWEST, (int) Math.ceil(root * root));
  }

  private double z() {
    return quantile(level) + quantile(POWER);
  }

  /// The value below which a standard normal variable lies with a probability from .5 to below 1:
  /// bisection on the distribution function.
  static double quantile(double probability) {
    double low = 0;
    double high = 9;
    while (high - low > 1e-12) {
      double middle = (low + high) / 2;
      if (normal(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// The distribution function of the standard normal variable, by the series of Marsaglia,
  /// *Evaluating the Normal Distribution*, Journal of Statistical Software 2004.
  private static double normal(double x) {
    double sum = x;
    double term = x;
    for (int i = 3; sum + term != sum; i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return .5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
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
  /// proven; 155 would prove 5 points`.
  public String with(int questions, double deviation) {
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
  public String needed(double deviation) {
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
