package dev.whetstone.train;

import dev.whetstone.torch.Precision;

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
/// @param rate peak learning rate
/// @param instruction whether the base's query prompt is put before questions
/// @param poolTop passages of each arm for each dev question in the pool to choose on; 0: nothing
///   is chosen
/// @param poolRandom passages by lot in that pool
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
    int poolRandom) {
  static final int FORMAT = 1;

  /// How many pairs are seen.
  public int pairs() {
    return labelPairs + documentPairs;
  }
}
