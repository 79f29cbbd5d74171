package dev.whetstone.train;

import dev.whetstone.torch.Precision;
import dev.whetstone.train.RerankerPlan.Lists;
import dev.whetstone.train.RerankerPlan.Optimisation;
import dev.whetstone.train.RerankerPlan.Search;
import dev.whetstone.train.RerankerPlan.Shape;
import java.util.List;

/// Turns two budgets into a [RerankerPlan]: the minutes that training may take, and the
/// milliseconds that reordering may take a question.
///
/// ## Problem
///
/// A cross-encoder reads each passage together with the question, so its cost at search time is
/// that of embedding as many passages: a 12-layer encoder of width 384 takes some 30 ms a passage
/// on two cores in fp32, and 150 ms buy five passages. Reordering five passages can gain next to
/// nothing. And it needs more to learn from than an encoder: a list of a positive and seven
/// negatives costs eight pairs.
///
/// ## Method
///
/// 1. **Layers.** A reranker with a fresh head may be the first layers of the encoder alone; its
///    cost is that share. As many layers are kept as let [#WANTED_DEPTH] passages fit the budget of
///    a question, but at least [#FEWEST_LAYERS]. A loaded reranker keeps all of its layers. Where
///    fp32 is the faster precision here, the time in 8 bits is expected, half of it.
/// 2. **Depth** then is what fits, from 1 to [#MOST_DEPTH].
/// 3. **Negatives** come from the ranks to twice the depth (at least 20, at most 50), as those are
///    what the reranker will see.
/// 4. **Lists wanted.** Labels are seen 4 times below 500, 3 times below 2,000, twice below 10,000,
///    else once. 70 % of the training budget is for them and for trials, 25 % for scoring dev
///    questions. Where less than half of the lists wanted fit with [#NEGATIVES] negatives,
///    [#FEW_NEGATIVES] are taken.
/// 5. **Rate.** With a fresh head 5e-5, else 2e-5. With at least [#FEWEST_TO_CHOOSE] dev questions,
///    and where a third of the training fits beside it once or twice more, three times that rate
///    and a third of it are tried for a third of the steps, on the same lists.
/// 6. **Dev questions**, each with at least [#LEAST_COMPARED] passages: as many as the time for
///    scoring pays for; weights after half of the steps and all of them are compared where there is
///    time for both.
///
/// ## Example
///
/// 600 labels, 90 dev questions, 10 minutes, 2 lists a second and 30 ms a pair with 12 layers in
/// bf16, 150 ms a question. 12 passages in 150 ms allow 12 · 150 / (12 · 30) = 5 layers; a list
/// then costs 5/12. Wanted are 1,800 lists; 420 s allow 2,016. A trial of one other rate takes a
/// third beside the training: 2,016 / (1 + 1/3) = 1,512 lists (`RerankerPlannerTest`).
///
/// ## Invariants
///
/// The plan is a function of its arguments. The rule's rate is the first of the rates.
///
/// Sources: layers of a cross-encoder, Nogueira & Cho, 2019, and MiniLM cross-encoders of 2 to 12
/// layers (Wang et al., NeurIPS 2020), in which quality falls slowly to 4 layers; listwise loss
/// with hard negatives of the first stage, Gao, Dai & Callan, ECIR 2021.
final class RerankerPlanner {
  static final int BATCH = 4;

  /// Of a list, besides its positive.
  static final int NEGATIVES = 7;

  private static final int FEW_NEGATIVES = 3;

  /// Below this a reranker has too little to reorder.
  private static final int WANTED_DEPTH = 12;

  static final int MOST_DEPTH = 50;

  /// Passages of a dev question that are reordered at least, whatever fits: two orders of three
  /// passages do not tell candidates apart.
  private static final int LEAST_COMPARED = 10;

  /// How much faster a reranker in 8 bits is than in fp32, which is what is used where bf16 is not
  /// faster; measured with the base models, 2.3.
  private static final double EIGHT_BITS = 2;

  private static final int FEWEST_LAYERS = 3;

  /// With fewer dev questions rate and length are not chosen: the figures would be noise.
  static final int FEWEST_TO_CHOOSE = 30;

  private static final int MOST_DEV = 200;
  private static final double TRAINING_SHARE = .7;
  static final double CHOOSING_SHARE = .25;
  private static final double FRESH_RATE = 5e-5;
  private static final double LOADED_RATE = 2e-5;
  private static final double RATE_FACTOR = 3;
  private static final double TRIAL = 1 / 3.0;

  /// Pairs scored in the time of training on one.
  private static final double SCORED_PER_PAIR = 3;

  private RerankerPlanner() {}

  /// What there is to work with.
  ///
  /// @param lists that can be made of the labels
  /// @param dev questions to choose on; 0 where nothing can be chosen
  /// @param layers of the network
  /// @param fresh whether its head has learnt nothing
  /// @param maxTokens of a pair
  record Inputs(int lists, int dev, int layers, boolean fresh, int maxTokens) {}

  /// @param seconds the budget of training and choosing
  /// @param questionMillis the budget of reordering
  static RerankerPlan plan(
      RerankerPlan.Key key,
      Inputs inputs,
      double seconds,
      double questionMillis,
      RerankerPlan.Speed speed) {
    Shape shape = shape(inputs, questionMillis, speed);
    double affordable = seconds * TRAINING_SHARE * speed.listsPerSecond();
    double wanted = inputs.lists() * epochs(inputs.lists());
    int negatives = affordable / cost(NEGATIVES, shape) >= wanted / 2 ? NEGATIVES : FEW_NEGATIVES;
    double lists = affordable / cost(negatives, shape);
    int rates = inputs.dev() < FEWEST_TO_CHOOSE ? 1 : rates(lists, wanted);
    int total = (int) Math.clamp(lists / (1 + (rates - 1) * TRIAL), BATCH, Math.max(BATCH, wanted));
    double rate = inputs.fresh() ? FRESH_RATE : LOADED_RATE;
    double pairs =
        seconds * CHOOSING_SHARE * speed.listsPerSecond() / cost(0, shape) * SCORED_PER_PAIR;
    int compared = Math.max(LEAST_COMPARED, shape.depth());
    return new RerankerPlan(
        key,
        speed,
        shape,
        new Lists(
            total,
            total / (double) Math.max(1, inputs.lists()),
            negatives,
            Math.clamp(2L * shape.depth(), 20, 50)),
        new Optimisation(BATCH, rate, .1),
        search(inputs.dev(), compared, rate, rates, pairs),
        because(inputs, shape, questionMillis));
  }

  /// What a list of so many negatives costs, in lists of [#NEGATIVES] with all layers.
  static double cost(int negatives, Shape shape) {
    return (1.0 + negatives) / (1 + NEGATIVES) * shape.layers() / shape.of();
  }

  private static Shape shape(Inputs inputs, double millis, RerankerPlan.Speed speed) {
    double all =
        speed.precision() == Precision.FP32 ? speed.pairMillis() / EIGHT_BITS : speed.pairMillis();
    int layers =
        inputs.fresh()
            ? (int)
                Math.clamp(
                    inputs.layers() * millis / (WANTED_DEPTH * all),
                    Math.min(FEWEST_LAYERS, inputs.layers()),
                    inputs.layers())
            : inputs.layers();
    double each = all * layers / inputs.layers();
    int depth = (int) Math.clamp(millis / each, 1, MOST_DEPTH);
    return new Shape(layers, inputs.layers(), inputs.maxTokens(), depth);
  }

  /// How many rates are tried: trials must leave most of the lists wanted to training.
  private static int rates(double affordable, double wanted) {
    if (affordable >= wanted * (1 + 2 * TRIAL)) {
      return 3;
    }
    return affordable >= wanted * .75 ? 2 : 1;
  }

  private static Search search(int dev, int depth, double rate, int rates, double pairs) {
    if (dev == 0) {
      return new Search(List.of(rate), 1, List.of(1.0), 0, depth);
    }
    List<Double> all =
        switch (rates) {
          case 1 -> List.of(rate);
          case 2 -> List.of(rate, rate * RATE_FACTOR);
          default -> List.of(rate, rate / RATE_FACTOR, rate * RATE_FACTOR);
        };
    int trials = rates > 1 ? rates : 0;
    int most = Math.min(dev, MOST_DEV);
    boolean both = dev >= FEWEST_TO_CHOOSE && pairs >= (double) (trials + 2) * most * depth;
    int evaluations = trials + (both ? 2 : 1);
    int questions =
        (int) Math.clamp(pairs / evaluations / depth, Math.min(FEWEST_TO_CHOOSE, dev), most);
    return new Search(all, TRIAL, both ? List.of(.5, 1.0) : List.of(1.0), questions, depth);
  }

  private static String because(Inputs inputs, Shape shape, double millis) {
    String fits =
        "%d passages of up to %d tokens fit %.0f ms a question"
            .formatted(shape.depth(), shape.tokens(), millis);
    if (!inputs.fresh()) {
      return fits + " with the reranker as it was loaded";
    }
    return shape.layers() == inputs.layers()
        ? fits + " with all " + shape.layers() + " layers"
        : fits + " with the first " + shape.layers() + " of " + shape.of() + " layers";
  }

  private static double epochs(int lists) {
    if (lists < 2000) {
      return lists < 500 ? 4 : 3;
    }
    return lists < 10_000 ? 2 : 1;
  }
}
