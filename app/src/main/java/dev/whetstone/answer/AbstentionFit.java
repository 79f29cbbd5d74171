package dev.whetstone.answer;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Share;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// Fits an [Abstention]: logistic regression on standardised features with a squared penalty
/// (ridge), by projected gradient descent from zero. Deterministic. Both classes weigh the same in
/// sum; among the unanswerable, questions that are known to be so weigh as much as the synthetic
/// ones, which are many and easier.
///
/// A weight never takes the sign against [Support]'s directions. A log of a few dozen questions is
/// full of accidents (where its unanswerable questions name products and the answerable ones
/// paraphrase, a near passage and two arms that agree speak against an answer), and a model that
/// learns them declines just the questions whose answer is surest.
///
/// The threshold is set on likelihoods that a model fitted *without* the question gave (five folds
/// by the question's text): of the thresholds that decline at most [#MAX_ANSWERABLE_DECLINED] of
/// the answerable questions, the lowest that declines the most unanswerable ones.
public final class AbstentionFit {
  /// The share of answerable questions that may be declined on the examples.
  public static final double MAX_ANSWERABLE_DECLINED = .10;

  /// Fewer examples of a class than this say nothing: [DefaultAbstention#MODEL] is returned.
  public static final int MIN_EXAMPLES = 20;

  private static final double RIDGE = .01; // per example
  private static final int STEPS = 3000;
  private static final int FOLDS = 5;

  private AbstentionFit() {}

  public static Abstention fit(List<Labelled> examples) {
    long answerable = examples.stream().filter(Labelled::answerable).count();
    if (answerable < MIN_EXAMPLES || examples.size() - answerable < MIN_EXAMPLES) {
      return DefaultAbstention.MODEL;
    }
    var unseen = new double[examples.size()];
    for (int fold = 0; fold < FOLDS; fold++) {
      var rest = new ArrayList<Labelled>();
      for (Labelled example : examples) {
        if (fold(example) != fold) {
          rest.add(example);
        }
      }
      Abstention model = regress(rest, 0, "");
      for (int i = 0; i < unseen.length; i++) {
        if (fold(examples.get(i)) == fold) {
          unseen[i] = model.likelihood(examples.get(i).support().values());
        }
      }
    }
    double threshold = threshold(examples, unseen);
    return regress(
        examples,
        threshold,
        "fitted on %d answerable and %d unanswerable questions; on such as it has not seen it declines %s and %s"
            .formatted(
                answerable,
                examples.size() - answerable,
                declined(examples, unseen, threshold, true).percent(),
                declined(examples, unseen, threshold, false).percent()));
  }

  private static Share declined(
      List<Labelled> examples, double[] likelihoods, double threshold, boolean answerable) {
    int declined = 0;
    int all = 0;
    for (int i = 0; i < likelihoods.length; i++) {
      if (examples.get(i).answerable() == answerable) {
        all++;
        declined += likelihoods[i] < threshold ? 1 : 0;
      }
    }
    return new Share(declined, all);
  }

  private static int fold(Labelled example) {
    var crc = new CRC32();
    crc.update(example.question().getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % FOLDS);
  }

  private static double threshold(List<Labelled> examples, double[] likelihoods) {
    var good = new ArrayList<Double>();
    var bad = new ArrayList<Double>();
    for (int i = 0; i < likelihoods.length; i++) {
      (examples.get(i).answerable() ? good : bad).add(likelihoods[i]);
    }
    good.sort(null);
    bad.sort(null);
    double highest = good.get((int) (good.size() * MAX_ANSWERABLE_DECLINED)); // not declined itself
    double lowest = 0;
    for (double likelihood : bad) {
      if (likelihood < highest) {
        lowest = likelihood;
      }
    }
    return (lowest + highest) / 2;
  }

  private static Abstention regress(List<Labelled> examples, double threshold, String origin) {
    int n = examples.size();
    int d = Support.NAMES.size();
    var x = new double[n][d];
    for (int i = 0; i < n; i++) {
      List<Double> values = examples.get(i).support().values();
      for (int j = 0; j < d; j++) {
        x[i][j] = values.get(j);
      }
    }
    var means = new double[d];
    var scales = new double[d];
    standardise(x, means, scales);
    double[] share = shares(examples);
    var weights = new double[d];
    double bias = 0;
    double rate = 1 / (.25 * (d + 1) + RIDGE); // 1 / L: the loss's curvature is at most this
    for (int step = 0; step < STEPS; step++) {
      var slope = new double[d];
      double slopeOfBias = 0;
      for (int i = 0; i < n; i++) {
        double sum = bias;
        for (int j = 0; j < d; j++) {
          sum += weights[j] * x[i][j];
        }
        double error = 1 / (1 + Math.exp(-sum)) - (examples.get(i).answerable() ? 1 : 0);
        for (int j = 0; j < d; j++) {
          slope[j] += share[i] * error * x[i][j];
        }
        slopeOfBias += share[i] * error;
      }
      for (int j = 0; j < d; j++) {
        double next = weights[j] - rate * (slope[j] + RIDGE * weights[j]);
        weights[j] = next * Support.DIRECTIONS.get(j) > 0 ? next : 0;
      }
      bias -= rate * slopeOfBias;
    }
    return new Abstention(
        Support.NAMES, list(means), list(scales), list(weights), bias, threshold, origin);
  }

  /// Of each example in the loss; in sum 1.
  private static double[] shares(List<Labelled> examples) {
    long good = examples.stream().filter(Labelled::answerable).count();
    long made = examples.stream().filter(Labelled::synthetic).count();
    long known = examples.size() - good - made;
    double half = made > 0 && known > 0 ? .5 : 1; // of the unanswerable, for each of the two kinds
    var shares = new double[examples.size()];
    for (int i = 0; i < shares.length; i++) {
      Labelled example = examples.get(i);
      shares[i] =
          example.answerable() ? .5 / good : .5 * half / (example.synthetic() ? made : known);
    }
    return shares;
  }

  /// Centres and scales the features; one that is not known of an example becomes its mean there.
  private static void standardise(double[][] x, double[] means, double[] scales) {
    for (int j = 0; j < means.length; j++) {
      int feature = j;
      double[] known =
          Arrays.stream(x)
              .mapToDouble(row -> row[feature])
              .filter(value -> !Double.isNaN(value))
              .toArray();
      double mean = Arrays.stream(known).average().orElse(0);
      double variance =
          Arrays.stream(known).map(value -> (value - mean) * (value - mean)).average().orElse(0);
      double deviation = Math.sqrt(variance);
      means[j] = mean;
      scales[j] = deviation > 1e-9 ? deviation : 1;
      for (double[] row : x) {
        row[j] = Double.isNaN(row[j]) ? 0 : (row[j] - mean) / scales[j];
      }
    }
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
