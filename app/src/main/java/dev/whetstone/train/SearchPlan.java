package dev.whetstone.train;

import dev.whetstone.train.FineTuningPlan.Dev;
import dev.whetstone.train.FineTuningPlan.Probe;
import dev.whetstone.train.FineTuningPlan.SearchSpace;
import dev.whetstone.train.FineTuningPlan.Trials;
import dev.whetstone.train.PlanInputs.Counts;
import java.util.List;

/// The part of the plan that says what is compared on the dev questions and on which passages
/// (points 7 and 8 of [Planner]).
///
/// @param embeddings passages that can be embedded in the time for choosing
record SearchPlan(PlanInputs inputs, Trials trials, double embeddings) {
  /// Of the pool: passages of each arm for a question.
  private static final int SMALLEST_TOP = 3;

  /// Of the pool: random passages.
  private static final int SMALLEST_RANDOM = 50;

  /// Passages of the smallest pool for a question: [#SMALLEST_TOP] of each arm, which overlap, and
  /// its relevant ones.
  private static final double PER_QUESTION = 5;

  /// Share of the trained weights to take where the figures do not tell: the more of the pairs
  /// people asked, the less the base is needed.
  private static final double SAFE_WITH_DOCUMENTS = .5;

  private static final double SAFE_WITH_LABELS = .7;

  /// Of the time for choosing, where written questions choose and the [DocumentProbe] sets a limit.
  private static final double PROBE_SHARE = 1 / 3.0;

  private static final List<Double> ENDS = List.of(.5, .75, 1.0);
  private static final List<Double> ALPHAS = List.of(.3, .5, .7, 1.0);

  /// Leaves out what the time for choosing does not allow.
  SearchSpace plan(Counts counts) {
    double safe = safe(counts);
    int dev = inputs.dev().count();
    List<Double> alphas = alphas();
    var all = space(ENDS, alphas, dev);
    if (dev >= Planner.FEWEST_TO_CHOOSE && scored() >= all.evaluations() * smallestPool(dev)) {
      return all;
    }
    var fewer = space(List.of(1.0), alphas, dev);
    if (scored() >= fewer.evaluations() * smallestPool(dev)) {
      return fewer;
    }
    double largest = alphas.getLast();
    List<Double> two = safe < largest ? List.of(safe, largest) : List.of(largest);
    int evaluations = space(List.of(1.0), two, dev).evaluations();
    int questions = (int) ((scored() / evaluations - SMALLEST_RANDOM) / PER_QUESTION);
    int count = Math.min(dev, Math.max(Planner.FEWEST_TO_CHOOSE, questions));
    return space(List.of(1.0), two, count);
  }

  /// Passages that are embedded for the dev questions; the others are for the probe.
  private double scored() {
    if (inputs.dev().count() == 0) {
      return 0;
    }
    return inputs.heldOut() == 0 ? embeddings : (1 - PROBE_SHARE) * embeddings;
  }

  private SearchSpace space(List<Double> ends, List<Double> alphas, int questions) {
    var dev = new Dev(questions, inputs.dev().written());
    var none = new FineTuningPlan.Pool(0, 0);
    Probe probe = DocumentProbe.within(embeddings - scored(), inputs.heldOut());
    var without = new SearchSpace(trials, ends, alphas, dev, none, probe);
    return inputs.dev().count() == 0
        ? without
        : new SearchSpace(
            trials,
            ends,
            alphas,
            dev,
            pool(scored() / Math.max(1, without.evaluations()), questions),
            probe);
  }

  /// @param size passages that can be embedded for one evaluation
  private static FineTuningPlan.Pool pool(double size, int questions) {
    return new FineTuningPlan.Pool(
        (int) Math.clamp(.6 * size / Math.max(1, questions) / 2, SMALLEST_TOP, 50),
        (int) Math.clamp(.4 * size, SMALLEST_RANDOM, 2000));
  }

  private static double smallestPool(int dev) {
    return PER_QUESTION * dev + SMALLEST_RANDOM;
  }

  /// The shares to compare: where people's questions do not choose, no more than the headroom
  /// leaves.
  private List<Double> alphas() {
    boolean peoples = !inputs.dev().written() && inputs.dev().count() >= Planner.FEWEST_TO_CHOOSE;
    boolean bounded =
        !peoples
            && inputs.headroom().questions() > 0
            && PlanInputs.fewLabels(inputs.pairs().labels());
    double most = bounded ? Math.max(ALPHAS.getFirst(), inputs.headroom().share()) : 1;
    return ALPHAS.stream().filter(alpha -> alpha <= most + 1e-9).toList();
  }

  private double safe(Counts counts) {
    return Math.min(alphas().getLast(), safe(counts.labels(), counts.pairs() - counts.labels()));
  }

  /// @param labels pairs of people's questions; `others` all others
  static double safe(int labels, int others) {
    return labels >= others && labels > 0 ? SAFE_WITH_LABELS : SAFE_WITH_DOCUMENTS;
  }
}
