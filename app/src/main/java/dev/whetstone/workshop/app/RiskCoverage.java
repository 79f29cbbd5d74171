package dev.whetstone.workshop.app;

import dev.whetstone.evaluate.Gain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// What a lower or higher threshold would cost: the questions in the order of their support, and of
/// each part that would be answered the share that is answered wrongly.
///
/// **Method.** The questions that the app can answer at all are ordered by support, the highest
/// first. Answering the first `k` of `n` questions has coverage `k / n` and risk `wrong / k`, where
/// wrong is a question without an answer, or one whose answer is not right. The area is the mean
/// risk over all `k`: 0 is perfect; it falls when wrong answers have less support than right ones,
/// whatever the threshold. Its interval is a percentile bootstrap over the questions.
///
/// **Example.** Supports .9 right, .8 wrong, .7 right: risks 0, 1/2, 1/3, area .28.
///
/// Source: Geifman & El-Yaniv, *Selective Classification for Deep Neural Networks*, NeurIPS 2017.
///
/// @param points at every tenth of coverage, and where all are answered; ascending by coverage
/// @param area with its 95 % interval
public record RiskCoverage(List<Point> points, Gain area) {
  private static final int STEPS = 10;
  private static final int RESAMPLES = 2000;

  /// @param threshold the lowest support that is answered
  /// @param coverage the share of all questions that are answered
  /// @param risk the share of these that are answered wrongly
  /// @param right how many are answered rightly
  /// @param missed how many that have an answer are declined, though theirs would be right
  public record Point(double threshold, double coverage, double risk, int right, int missed) {}

  public RiskCoverage {
    points = List.copyOf(points);
  }

  static RiskCoverage of(List<AskedQuestion> asked, long seed) {
    List<AskedQuestion> given =
        asked.stream()
            .filter(question -> question.reply().given())
            .sorted(
                Comparator.comparingDouble(AskedQuestion::support)
                    .reversed()
                    .thenComparing(AskedQuestion::id))
            .toList();
    int best = (int) given.stream().filter(RiskCoverage::right).count();
    var points = new ArrayList<Point>();
    int right = 0;
    int next = 1;
    for (int k = 1; k <= given.size(); k++) {
      right += right(given.get(k - 1)) ? 1 : 0;
      if ((long) k * STEPS >= (long) next * asked.size() || k == given.size()) {
        points.add(
            new Point(
                given.get(k - 1).support(),
                (double) k / asked.size(),
                1 - (double) right / k,
                right,
                best - right));
        next = (int) ((long) k * STEPS / asked.size()) + 1;
      }
    }
    return new RiskCoverage(points, area(given, seed));
  }

  private static boolean right(AskedQuestion question) {
    return question.answerable() && question.reply().right();
  }

  private static Gain area(List<AskedQuestion> given, long seed) {
    int n = given.size();
    if (n == 0) {
      return Gain.NONE;
    }
    var random = new SplittableRandom(seed);
    var areas = new double[RESAMPLES];
    var times = new int[n];
    for (int r = 0; r < RESAMPLES; r++) {
      Arrays.fill(times, 0);
      for (int i = 0; i < n; i++) {
        times[random.nextInt(n)]++;
      }
      areas[r] = area(given, times);
    }
    Arrays.sort(areas);
    Arrays.fill(times, 1);
    return new Gain(
        area(given, times),
        areas[(int) (.025 * (RESAMPLES - 1))],
        areas[(int) (.975 * (RESAMPLES - 1))]);
  }

  /// @param times how often each question stands in the sample
  private static double area(List<AskedQuestion> given, int[] times) {
    double sum = 0;
    int k = 0;
    int wrong = 0;
    for (int i = 0; i < times.length; i++) {
      for (int t = 0; t < times[i]; t++) {
        k++;
        wrong += right(given.get(i)) ? 0 : 1;
        sum += (double) wrong / k;
      }
    }
    return sum / k;
  }
}
