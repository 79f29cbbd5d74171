package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Progress;
import dev.whetstone.store.WholeFile;
import dev.whetstone.train.TrainingRun.Attempt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Trains by a plan and chooses on the dev questions what the plan leaves open: the learning rate,
/// how it falls from layer to layer, after which step to stop, and how far to go from the base. The
/// rule's value stands until another beats it by more than noise ([StandardErrorRule]).
///
/// Trials go over the same batches in the same order. A trial is the beginning of the whole
/// training, and the winner goes on from its checkpoint. Then the plan's further seeds are trained,
/// in other orders, and the weights averaged. Every result is stored in the work folder, so that a
/// killed run goes on, also amid the choice. Where the machine turns out too slow for the budget
/// ([TrainingBudget]), nothing else is tried and the training is shortened; that is stored, too.
///
/// Where a language model wrote the dev questions, a share of the trained weights must beat the
/// base by more than noise, or there is no candidate: written questions do not prove anything, and
/// a model that does not even gain on them is not worth a proof.
final class ModelSelection {
  /// Between the seeds of trainings that are averaged.
  private static final long SEED_STEP = 1_000_000_007;

  private final FineTuningPlan plan;
  private final TrainingRun run;
  private final NamedTensors base;
  private final FineTuning.Prepared prepared;
  private final Judges judges;
  private final Path work;
  private final Progress progress;
  private final int steps;
  private final SpentTime spent;
  private final List<Decision> decisions = new ArrayList<>();

  /// What candidates are scored by.
  ///
  /// @param evaluation null where there are too few questions to choose on
  /// @param probe where people asked nothing; null where there are too few passages for one
  record Judges(@Nullable DevEvaluation evaluation, @Nullable DocumentProbe probe) {}

  /// @param seconds the budget
  ModelSelection(
      FineTuningPlan plan,
      double seconds,
      TrainingRun run,
      FineTuning.Prepared prepared,
      Judges judges,
      Path work,
      Progress progress) {
    this.plan = plan;
    this.run = run;
    this.base = run.baseWeights();
    this.prepared = prepared;
    this.judges = judges;
    this.work = work;
    this.progress = progress;
    this.steps = TrainingRun.steps(plan, prepared.examples().size());
    this.spent = new SpentTime(work, plan.hash(), TrainingBudget.of(plan, steps, seconds));
    this.decisions.addAll(plan.settled());
  }

  /// Trains and chooses.
  ///
  /// @throws NoCandidateException if written questions show no gain above noise
  Selection run() {
    List<Double> rates = plan.search().trials().rates();
    DevEvaluation evaluation = judges.evaluation();
    Attempt best = evaluation == null ? attempt(0) : tried(evaluation);
    if (rates.size() == 1) {
      String because = plan.search().trials().because();
      decide("learning rate", figure(best.rate()), "by the rule: " + because);
    }
    Trainer.Result trained = train(best, steps, spent.limit(best.name(), 0), "train");
    if (trained.shortened()) {
      decide("steps", "%d of %d".formatted(trained.stats().steps(), steps), SpentTime.BEHIND);
    }
    List<Attempt> averaged = new ArrayList<>(List.of(best));
    NamedTensors last = averaged(averaged, trained);
    double safe = safe(best.rate());
    if (evaluation == null) {
      double share = probed(last, safe);
      NamedTensors weights = WeightInterpolation.mix(base, last, share);
      return selection(weights, best, share, trained, DevScore.NONE, DevScore.NONE);
    }
    double end = trained.shortened() ? 1 : end(evaluation, averaged, last, safe);
    NamedTensors snapshot = weights(averaged, end, last);
    double most = limit(snapshot);
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    for (double alpha : DocumentProbe.upTo(most, plan.search().alphas())) {
      scores.put(
          alpha,
          evaluation.of(name(end, alpha), () -> WeightInterpolation.mix(base, snapshot, alpha)));
    }
    double alpha = share(scores, evaluation, safe);
    decide("share of the trained weights", figure(alpha), ScoreWords.among(scores, ""));
    NamedTensors chosen = WeightInterpolation.mix(base, snapshot, alpha);
    prefixes(evaluation, name(end, alpha), chosen, scores.get(alpha));
    return selection(
        chosen,
        best,
        alpha,
        trained,
        evaluation.ofBase().mean(),
        scores.getOrDefault(alpha, scores.values().iterator().next()).mean());
  }

  /// The share that the probe leads to.
  ///
  /// @throws NoCandidateException if it finds none better than the base
  private double probed(NamedTensors last, double safe) {
    DocumentProbe probe = judges.probe();
    if (probe == null) {
      decide("share of the trained weights", figure(safe), "by the rule: nothing to choose it on");
      return safe;
    }
    Map<Double, List<Double>> figures = agreement(probe, last);
    double share = DocumentProbe.choose(figures);
    String among = requireGain(share, figures, "half where the smallest gains");
    decide("share of the trained weights", figure(share), among);
    return share;
  }

  /// The largest share of the trained weights that the probe leaves to written questions: they hold
  /// their writer's manner, and cannot see what learning it costs.
  ///
  /// @return 1 where there is no probe
  /// @throws NoCandidateException if it finds none better than the base
  private double limit(NamedTensors trained) {
    DocumentProbe probe = judges.probe();
    if (probe == null) {
      return 1;
    }
    Map<Double, List<Double>> figures = agreement(probe, trained);
    double most = DocumentProbe.most(figures);
    String rule =
        plan.search().probe().shares().size() == 1
            ? "half where it gains more than a standard error, as no other share was compared"
            : "the largest that gains more than a standard error";
    String among = requireGain(most, figures, rule);
    decide("largest share of the trained weights", figure(most), among);
    return most;
  }

  /// @param share 0 where the probe keeps the base
  /// @param rule by which it was chosen
  /// @return among what it was chosen
  private String requireGain(double share, Map<Double, List<Double>> figures, String rule) {
    String among = DocumentProbe.words(figures, rule);
    if (share == 0) {
      throw NoCandidateException.keepingTheBase(
          "what " + taught() + " gains nothing for other passages: " + among);
    }
    return among;
  }

  private String taught() {
    FineTuningPlan.PairCounts pairs = plan.pairs();
    if (pairs.asked() == 0) {
      return "the documents alone teach";
    }
    if (pairs.written() > 0) {
      return pairs.labels() > 0 ? "was asked and written teaches" : "was written teaches";
    }
    return "the documents and the few questions teach";
  }

  /// The probe's figures of the base and of each share that the plan has for it.
  private Map<Double, List<Double>> agreement(DocumentProbe probe, NamedTensors trained) {
    var figures = new LinkedHashMap<Double, List<Double>>();
    figures.put(0.0, probe.ofBase(base));
    for (double share : plan.search().probe().shares()) {
      String name = figure(share) + " of the weights";
      figures.put(share, probe.of(WeightInterpolation.mix(base, trained, share), name));
    }
    return figures;
  }

  /// Tells what shorter vectors cost.
  private void prefixes(
      DevEvaluation by,
      String name,
      NamedTensors weights,
      DevPool.@Nullable CandidateScores whole) {
    List<Integer> dimensions = plan.optimisation().loss().dimensions();
    if (dimensions.isEmpty() || whole == null) {
      return;
    }
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    scores.put((double) run.dimension(), whole);
    by.ofPrefixes(name, weights, dimensions)
        .forEach((dimension, one) -> scores.put((double) dimension, one));
    decide("dimensions trained", String.valueOf(dimensions), ScoreWords.among(scores, ""));
  }

  /// Trains further seeds, as many as the plan has and the time allows.
  ///
  /// @param all the trainings; those that were done are added
  /// @return the mean of their weights
  private NamedTensors averaged(List<Attempt> all, Trainer.Result first) {
    Attempt best = all.getFirst();
    NamedTensors mean = first.weights();
    int seeds = plan.optimisation().seeds();
    boolean behind = first.shortened();
    while (all.size() < seeds && !behind) {
      int more = all.size();
      long seed = best.seed() + SEED_STEP * more;
      var other = new Attempt("seed-" + more, best.rate(), best.layerDecay(), seed);
      Trainer.Result again =
          train(
              other,
              steps,
              SpentTime.givenUp(spent.limit(other.name(), 0), steps),
              "train again " + more);
      behind = again.shortened();
      if (!behind) {
        all.add(other);
        mean = WeightInterpolation.mix(mean, again.weights(), 1.0 / all.size());
      }
    }
    if (all.size() < seeds) {
      decide("trainings averaged", String.valueOf(all.size()), SpentTime.BEHIND);
    }
    return mean;
  }

  /// The share of the trained weights; of those that beat the base where the questions are written.
  private double share(Map<Double, DevPool.CandidateScores> scores, DevEvaluation by, double safe) {
    var figures = new LinkedHashMap<Double, List<Double>>();
    scores.forEach((alpha, one) -> figures.put(alpha, one.each()));
    if (plan.search().dev().written()) {
      DevPool.CandidateScores ofBase = by.ofBase();
      scores.forEach(
          (alpha, one) -> {
            if (!StandardErrorRule.replaces(one, ofBase)) {
              figures.remove(alpha);
            }
          });
      if (figures.isEmpty()) {
        throw NoCandidateException.keepingTheBase(
            String.format(
                Locale.ROOT,
                "the trained weights gain no more than noise on the written questions: the base"
                    + " %.3f, shares of the trained weights %s",
                ofBase.mean().criterion(),
                ScoreWords.among(scores, "")));
      }
    }
    return StandardErrorRule.of(figures, safe);
  }

  private Selection selection(
      NamedTensors weights,
      Attempt attempt,
      double alpha,
      Trainer.Result trained,
      DevScore devBase,
      DevScore devCandidate) {
    return new Selection(
        weights, attempt.rate(), alpha, trained.stats(), decisions, devBase, devCandidate);
  }

  private Attempt attempt(int rate) {
    return new Attempt(
        "steps-" + rate,
        plan.search().trials().rates().get(rate),
        plan.optimisation().layerDecay(),
        plan.key().seed());
  }

  /// Tries the plan's rates, and the best of them with a decay by layer.
  ///
  /// @return the best
  private Attempt tried(DevEvaluation by) {
    List<Double> rates = plan.search().trials().rates();
    if (rates.size() == 1) {
      return attempt(0);
    }
    int until = step(plan.search().trials().share());
    int more = plan.search().trials().count();
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    int best = 0;
    for (int i = 0; i < rates.size(); i++) {
      String name = "rate " + figure(rates.get(i));
      int toCome = (more - 1 - i) * until;
      Trainer.Result tried = by.knows(name) ? null : begin(attempt(i), until, toCome, name);
      if (tried != null && tried.shortened()) {
        decide("learning rate", figure(rates.get(best)), "without trying all: " + SpentTime.BEHIND);
        return attempt(best);
      }
      scores.put(rates.get(i), by.of(name, () -> Objects.requireNonNull(tried).weights()));
      best = StandardErrorRule.best(scores.values());
      for (int other = 0; other <= i; other++) {
        if (other != best) {
          WholeFile.delete(work.resolve(attempt(other).name())); // checkpoints are large
        }
      }
    }
    String when = " after %d of %d steps".formatted(until, steps);
    decide("learning rate", figure(rates.get(best)), ScoreWords.among(scores, when));
    DevPool.CandidateScores plain = scores.get(rates.get(best));
    return plain == null ? attempt(best) : byLayer(by, attempt(best), plain, when);
  }

  /// Tries a rate that falls from layer to layer, where the plan has room for it.
  private Attempt byLayer(
      DevEvaluation by, Attempt plain, DevPool.CandidateScores ofPlain, String when) {
    double decay = plan.search().trials().layerDecay();
    if (decay == 1) {
      return plain;
    }
    int until = step(plan.search().trials().share());
    var falling = new Attempt("steps-by-layer", plain.rate(), decay, plain.seed());
    String name = "rate by layer " + figure(decay);
    Trainer.Result tried = by.knows(name) ? null : begin(falling, until, 0, name);
    if (tried != null && tried.shortened()) {
      decide("rate from layer to layer", "the same", SpentTime.BEHIND);
      return plain;
    }
    DevPool.CandidateScores ofFalling = by.of(name, () -> Objects.requireNonNull(tried).weights());
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    scores.put(1.0, ofPlain);
    scores.put(decay, ofFalling);
    boolean falls = StandardErrorRule.best(scores.values()) > 0;
    Attempt chosen = falls ? falling : plain;
    WholeFile.delete(work.resolve((falls ? plain : falling).name()));
    decide(
        "rate from layer to layer",
        "times " + figure(chosen.layerDecay()),
        ScoreWords.among(scores, when));
    return chosen;
  }

  /// Compares the weights stored on the way, at the safe share.
  ///
  /// @return the share of the steps where to stop
  private double end(DevEvaluation by, List<Attempt> averaged, NamedTensors last, double safe) {
    List<Double> ends = plan.search().ends().reversed();
    if (ends.size() == 1) {
      return 1;
    }
    var scores = new LinkedHashMap<Double, DevPool.CandidateScores>();
    for (double end : ends) {
      scores.put(
          end,
          by.of(
              name(end, safe),
              () -> WeightInterpolation.mix(base, weights(averaged, end, last), safe)));
    }
    double end = ends.get(StandardErrorRule.best(scores.values()));
    var bySteps = new LinkedHashMap<Double, DevPool.CandidateScores>();
    scores.forEach((share, one) -> bySteps.put((double) step(share), one));
    decide("steps", "%d of %d".formatted(step(end), steps), ScoreWords.among(bySteps, ""));
    return end;
  }

  /// The beginning of a training. A slow one is shortened where it is the rule's, which then goes
  /// on, and given up where it is another's.
  private Trainer.Result begin(Attempt attempt, int until, int toCome, String name) {
    Trainer.StepLimit fitting = spent.limit(attempt.name(), toCome);
    boolean rule = attempt.equals(attempt(0));
    return train(attempt, until, rule ? fitting : SpentTime.givenUp(fitting, steps), "try " + name);
  }

  private Trainer.Result train(Attempt attempt, int until, Trainer.StepLimit limit, String name) {
    List<Integer> snapshots =
        plan.search().ends().stream().map(this::step).filter(step -> step < steps).toList();
    var segment = new Trainer.Segment(until, snapshots, limit);
    Path folder = work.resolve(attempt.name());
    Trainer.Result trained = run.run(prepared, plan, attempt, segment, folder, name, progress);
    spent.put(attempt.name(), trained.stats().seconds());
    return trained;
  }

  /// The mean of the trainings' weights after a share of the steps.
  private NamedTensors weights(List<Attempt> averaged, double end, NamedTensors last) {
    if (step(end) == steps) {
      return last;
    }
    NamedTensors mean = null;
    int count = 0;
    for (Attempt one : averaged) {
      NamedTensors weights = Trainer.snapshot(work.resolve(one.name()), step(end));
      count++;
      mean = mean == null ? weights : WeightInterpolation.mix(mean, weights, 1.0 / count);
    }
    return Objects.requireNonNull(mean);
  }

  private int step(double share) {
    return Math.max(1, (int) Math.round(share * steps));
  }

  /// The share to take where the figures do not tell: the higher the rate, the less.
  private double safe(double rate) {
    List<Double> alphas = plan.search().alphas();
    var pairs = plan.pairs();
    double usual = SearchPlan.safe(pairs.labels(), pairs.written() + pairs.documents());
    int at = alphas.indexOf(Math.min(usual, alphas.getLast()));
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
