package dev.whetstone.core;

import java.util.List;

/// The decision to decline a question: a logistic model over features of what was found for it, and
/// the threshold on its likelihood. Which features there are, and how they are computed, is the
/// affair of the room `answer` (`answer.Support`); this record holds the numbers, so that a
/// [RetrievalPlan] can carry them.
///
/// ```
/// likelihood(x) = 1 / (1 + e^-(bias + Σ weight_i · (x_i - mean_i) / scale_i))
/// ```
///
/// @param names of the features, in the order of the other lists
/// @param means of the features, subtracted before weighting
/// @param scales that the centred features are divided by, above 0
/// @param weights of the scaled features
/// @param threshold on the likelihood, from 0 (never declines); above 1 everything is declined
/// @param origin how the numbers were found, for people
public record Abstention(
    List<String> names,
    List<Double> means,
    List<Double> scales,
    List<Double> weights,
    double bias,
    double threshold,
    String origin) {
  /// @throws IllegalArgumentException if the lists differ in length or a scale is not above 0
  public Abstention {
    names = List.copyOf(names);
    means = List.copyOf(means);
    scales = List.copyOf(scales);
    weights = List.copyOf(weights);
    int n = names.size();
    if (means.size() != n || scales.size() != n || weights.size() != n) {
      throw new IllegalArgumentException("features, means, scales and weights differ in number");
    }
    if (scales.stream().anyMatch(scale -> !(scale > 0))) {
      throw new IllegalArgumentException("a scale is not above 0: " + scales);
    }
  }

  /// The same model with another threshold.
  public Abstention withThreshold(double other) {
    return new Abstention(names, means, scales, weights, bias, other, origin);
  }

  /// The likelihood that the passages answer the question, from 0 to 1.
  ///
  /// @param features one value for each of [#names()], in their order; NaN for one that is not
  ///   known, which then speaks neither for an answer nor against it
  public double likelihood(List<Double> features) {
    double sum = bias;
    for (int i = 0; i < weights.size(); i++) {
      double feature = features.get(i);
      sum += Double.isNaN(feature) ? 0 : weights.get(i) * (feature - means.get(i)) / scales.get(i);
    }
    return 1 / (1 + Math.exp(-sum));
  }

  /// Whether the likelihood is below the threshold.
  ///
  /// @param features one value for each of [#names()], in their order
  public boolean declines(List<Double> features) {
    return likelihood(features) < threshold;
  }
}
