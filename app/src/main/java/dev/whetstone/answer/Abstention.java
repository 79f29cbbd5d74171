package dev.whetstone.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.core.Failure;
import java.util.List;

/// The decision to decline: a logistic model over [Support], and the threshold below which a
/// question is declined. Kept as JSON beside the app it was fitted for.
///
/// @param names the features it was fitted on
/// @param means of the features, taken off before weighting
/// @param scales the features are divided by, above 0
/// @param threshold from 0 (never declines) to 1
/// @param origin how it came to be, as a reader sees it
public record Abstention(
    List<String> names,
    List<Double> means,
    List<Double> scales,
    List<Double> weights,
    double bias,
    double threshold,
    String origin) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /// For an index without a question log: a question is declined when few of its words are in the
  /// passages *and* its cosines are low for a general English or Chinese model.
  public static final Abstention DEFAULT = DefaultAbstention.make();

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

  /// The likelihood that the passages answer the question, from 0 to 1.
  public double likelihood(Support support) {
    List<Double> values = support.values();
    double sum = bias;
    for (int i = 0; i < weights.size(); i++) {
      sum += weights.get(i) * (values.get(i) - means.get(i)) / scales.get(i);
    }
    return 1 / (1 + Math.exp(-sum));
  }

  /// The least and the greatest likelihood of all supports whose features lie between those of `a`
  /// and `b`.
  Interval likelihood(Support a, Support b) {
    List<Double> first = a.values();
    List<Double> second = b.values();
    double least = bias;
    double most = bias;
    for (int i = 0; i < weights.size(); i++) {
      double one = weights.get(i) * (first.get(i) - means.get(i)) / scales.get(i);
      double other = weights.get(i) * (second.get(i) - means.get(i)) / scales.get(i);
      least += Math.min(one, other);
      most += Math.max(one, other);
    }
    return new Interval(1 / (1 + Math.exp(-least)), 1 / (1 + Math.exp(-most)));
  }

  public boolean declines(Support support) {
    return likelihood(support) < threshold;
  }

  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts are always JSON", e);
    }
  }

  /// @throws Failure.CorruptArtifact if the text is not what [#json()] wrote, or was fitted on
  ///   other features than this program computes
  public static Abstention parse(String json) {
    try {
      Abstention read = JSON.readValue(json, Abstention.class);
      if (!read.names.equals(Support.NAMES)) {
        throw new Failure.CorruptArtifact(
            "the abstention model was fitted by another version (features "
                + read.names
                + "): fit it again");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new Failure.CorruptArtifact(
          "the abstention model cannot be read: " + e.getOriginalMessage() + ". Fit it again", e);
    }
  }
}
