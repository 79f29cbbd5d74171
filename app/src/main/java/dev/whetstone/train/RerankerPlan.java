package dev.whetstone.train;

import dev.whetstone.core.Sha256;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import java.util.List;

/// How a reranker will be trained, settled once by the [RerankerPlanner] from the budgets and the
/// machine's speed, and then stored: a run that goes on follows the stored plan, so that the clock
/// changes no result.
///
/// @param key what it was made for: with other data or seed there must be another plan
/// @param shape of the reranker
/// @param search what is compared on the dev questions
/// @param because why it is of this shape and trained so, in words
public record RerankerPlan(
    Key key,
    Speed speed,
    Shape shape,
    Lists lists,
    Optimisation optimisation,
    Search search,
    String because) {
  static final int FORMAT = 4;

  /// @param format of the stored plan
  /// @param data hash of the start, questions, passages and budgets
  public record Key(int format, String data, long seed) {}

  /// What was measured, with all layers.
  ///
  /// @param precision of training
  /// @param listsPerSecond trained on, of a positive and [RerankerPlanner#NEGATIVES] negatives
  /// @param pairMillis to score a pair, among others in a batch
  /// @param limits of a pass, as memory allows ([MemoryPlan])
  public record Speed(
      Precision precision,
      double listsPerSecond,
      double pairMillis,
      ContrastiveTraining.Limits limits) {}

  /// @param layers that are kept, the first
  /// @param of how many
  /// @param tokens of question and passage together, where they are cut
  /// @param depth passages that can be reordered within the budget of a question
  public record Shape(int layers, int of, int tokens, int depth) {}

  /// @param total lists seen, an example in two epochs counted twice
  /// @param negatives of a list each time it is seen
  /// @param last rank of the first stage from which negatives come
  public record Lists(int total, double epochs, int negatives, int last) {}

  /// @param batch lists in a step
  /// @param rate peak learning rate by the rule
  /// @param warmUp share of the steps in which the rate rises
  public record Optimisation(int batch, double rate, double warmUp) {}

  /// What is compared on the dev questions.
  ///
  /// @param rates peak learning rates, the rule's first; that one alone: it stands
  /// @param share of the steps after which rates are compared
  /// @param ends shares of the steps after which weights are stored and compared, the last of them
  ///   1
  /// @param questions of the dev questions that are asked; 0: nothing is chosen
  /// @param depth passages of each that are scored
  public record Search(
      List<Double> rates, double share, List<Double> ends, int questions, int depth) {
    public Search {
      rates = List.copyOf(rates);
      ends = List.copyOf(ends);
    }
  }

  /// Seconds that the training takes at the speed that was measured.
  double seconds() {
    return lists.total() * RerankerPlanner.cost(lists.negatives(), shape) / speed.listsPerSecond();
  }

  /// Over all of it by name, for what was found by it.
  String hash() {
    return Sha256.id(
        "data " + key.data(),
        "seed " + key.seed(),
        "precision " + speed.precision(),
        "chunk tokens " + speed.limits().chunkTokens(),
        "lanes " + speed.limits().lanes(),
        "layers " + shape.layers(),
        "tokens " + shape.tokens(),
        "lists " + lists.total(),
        "negatives " + lists.negatives(),
        "last rank " + lists.last(),
        "batch " + optimisation.batch(),
        "rate " + optimisation.rate(),
        "warm-up " + optimisation.warmUp(),
        "rates " + search.rates(),
        "share " + search.share(),
        "ends " + search.ends(),
        "questions " + search.questions(),
        "depth " + search.depth());
  }
}
