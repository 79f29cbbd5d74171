package dev.whetstone.bench;

import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Metrics;
import java.util.List;

/// What a comparison of base models found on one split, or on the held-out questions of a
/// workspace; figures are 0–1.
///
/// @param questions that were scored
/// @param passages that were searched
/// @param bm25 nDCG@10 of the words alone
/// @param bases in the order in which they were named
/// @param best has the best hybrid: the one that the others are compared with
/// @param recommended the smallest that is not proven worse than the best
public record BaseReport(
    String collection,
    String split,
    int questions,
    int passages,
    double bm25,
    List<Base> bases,
    String best,
    String recommended) {
  public BaseReport {
    bases = List.copyOf(bases);
  }

  /// Whether the interval of its hybrid's difference lies below zero. Nothing is proven with fewer
  /// questions than the gate asks for.
  public boolean provenWorse(Base base) {
    return provenWorse(base, questions);
  }

  static boolean provenWorse(Base base, int questions) {
    return questions >= Gate.FEWEST && base.hybridGain().high95() < 0;
  }

  /// A base model.
  ///
  /// @param dimension numbers a vector
  /// @param parameters numbers among its weights
  /// @param maxTokens that it reads of a text, special tokens counted
  /// @param cut passages of which it reads the beginning alone, by the tokens that were counted
  ///   when they were split; those of a collection in BEIR layout were not counted
  /// @param millis to embed a passage, on this machine
  /// @param weight of its ranking in the hybrid
  /// @param denseGain over the best in nDCG@10; zeros for the best itself
  /// @param hybridGain the same of the hybrids
  public record Base(
      String name,
      int dimension,
      long parameters,
      int maxTokens,
      int cut,
      double millis,
      double weight,
      Metrics dense,
      Metrics hybrid,
      Gain denseGain,
      Gain hybridGain) {
    Base against(Gain denseGain, Gain hybridGain) {
      return new Base(
          name,
          dimension,
          parameters,
          maxTokens,
          cut,
          millis,
          weight,
          dense,
          hybrid,
          denseGain,
          hybridGain);
    }
  }
}
