package dev.whetstone.train;

import dev.whetstone.train.FineTuningPlan.Loss;
import dev.whetstone.train.FineTuningPlan.Negatives;
import dev.whetstone.train.FineTuningPlan.Optimisation;
import dev.whetstone.train.FineTuningPlan.PairCounts;
import dev.whetstone.train.FineTuningPlan.Trials;
import dev.whetstone.train.PlanInputs.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Turns a time budget into a [FineTuningPlan].
///
/// ## Problem
///
/// A user gives minutes. On a CPU they buy from a few hundred to some thousand training pairs, and
/// the same minutes must also pay for choosing hyperparameters on the dev questions. Too many pairs
/// of a weak kind, or too high a rate, make a candidate worse than its base; figures from few
/// questions are noise. The plan says what to train on, how, what to compare, and with how many
/// passages, so that the work ends within the budget.
///
/// ## Method
///
/// 1. **Split of the budget.** 65 % is for training, 5 % for trials, 25 % for scoring candidates on
///    the dev questions; 5 % is left for tokenising and mining. Time is counted in pairs: budget ×
///    measured pairs a second. A hard negative costs .85 of a pair more; a passage that is embedded
///    costs a third of a pair; a batch above [#BATCH] costs a third more ([#CACHED_COST]: it is
///    embedded twice).
/// 2. **Pairs wanted** ([PlanInputs#wanted]). Questions that people asked or a language model wrote
///    are seen 4 times where there are fewer than 300, 3 times below 1,000, twice below 2,500, 1.5
///    times below 10,000, else once. Written ones are seen less where the base finds them already
///    ([Headroom]), and fewer are used the more labels there are, none from 2,000 on. Document
///    pairs fill up where questions are few: 1,500 with none, linearly fewer, none from 1,000
///    questions on. Each pair of a question gets one mined hard negative.
/// 3. **Pairs afforded** ([PlanInputs#within]). Hard negatives go first, then document pairs, then
///    repetitions of written questions, then of labels; never below [#FEWEST_PAIRS].
/// 4. **Learning rate by rule.** With document pairs, from 2e-5 (no questions) linearly to 5e-5
///    (1,000). For questions alone 5e-5, times √(32 / steps) in fewer than 32 steps, at most
///    doubled: weights go about as far as steps × rate. Times √(batch / 32) for larger batches, as
///    the noise of Adam's steps falls with the root of the batch (Malladi et al., NeurIPS 2022).
/// 5. **Trials.** With at least [#FEWEST_TO_CHOOSE] dev questions, the rule's rate is compared with
///    three times and a third of it. A trial is the beginning of the whole training at its rate, on
///    the same batches, so the winner's trial has cost nothing. Trials take at least a third of the
///    steps and 320 pairs (unless that is the whole training). What fits decides: two other rates,
///    one, one beside a smaller training (as long as half of the pairs wanted are left), or none;
///    the plan then says why, in [Trials#because]. Where there is room for one more, the best rate
///    is tried with a smaller rate in lower layers ([#LAYER_DECAY]).
/// 6. **What is left of the training's time** goes to larger batches, then to hard negatives mined
///    anew, then to up to [#MOST_SEEDS] trainings in other orders, whose weights are averaged. A
///    batch is the largest of 32 to 512 that leaves [#LEAST_STEPS] steps: more negatives in a step
///    make up for few steps only so far. Negatives are mined anew after half of the steps where
///    questions are seen at least twice, as those of the base are told apart by then.
/// 7. **What else is compared.** Weights after 50 %, 75 % and all of the steps, and shares .3, .5,
///    .7 and 1 of the trained weights in an interpolation with the base; chosen on written
///    questions, no larger share than their [Headroom] leaves. What the time for scoring does not
///    pay for is left out: first the earlier ends, then all shares but the safe one and the
///    largest, then dev questions, down to [#FEWEST_TO_CHOOSE].
/// 8. **The pool** that candidates are scored on: of the passages that can be embedded for each
///    evaluation, six tenths are the best of both arms for the dev questions (from 3 to 50 of each
///    arm a question), four tenths are random (from 50 to 2,000).
/// 9. **Documents alone** have no dev questions; the time for choosing pays for the
///    [DocumentProbe], from 20 held-out passages and one share to 100 and three. Where written
///    questions choose, the probe gets a third of it, and sets the largest share.
///
/// With a teacher ([Distillation]) each pair of a question gets four hard negatives instead of one,
/// and what the teacher scores is taken from the budget: a passage costs as much as one that is
/// embedded. Where not even one hard negative is paid for, nothing is asked of the teacher.
///
/// A [Recipe] may ask for a batch, negatives, seeds or a decay; then that is what is planned, and
/// its cost is taken from the pairs.
///
/// ## Example
///
/// 1,000 labels, no document pairs, 100 dev questions, 5 minutes, 10 pairs/s. Wanted: 2,000 pairs,
/// which cost 3,700 with hard negatives. Affordable for training and trials: 300 · 10 · .7 = 2,100.
/// No trial fits beside the whole training, so one other rate is tried beside a smaller one: 2,100
/// / (1 + 1/3) = 1,575 pairs without hard negatives, 50 steps of 32. The rule's rate is 5e-5;
/// 1.5e-4 is tried for a third of the steps (`PlannerTest`).
///
/// ## Invariants
///
/// The plan is a function of its arguments. Training, trials and scoring fit into the budget at the
/// measured speed, but for the smallest sizes, which are kept whatever the budget. The rule's rate
/// is always the first of the rates, the safe share always among the shares.
///
/// ## Where the constants come from
///
/// Rates, epochs and the 1,500 document pairs are those that lost on none of the collections they
/// were compared on with `prove DIR` (BEIR's layout; the report holds each decision and its
/// figures): change one and run it on the collection in question. More document pairs drifted away
/// from the base. The costs of a negative and of an embedded passage follow from
/// `TrainingBenchmark`, which prints pairs trained and tokens embedded a second. Not measured yet,
/// and taken from the sources or by reckoning: [#CACHED_COST] (four passes instead of three),
/// [#LEAST_STEPS], the root rule for batches, [#LAYER_DECAY] (usual values are .9 to .95 for twelve
/// layers), [#MOST_SEEDS], when negatives are mined anew. Each has a switch in [Recipe], so that
/// `prove DIR --recipe …` measures it.
///
/// Sources: in-batch negatives, Karpukhin et al., EMNLP 2020; interpolation, Wortsman et al., CVPR
/// 2022; averaged trainings, Wortsman et al., ICML 2022 (*model soups*); negatives mined anew,
/// Xiong et al., ICLR 2021 (*ANCE*); rates by layer, Howard & Ruder, ACL 2018; trials that go on
/// when they win, successive halving, Jamieson & Talwalkar, AISTATS 2016.
final class Planner {
  static final int BATCH = 32;
  static final int QUESTION_TOKENS = 64;
  static final int PASSAGE_TOKENS = 224;

  /// With fewer pairs there is nothing to learn from.
  static final int FEWEST_PAIRS = 16;

  /// With fewer dev questions rate and length are not chosen: the figures would be noise.
  static final int FEWEST_TO_CHOOSE = 30;

  /// Peak learning rate for documents alone.
  private static final double DOCUMENT_RATE = 2e-5;

  /// Peak learning rate for questions alone.
  private static final double ASKED_RATE = 5e-5;

  /// In fewer steps the rate for questions is raised.
  private static final double RAISED_BELOW_STEPS = 32;

  private static final double TRAINING_SHARE = .65;

  /// Of the budget, for trials beside what they leave to training.
  private static final double TRIAL_SHARE = .05;

  static final double CHOOSING_SHARE = .25;

  /// Passages embedded in the time of training on one pair.
  private static final double EMBEDDINGS_PER_PAIR = 3;

  /// Between the rates that are compared.
  private static final double RATE_FACTOR = 3;

  /// Of the steps: shorter trainings suit higher rates, so shorter trials mislead.
  private static final double SHORTEST_TRIAL = 1 / 3.0;

  /// A trial of fewer pairs tells nothing, unless it is the whole training.
  private static final int FEWEST_TRIED = 320;

  /// This share of the pairs wanted must be left to training by the trials.
  private static final double LEAST_TRAINING = .5;

  /// Of the rate, from a layer to the one below.
  private static final double LAYER_DECAY = .9;

  /// Of the budget: what is left to training beside a teacher's scores, whatever these cost.
  private static final double LEAST_BESIDE_TEACHER = .3;

  private static final int MOST_SEEDS = 3;
  private static final int LARGEST_BATCH = 512;
  private static final int LEAST_STEPS = 60;

  /// A large batch is embedded once without and once with gradients.
  private static final double CACHED_COST = 4 / 3.0;

  /// Negatives are mined anew where questions are seen so often.
  private static final double EPOCHS_TO_REMINE = 2;

  /// Passages embedded to mine anew for each pair of a question, at most.
  private static final int REMINED_PER_PAIR = 3;

  private final FineTuningPlan.Key key;
  private final PlanInputs inputs;
  private final Recipe recipe;
  private final double seconds;
  private final FineTuningPlan.Speed speed;
  private final int negatives;

  /// What a pair costs beside its own, of the batch that was asked for.
  private final double asked;

  private Planner(
      FineTuningPlan.Key key,
      PlanInputs inputs,
      Recipe recipe,
      double seconds,
      FineTuningPlan.Speed speed) {
    this.key = key;
    this.inputs = inputs;
    this.recipe = recipe;
    this.seconds = seconds;
    this.speed = speed;
    int usual = recipe.distils() ? Distillation.EACH : 1;
    this.negatives = recipe.batches().negatives() < 0 ? usual : recipe.batches().negatives();
    this.asked =
        Math.max(1, recipe.weights().seeds()) * (recipe.batches().size() > BATCH ? CACHED_COST : 1);
  }

  /// Makes the plan.
  ///
  /// @param seconds the budget
  /// @param queryPrompt whether the base's is put before questions
  static FineTuningPlan plan(
      FineTuningPlan.Key key,
      PlanInputs inputs,
      Recipe recipe,
      double seconds,
      FineTuningPlan.Speed speed,
      boolean queryPrompt) {
    return new Planner(key, inputs, recipe, seconds, speed).plan(queryPrompt);
  }

  /// Trials and the training that they leave room for.
  private record Room(Trials trials, Counts counts) {
    /// Of all of them, in pairs.
    double cost() {
      return counts.cost() * (1 + (trials.count() - 1) * trials.share());
    }
  }

  private FineTuningPlan plan(boolean queryPrompt) {
    double all = seconds * speed.pairsPerSecond();
    double taught = Math.min(taught(), (TRAINING_SHARE - LEAST_BESIDE_TEACHER) * all);
    double affordable = (all * TRAINING_SHARE - taught) / asked;
    double withTrials = (all * (TRAINING_SHARE + TRIAL_SHARE) - taught) / asked;
    Room room = room(affordable, withTrials);
    Counts counts = room.counts();
    double left = withTrials - room.cost();
    int batch = batch(counts, left, room.cost());
    if (recipe.batches().size() == Recipe.AUTO && batch > BATCH) {
      left -= (CACHED_COST - 1) * room.cost();
    }
    Negatives mined = mined(counts, left);
    double mining = mined.remined().size() * mined.pool() / EMBEDDINGS_PER_PAIR;
    left -= mining;
    int seeds = recipe.weights().seeds();
    if (seeds == Recipe.AUTO) {
      double each = counts.cost() * (batch > BATCH ? CACHED_COST : 1) + mining;
      seeds = (int) Math.clamp(1 + Math.floor(left / each), 1, MOST_SEEDS);
    }
    double scaled = Math.sqrt(Math.max(1, batch / (double) BATCH));
    Trials trials = scaled(room.trials(), scaled);
    double decay = recipe.weights().layerDecay() == Recipe.AUTO ? 1 : recipe.weights().layerDecay();
    double embeddings = seconds * CHOOSING_SHARE * speed.pairsPerSecond() * EMBEDDINGS_PER_PAIR;
    var settled = new ArrayList<Decision>();
    if (inputs.headroom().questions() > 0) {
      settled.add(inputs.headroom().decision());
    }
    settle(settled, batch, seeds, mined);
    boolean distils = recipe.distils() && counts.negatives() > 0;
    if (recipe.distils()) {
      settled.add(distillation(counts));
    }
    return new FineTuningPlan(
        key,
        speed,
        new PairCounts(
            counts.labels(), counts.written(), counts.documents(), inputs.epochs(counts), mined),
        new Optimisation(
            batch,
            trials.rates().getFirst(),
            .1,
            decay,
            seeds,
            new Loss(
                20,
                recipe.loss().guide(),
                recipe.loss().dimensions(),
                distils ? Distillation.WEIGHT : 0)),
        new FineTuningPlan.Texts(QUESTION_TOKENS, PASSAGE_TOKENS, queryPrompt),
        new SearchPlan(inputs, trials, embeddings).plan(counts),
        settled);
  }

  /// What the teacher's scores cost, in pairs.
  private double taught() {
    int questions = inputs.pairs().labels() + inputs.pairs().written();
    return recipe.distils() ? Distillation.scored(questions) / EMBEDDINGS_PER_PAIR : 0;
  }

  private Decision distillation(Counts counts) {
    return counts.negatives() == 0
        ? new Decision(
            "distillation", "off", "as the budget does not pay for hard negatives, or none exist")
        : new Decision(
            "distillation",
            "on",
            "as asked for: the teacher scores %d candidates of each question, %d of them in a step"
                .formatted(Distillation.KEPT, counts.negatives()));
  }

  private void settle(List<Decision> into, int batch, int seeds, Negatives mined) {
    boolean auto = recipe.batches().size() == Recipe.AUTO;
    if (batch > BATCH) {
      into.add(
          new Decision(
              "batch",
              String.valueOf(batch),
              auto ? "by the rule: enough pairs and time for it" : "as asked for"));
    }
    if (!mined.remined().isEmpty()) {
      into.add(
          new Decision(
              "hard negatives",
              "mined anew " + (mined.remined().size() == 1 ? "once" : "twice"),
              String.format(
                  Locale.ROOT,
                  "by the rule: among %,d passages, within the budget",
                  mined.pool())));
    }
    if (seeds > 1) {
      into.add(
          new Decision(
              "trainings averaged",
              String.valueOf(seeds),
              recipe.weights().seeds() == Recipe.AUTO
                  ? "by the rule: the budget allows them"
                  : "as asked for"));
    }
  }

  private static Trials scaled(Trials trials, double by) {
    return new Trials(
        trials.rates().stream().map(rate -> rate * by).toList(),
        trials.layerDecay(),
        trials.share(),
        trials.because());
  }

  /// The largest that leaves enough steps, where its cost is at hand.
  private int batch(Counts counts, double left, double cost) {
    if (recipe.batches().size() != Recipe.AUTO) {
      return recipe.batches().size();
    }
    int batch = BATCH;
    if (left >= (CACHED_COST - 1) * cost) {
      while (batch < LARGEST_BATCH && counts.pairs() / (2 * batch) >= LEAST_STEPS) {
        batch *= 2;
      }
    }
    return batch;
  }

  private Negatives mined(Counts counts, double left) {
    var once = new Negatives(counts.negatives(), List.of(), 0);
    int pool = Math.min(inputs.passages(), REMINED_PER_PAIR * (counts.labels() + counts.written()));
    boolean repeats = inputs.epochs(counts) >= EPOCHS_TO_REMINE;
    if (counts.negatives() == 0 || pool == 0 || recipe.distils()) {
      return once;
    }
    return switch (recipe.batches().remine()) {
      case OFF -> once;
      case AUTO ->
          repeats && pool / EMBEDDINGS_PER_PAIR <= left
              ? new Negatives(counts.negatives(), List.of(.5), pool)
              : once;
      case ON ->
          new Negatives(
              counts.negatives(),
              inputs.epochs(counts) >= 3 ? List.of(1 / 3.0, 2 / 3.0) : List.of(.5),
              pool);
    };
  }

  /// The trials that fit beside the training that is wanted; else fewer of them beside a smaller
  /// training; else none.
  private Room room(double affordable, double withTrials) {
    if (inputs.dev().count() >= FEWEST_TO_CHOOSE) {
      for (int each = negatives; each >= 0; each--) {
        Counts wanted = inputs.wanted(each);
        for (int beside = 2; beside >= 1; beside--) {
          double share = Math.min(1, (withTrials / wanted.cost() - 1) / beside);
          if (share >= SHORTEST_TRIAL && (share == 1 || share * wanted.pairs() >= FEWEST_TRIED)) {
            return new Room(trials(wanted, beside, share, withTrials), wanted);
          }
        }
      }
      double left = withTrials / (1 + SHORTEST_TRIAL);
      if (left >= fewest()) {
        Counts counts = inputs.within(left, negatives);
        return new Room(trials(counts, 1, SHORTEST_TRIAL, 0), counts);
      }
    }
    Counts counts = inputs.within(affordable, negatives);
    String because = because(withTrials / seconds);
    return new Room(new Trials(List.of(rate(counts)), 1, 1, because), counts);
  }

  private Trials trials(Counts counts, int beside, double share, double affordable) {
    double rate = rate(counts);
    List<Double> rates =
        beside == 2
            ? List.of(rate, rate / RATE_FACTOR, rate * RATE_FACTOR)
            : List.of(rate, rate * RATE_FACTOR);
    boolean one = recipe.weights().layerDecay() == Recipe.AUTO;
    boolean more = one && beside == 2 && counts.cost() * (1 + 3 * share) <= affordable;
    return new Trials(rates, more ? LAYER_DECAY : 1, share, "");
  }

  private double rate(Counts counts) {
    if (counts.documents() > 0) {
      return DOCUMENT_RATE + inputs.askedWeight() * (ASKED_RATE - DOCUMENT_RATE);
    }
    double steps = Math.max(1, counts.pairs() / (double) BATCH);
    return ASKED_RATE * Math.clamp(Math.sqrt(RAISED_BELOW_STEPS / steps), 1, 2);
  }

  private double fewest() {
    return Math.max(FEWEST_TRIED / SHORTEST_TRIAL, LEAST_TRAINING * inputs.wanted(0).cost());
  }

  private String because(double perSecond) {
    int dev = inputs.dev().count();
    if (dev < FEWEST_TO_CHOOSE) {
      return "%s are too few to choose it on (at least %d)"
          .formatted(dev == 0 ? "the questions at hand" : dev + " questions", FEWEST_TO_CHOOSE);
    }
    double wanted = Math.min(inputs.wanted(0).cost(), fewest());
    double minutes = Math.ceil(wanted * (1 + SHORTEST_TRIAL) / perSecond / 60);
    return "the budget is too short to try others (%.0fm would do)".formatted(minutes);
  }

  /// What a plan's training costs, in pairs without negatives.
  static double cost(FineTuningPlan plan) {
    var pairs = plan.pairs();
    double cached = plan.optimisation().batch() > BATCH ? CACHED_COST : 1;
    double mining =
        pairs.negatives().remined().size() * pairs.negatives().pool() / EMBEDDINGS_PER_PAIR;
    var counts =
        new Counts(pairs.labels(), pairs.written(), pairs.documents(), pairs.negatives().each());
    return cached * counts.cost() + mining;
  }
}
