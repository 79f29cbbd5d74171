package dev.whetstone.train;

import dev.whetstone.core.Sha256;
import dev.whetstone.torch.Precision;
import java.util.List;

/// What will be done, settled once from the budget and the machine's speed and then kept: running
/// again follows the plan, so that the clock changes no result.
///
/// @param material hash of what it was made for: another material needs another plan
/// @param precision of training
/// @param pairsPerSecond measured
/// @param labelPairs of the pairs trained on, counted as often as they are seen
/// @param documentPairs likewise
/// @param epochs over the label pairs; over the document pairs where there are no labels
/// @param negatives mined hard negatives for each label pair
/// @param rate peak learning rate by the rule; others may be tried beside it
/// @param instruction whether the base's query prompt is put before questions
/// @param poolTop passages of each arm for each dev question in the pool to choose on; 0: nothing
///   is chosen
/// @param poolRandom passages by lot in that pool
/// @param choices what is compared there
public record Plan(
    int format,
    String material,
    long seed,
    Precision precision,
    double pairsPerSecond,
    int labelPairs,
    int documentPairs,
    double epochs,
    int negatives,
    int batch,
    double rate,
    double warmUp,
    double scale,
    int questionTokens,
    int passageTokens,
    boolean instruction,
    int poolTop,
    int poolRandom,
    Choices choices) {
  static final int FORMAT = 3;

  /// What is compared on the dev questions.
  ///
  /// @param rates peak learning rates, the rule's first; that one alone: it stands
  /// @param share of the steps after which rates are compared; the best one's training goes on
  /// @param ends shares of the steps after which weights are kept and compared, the last of them 1
  /// @param alphas shares of the trained weights, the rest being the base's
  /// @param questions of the dev questions that are asked
  /// @param because why the rule's rate stands; empty where rates are compared
  public record Choices(
      List<Double> rates,
      double share,
      List<Double> ends,
      List<Double> alphas,
      int questions,
      String because) {
    public Choices {
      rates = List.copyOf(rates);
      ends = List.copyOf(ends);
      alphas = List.copyOf(alphas);
    }

    /// How many candidates are embedded and scored.
    int evaluations() {
      return (rates.size() > 1 ? rates.size() : 0) + ends.size() - 1 + alphas.size();
    }
  }

  /// Of all of it, for what was found by it.
  String hash() {
    return Sha256.id(toString());
  }

  /// How many pairs are seen.
  public int pairs() {
    return labelPairs + documentPairs;
  }
}
