package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Progress;
import dev.whetstone.store.WholeFile;
import dev.whetstone.train.RerankerCandidate.DevFigures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Trains a reranker by a plan and chooses on the dev questions what the plan leaves open: the
/// learning rate, and after which step to stop. As [ModelSelection] does for an encoder: a trial is
/// the beginning of the whole training at its rate, every result is stored in the work folder, and
/// a training that turns out too slow for its budget is shortened.
final class RerankerSelection {
  private final RerankerData data;
  private final RerankerPlan plan;
  private final List<TokenisedList> lists;
  private final @Nullable RerankerEvaluation evaluation;
  private final Path work;
  private final Progress progress;
  private final LongSupplier nanos;
  private final int steps;
  private final SpentTime spent;
  private final List<Decision> decisions = new ArrayList<>();

  /// @param seconds the budget
  /// @param evaluation null where there is nothing to choose on
  RerankerSelection(
      RerankerData data,
      RerankerPlan plan,
      double seconds,
      List<TokenisedList> lists,
      @Nullable RerankerEvaluation evaluation,
      RerankerTraining.Surroundings around) {
    this.data = data;
    this.plan = plan;
    this.lists = lists;
    this.evaluation = evaluation;
    this.work = around.work();
    this.progress = around.progress();
    this.nanos = around.nanos();
    this.steps = steps(plan, lists.size());
    this.spent =
        new SpentTime(work, plan.hash(), new TrainingBudget(plan.seconds(), steps, seconds));
  }

  /// The weights that were chosen.
  record Chosen(
      NamedTensors weights,
      double rate,
      TrainingStats stats,
      List<Decision> decisions,
      DevFigures dev) {}

  static int steps(RerankerPlan plan, int lists) {
    return Math.max(
        1, Math.ceilDiv(plan.lists().total(), Math.min(plan.optimisation().batch(), lists)));
  }

  /// Trains and chooses.
  Chosen run() {
    List<Double> rates = plan.search().rates();
    decide(
        "layers", plan.shape().layers() + " of " + plan.shape().of(), "(" + plan.because() + ")");
    MemoryPlan.decision(plan.speed().limits()).ifPresent(decisions::add);
    int which = evaluation == null || rates.size() == 1 ? 0 : rate(evaluation);
    if (rates.size() == 1) {
      decide(
          "learning rate",
          figure(rates.getFirst()),
          "by the rule: no time or too few questions to try others");
    }
    Trainer.Result trained =
        train(which, steps, spent.limit(String.valueOf(which), 0), "train reranker");
    if (trained.shortened()) {
      decide("steps", "%d of %d".formatted(trained.stats().steps(), steps), SpentTime.BEHIND);
    }
    double rate = rates.get(which);
    if (evaluation == null) {
      return new Chosen(trained.weights(), rate, trained.stats(), decisions, DevFigures.NONE);
    }
    double end = trained.shortened() ? 1 : end(evaluation, which, trained.weights());
    NamedTensors weights = weights(which, end, trained.weights());
    var score = evaluation.of(name(end), () -> weights);
    int questions = score.figures().each().size();
    decide(
        "weight against the first stage",
        figure(score.weight()),
        String.format(
            Locale.ROOT,
            "on %d dev questions: nDCG@10 %.3f, the first stage alone %.3f",
            questions,
            score.figures().mean().criterion(),
            evaluation.firstStage()));
    return new Chosen(
        weights,
        rate,
        trained.stats(),
        decisions,
        new DevFigures(
            questions,
            evaluation.firstStage(),
            score.figures().mean().criterion(),
            score.weight()));
  }

  /// Tries the plan's rates.
  ///
  /// @return which of them is best
  private int rate(RerankerEvaluation by) {
    List<Double> rates = plan.search().rates();
    int until = step(plan.search().share());
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    int best = 0;
    for (int i = 0; i < rates.size(); i++) {
      String name = "rate " + figure(rates.get(i));
      Trainer.Result tried =
          by.knows(name) ? null : attempt(i, until, (rates.size() - 1 - i) * until, "try " + name);
      if (tried != null && tried.shortened()) {
        decide("learning rate", figure(rates.get(best)), "without trying all: " + SpentTime.BEHIND);
        return best;
      }
      var score = by.of(name, () -> Objects.requireNonNull(tried).weights());
      scores.put(rates.get(i), score.figures());
      best = StandardErrorRule.best(scores.values());
      for (int other = 0; other <= i; other++) {
        if (other != best) {
          WholeFile.delete(folder(other)); // checkpoints are large
        }
      }
    }
    decide(
        "learning rate",
        figure(rates.get(best)),
        ScoreWords.among(scores, " after %d of %d steps".formatted(until, steps)));
    return best;
  }

  /// Compares the weights stored on the way.
  ///
  /// @return the share of the steps where to stop
  private double end(RerankerEvaluation by, int which, NamedTensors last) {
    List<Double> ends = plan.search().ends().reversed();
    if (ends.size() == 1) {
      return 1;
    }
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    for (double end : ends) {
      scores.put(end, by.of(name(end), () -> weights(which, end, last)).figures());
    }
    double end = ends.get(StandardErrorRule.best(scores.values()));
    var bySteps = new LinkedHashMap<Double, DevPool.CandidateScores>();
    scores.forEach((share, one) -> bySteps.put((double) step(share), one));
    decide("steps", "%d of %d".formatted(step(end), steps), ScoreWords.among(bySteps, ""));
    return end;
  }

  /// The beginning of a training: the rule's is shortened where it is slow, another's given up.
  private Trainer.Result attempt(int which, int until, int toCome, String name) {
    Trainer.StepLimit fitting = spent.limit(String.valueOf(which), toCome);
    return train(which, until, which == 0 ? fitting : SpentTime.givenUp(fitting, steps), name);
  }

  private Trainer.Result train(int which, int until, Trainer.StepLimit limit, String name) {
    List<Integer> snapshots =
        plan.search().ends().stream().map(this::step).filter(step -> step < steps).toList();
    var hyperparameters =
        new Hyperparameters(
            new Hyperparameters.Schedule(
                steps, plan.search().rates().get(which), plan.optimisation().warmUp()),
            new Hyperparameters.Sampling(
                Math.min(plan.optimisation().batch(), lists.size()),
                plan.lists().negatives(),
                plan.shape().tokens(),
                plan.key().seed()),
            Hyperparameters.Loss.plain(1),
            plan.speed().precision(),
            TrainingRun.CHECKPOINT_EVERY,
            plan.speed().limits());
    var trainer = new Trainer(data.start().network(plan.shape().layers()), hyperparameters, nanos);
    Trainer.Result trained =
        trainer.train(
            new ListwiseObjective(lists, hyperparameters),
            data.start().weights(),
            folder(which),
            new Trainer.Segment(until, snapshots, limit),
            name,
            progress);
    spent.put(String.valueOf(which), trained.stats().seconds());
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

  private static String name(double end) {
    return "after " + figure(end);
  }

  private void decide(String what, String chosen, String among) {
    decisions.add(new Decision(what, chosen, among));
  }

  private static String figure(double value) {
    return ModelSelection.figure(value);
  }
}
