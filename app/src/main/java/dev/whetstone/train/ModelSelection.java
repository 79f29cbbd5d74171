package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Trains by a plan and chooses on the dev questions what the plan leaves open: the learning rate,
/// after which step to stop, and how far to go from the base. The rule's value stands until another
/// beats it by more than noise ([StandardErrorRule]).
///
/// Rates are tried on the same batches in the same order. A trial is the beginning of the whole
/// training at its rate, and the winner goes on from its checkpoint. Every result is stored in the
/// work folder, so that a killed run goes on, also amid the choice. Where the machine turns out too
/// slow for the budget ([TrainingBudget]), no other rate is tried and the training is shortened;
/// that is stored, too.
final class ModelSelection {
  private static final String SPENT = "spent.json";

  private static final String BEHIND =
      "the machine became slower than it was when the plan was made";

  private final FineTuningPlan plan;
  private final TrainingRun run;
  private final NamedTensors base;
  private final List<TokenisedExample> examples;
  private final @Nullable DevEvaluation evaluation;
  private final Path work;
  private final Progress progress;
  private final int steps;
  private final TrainingBudget budget;

  /// Seconds spent on each rate's training; stored, as its checkpoint may be gone.
  private final Map<Integer, Double> spent;

  private final List<Decision> decisions = new ArrayList<>();

  /// @param seconds the budget
  /// @param evaluation null where there is nothing to choose on
  ModelSelection(
      FineTuningPlan plan,
      double seconds,
      TrainingRun run,
      List<TokenisedExample> examples,
      @Nullable DevEvaluation evaluation,
      Path work,
      Progress progress) {
    this.plan = plan;
    this.run = run;
    this.base = run.baseWeights();
    this.examples = examples;
    this.evaluation = evaluation;
    this.work = work;
    this.progress = progress;
    this.steps = TrainingRun.steps(plan, examples.size());
    this.budget = TrainingBudget.of(plan, steps, seconds);
    this.spent =
        new TreeMap<>(
            Json.kept(work.resolve(SPENT), Spent.class)
                .filter(stored -> stored.plan().equals(plan.hash()))
                .map(Spent::seconds)
                .orElse(Map.of()));
  }

  /// @param plan hash of the plan
  /// @param seconds by rate
  private record Spent(String plan, Map<Integer, Double> seconds) {}

  /// Trains and chooses.
  Selection run() {
    List<Double> rates = plan.search().rates();
    int which = evaluation == null ? 0 : rate(evaluation);
    if (rates.size() == 1) {
      decide("learning rate", figure(rates.get(which)), "by the rule: " + plan.search().because());
    }
    Trainer.Result trained = train(which, steps, limit(which, 0), "train");
    if (trained.shortened()) {
      decide("steps", "%d of %d".formatted(trained.stats().steps(), steps), BEHIND);
    }
    double safe = safe(rates.get(which));
    if (evaluation == null) {
      decide("share of the trained weights", figure(safe), "by the rule: nothing to choose it on");
      NamedTensors weights = WeightInterpolation.mix(base, trained.weights(), safe);
      return selection(weights, which, safe, trained, DevScore.NONE, DevScore.NONE);
    }
    double end = trained.shortened() ? 1 : end(evaluation, which, trained.weights(), safe);
    NamedTensors snapshot = weights(which, end, trained.weights());
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    for (double alpha : plan.search().alphas()) {
      scores.put(
          alpha,
          evaluation.of(name(end, alpha), () -> WeightInterpolation.mix(base, snapshot, alpha)));
    }
    var figures = new LinkedHashMap<Double, List<Double>>();
    scores.forEach((alpha, one) -> figures.put(alpha, one.each()));
    double alpha = StandardErrorRule.of(figures, safe);
    decide("share of the trained weights", figure(alpha), among(scores, ""));
    return selection(
        WeightInterpolation.mix(base, snapshot, alpha),
        which,
        alpha,
        trained,
        evaluation.ofBase().mean(),
        scores.getOrDefault(alpha, scores.values().iterator().next()).mean());
  }

  private Selection selection(
      NamedTensors weights,
      int which,
      double alpha,
      Trainer.Result trained,
      DevScore devBase,
      DevScore devCandidate) {
    return new Selection(
        weights,
        plan.search().rates().get(which),
        alpha,
        trained.stats(),
        decisions,
        devBase,
        devCandidate);
  }

  /// Tries the plan's rates.
  ///
  /// @return which of them is best
  private int rate(DevEvaluation by) {
    List<Double> rates = plan.search().rates();
    if (rates.size() == 1) {
      return 0;
    }
    int until = step(plan.search().share());
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    int best = 0;
    for (int i = 0; i < rates.size(); i++) {
      String name = "rate " + figure(rates.get(i));
      int toCome = (rates.size() - 1 - i) * until;
      Trainer.Result tried = by.knows(name) ? null : attempt(i, until, toCome, name);
      if (tried != null && tried.shortened()) {
        decide("learning rate", figure(rates.get(best)), "without trying all: " + BEHIND);
        return best;
      }
      scores.put(rates.get(i), by.of(name, () -> Objects.requireNonNull(tried).weights()));
      best = best(scores.values());
      for (int other = 0; other <= i; other++) {
        if (other != best) {
          WholeFile.delete(folder(other)); // checkpoints are large
        }
      }
    }
    decide(
        "learning rate",
        figure(rates.get(best)),
        among(scores, " after %d of %d steps".formatted(until, steps)));
    return best;
  }

  /// Compares the weights stored on the way, at the safe share.
  ///
  /// @return the share of the steps where to stop
  private double end(DevEvaluation by, int which, NamedTensors last, double safe) {
    List<Double> ends = plan.search().ends().reversed();
    if (ends.size() == 1) {
      return 1;
    }
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    for (double end : ends) {
      NamedTensors snapshot = weights(which, end, last);
      scores.put(end, by.of(name(end, safe), () -> WeightInterpolation.mix(base, snapshot, safe)));
    }
    double end = ends.get(best(scores.values()));
    var bySteps = new LinkedHashMap<Double, DevPool.CandidateScores>();
    scores.forEach((share, one) -> bySteps.put((double) step(share), one));
    decide("steps", "%d of %d".formatted(step(end), steps), among(bySteps, ""));
    return end;
  }

  /// The first stands for the rule; the best of those that may take its place does.
  private static int best(Collection<DevPool.CandidateScores> scores) {
    List<DevPool.CandidateScores> all = List.copyOf(scores);
    int best = 0;
    for (int i = 1; i < all.size(); i++) {
      boolean better = all.get(i).mean().criterion() > all.get(best).mean().criterion();
      if (better && StandardErrorRule.replaces(all.get(i), all.getFirst())) {
        best = i;
      }
    }
    return best;
  }

  /// The beginning of a training. A slow one is shortened where it is the rule's, which then goes
  /// on, and given up where it is another's.
  private Trainer.Result attempt(int which, int until, int toCome, String name) {
    Trainer.StepLimit fitting = limit(which, toCome);
    Trainer.StepLimit all = (done, seconds) -> fitting.end(done, seconds) < steps ? done : steps;
    return train(which, until, which == 0 ? fitting : all, "try " + name);
  }

  private Trainer.StepLimit limit(int which, int toCome) {
    double earlier =
        spent.entrySet().stream()
            .filter(one -> one.getKey() != which)
            .mapToDouble(Map.Entry::getValue)
            .sum();
    return (done, seconds) -> budget.end(done, seconds, earlier, toCome);
  }

  private Trainer.Result train(int which, int until, Trainer.StepLimit limit, String name) {
    List<Integer> snapshots =
        plan.search().ends().stream().map(this::step).filter(step -> step < steps).toList();
    var segment = new Trainer.Segment(until, snapshots, limit);
    double rate = plan.search().rates().get(which);
    Trainer.Result trained = run.run(examples, plan, rate, segment, folder(which), name, progress);
    spent.put(which, trained.stats().seconds());
    WholeFile.write(work.resolve(SPENT), Json.sealed(Json.pretty(new Spent(plan.hash(), spent))));
    return trained;
  }

  private NamedTensors weights(int which, double end, NamedTensors last) {
    return step(end) == steps ? last : Trainer.snapshot(folder(which), step(end));
  }

  private Path folder(int which) {
    return work.resolve("steps-" + which);
  }

  private int step(double share) {
    return Math.max(1, (int) Math.round(share * steps));
  }

  /// The share to take where the figures do not tell: the higher the rate, the less.
  private double safe(double rate) {
    List<Double> alphas = plan.search().alphas();
    int at = alphas.indexOf(Planner.safe(plan.pairs().labels(), plan.pairs().documents()));
    int toward = rate > plan.optimisation().rate() ? -1 : rate < plan.optimisation().rate() ? 1 : 0;
    return alphas.get(Math.clamp(at + toward, 0, alphas.size() - 1));
  }

  private static String name(double end, double alpha) {
    String share = figure(alpha) + " of the weights";
    return end == 1 ? share : share + " at " + figure(end);
  }

  private void decide(String what, String chosen, String among) {
    decisions.add(new Decision(what, chosen, among));
  }

  /// `0.5 (.412), 0.7 (.415): nDCG@10 on 79 dev questions`.
  private static String among(Map<Double, DevPool.CandidateScores> scores, String when) {
    int questions = scores.values().iterator().next().each().size();
    ToDoubleFunction<DevPool.CandidateScores> mean = one -> one.mean().criterion();
    return scores.entrySet().stream()
            .map(
                one ->
                    String.format(
                        Locale.ROOT,
                        "%s (%.3f)",
                        figure(one.getKey()),
                        mean.applyAsDouble(one.getValue())))
            .collect(Collectors.joining(", ", "of ", ""))
        + ": nDCG@10 on "
        + questions
        + " dev questions"
        + when;
  }

  /// Steps whole, shares with up to two places, rates as powers of ten.
  static String figure(double value) {
    if (value < .01) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2f", value).replaceAll("0$", "");
  }
}
