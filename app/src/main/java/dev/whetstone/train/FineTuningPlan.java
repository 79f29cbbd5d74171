package dev.whetstone.train;

import dev.whetstone.core.Sha256;
import dev.whetstone.torch.Precision;
import java.util.List;

/// What will be done, settled once by the [Planner] from the budget and the machine's speed, and
/// then stored: a run that goes on follows the stored plan, so that the clock changes no result.
///
/// @param key what it was made for: with other data or seed there must be another plan
/// @param optimisation of the training whose rate is the rule's; others may be tried beside it
/// @param search what is compared on the dev questions
public record FineTuningPlan(
    Key key,
    Speed speed,
    PairCounts pairs,
    Optimisation optimisation,
    Texts texts,
    Pool pool,
    SearchSpace search) {
  static final int FORMAT = 4; // up to 3 all numbers stood in one record

  /// @param format of the stored plan
  /// @param data hash of the pairs, questions and passages
  public record Key(int format, String data, long seed) {}

  /// What was measured.
  ///
  /// @param precision of training
  public record Speed(Precision precision, double pairsPerSecond) {}

  /// Pairs trained on, counted as often as they are seen.
  ///
  /// @param labels from questions that people asked
  /// @param documents made of the documents alone
  /// @param epochs over the label pairs; over the document pairs where there are no labels
  /// @param negatives mined hard negatives for each label pair
  public record PairCounts(int labels, int documents, double epochs, int negatives) {
    /// Seen in all.
    public int total() {
      return labels + documents;
    }
  }

  /// @param batch questions in a step
  /// @param rate peak learning rate by the rule
  /// @param warmUp share of the steps in which the rate rises
  /// @param scale of the cosines in the softmax: 1 / temperature
  public record Optimisation(int batch, double rate, double warmUp, double scale) {}

  /// @param questionTokens where longer questions are cut; `passageTokens` likewise
  /// @param queryPrompt whether the base's query prompt is put before questions
  public record Texts(int questionTokens, int passageTokens, boolean queryPrompt) {}

  /// The passages to choose on.
  ///
  /// @param top of each arm for each dev question; 0: nothing is chosen
  /// @param random drawn at random beside them
  public record Pool(int top, int random) {}

  /// What is compared on the dev questions.
  ///
  /// @param rates peak learning rates, the rule's first; that one alone: it stands
  /// @param share of the steps after which rates are compared; the best one's training goes on
  /// @param ends shares of the steps after which weights are stored and compared, the last of them
  ///   1
  /// @param alphas shares of the trained weights, the rest being the base's
  /// @param questions of the dev questions that are asked
  /// @param because why the rule's rate stands; empty where rates are compared
  public record SearchSpace(
      List<Double> rates,
      double share,
      List<Double> ends,
      List<Double> alphas,
      int questions,
      String because) {
    public SearchSpace {
      rates = List.copyOf(rates);
      ends = List.copyOf(ends);
      alphas = List.copyOf(alphas);
    }

    /// How many candidates are embedded and scored.
    int evaluations() {
      return (rates.size() > 1 ? rates.size() : 0) + ends.size() - 1 + alphas.size();
    }
  }

  /// Over all of it by name, for what was found by it.
  String hash() {
    return Sha256.id(
        "data " + key.data(),
        "seed " + key.seed(),
        "precision " + speed.precision(),
        "pairs a second " + speed.pairsPerSecond(),
        "labels " + pairs.labels(),
        "documents " + pairs.documents(),
        "epochs " + pairs.epochs(),
        "negatives " + pairs.negatives(),
        "batch " + optimisation.batch(),
        "rate " + optimisation.rate(),
        "warm-up " + optimisation.warmUp(),
        "scale " + optimisation.scale(),
        "question tokens " + texts.questionTokens(),
        "passage tokens " + texts.passageTokens(),
        "query prompt " + texts.queryPrompt(),
        "pool top " + pool.top(),
        "pool random " + pool.random(),
        "rates " + search.rates(),
        "share " + search.share(),
        "ends " + search.ends(),
        "alphas " + search.alphas(),
        "questions " + search.questions());
  }
}
