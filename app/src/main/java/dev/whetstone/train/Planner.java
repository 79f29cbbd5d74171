package dev.whetstone.train;

import dev.whetstone.train.FineTuningPlan.SearchSpace;
import java.util.List;
import java.util.Optional;

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
/// 1. **Split of the budget.** 65 % is for training, 5 % for trying other learning rates, 25 % for
///    scoring candidates on the dev questions; 5 % is left for tokenising and mining. Time is
///    counted in pairs: budget × measured pairs a second. A hard negative costs [#NEGATIVE_COST] of
///    a pair more; a passage that is embedded costs a third of a pair.
/// 2. **Pairs wanted.** Labels (questions that people asked) are seen 4 times where there are fewer
///    than 300, 3 times below 1,000, twice below 2,500, 1.5 times below 10,000, else once. Document
///    pairs fill up where labels are few: 1,500 with none, linearly fewer, none from 1,000 labels
///    on. Each label pair gets one mined hard negative.
/// 3. **Pairs afforded.** Hard negatives go first, then document pairs, then repetitions of labels;
///    never below [#FEWEST_PAIRS].
/// 4. **Learning rate by rule.** With document pairs, from 2e-5 (no labels) linearly to 5e-5 (1,000
///    labels). For labels alone 5e-5, times √(32 / steps) in fewer than 32 steps, at most doubled:
///    weights go about as far as steps × rate.
/// 5. **Rates tried.** With at least [#FEWEST_TO_CHOOSE] dev questions, the rule's rate is compared
///    with three times and a third of it. A trial is the beginning of the whole training at its
///    rate, on the same batches, so the winner's trial has cost nothing. Trials take at least a
///    third of the steps and 320 pairs (unless that is the whole training). What fits decides: two
///    other rates, one, one beside a smaller training (as long as half of the pairs wanted are
///    left), or none; the plan then says why, in [SearchSpace#because].
/// 6. **What else is compared.** Weights after 50 %, 75 % and all of the steps, and shares .3, .5,
///    .7 and 1 of the trained weights in an interpolation with the base. What the time for scoring
///    does not pay for is left out: first the earlier ends, then all shares but the safe one and 1,
///    then dev questions, down to [#FEWEST_TO_CHOOSE].
/// 7. **The pool** that candidates are scored on: of the passages that can be embedded for each
///    evaluation, six tenths are the best of both arms for the dev questions (from 3 to 50 of each
///    arm a question), four tenths are random (from 50 to 2,000).
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
/// were compared on with `whet prove DIR` (BEIR's layout; the report holds each decision and its
/// figures): change one and run it on the collection in question. More document pairs drifted away
/// from the base. [#NEGATIVE_COST] and [#EMBEDDINGS_PER_PAIR] follow from `TrainingBenchmark`,
/// which prints pairs trained and tokens embedded a second.
///
/// Sources: in-batch negatives, Karpukhin et al., EMNLP 2020; interpolation, Wortsman et al., CVPR
/// 2022; trials that go on when they win, successive halving, Jamieson & Talwalkar, AISTATS 2016.
final class Planner {
  static final int BATCH = 32;
  static final int QUESTION_TOKENS = 64;
  static final int PASSAGE_TOKENS = 224;

  /// With fewer pairs there is nothing to learn from.
  static final int FEWEST_PAIRS = 16;

  /// With fewer dev questions rate and length are not chosen: the figures would be noise.
  static final int FEWEST_TO_CHOOSE = 30;

  private static final int MOST_DOCUMENT_PAIRS = 1500;

  /// From so many labels on, document pairs are left out.
  private static final int ENOUGH_LABELS = 1000;

  /// Peak learning rate for documents alone.
  private static final double DOCUMENT_RATE = 2e-5;

  /// Peak learning rate for labels alone.
  private static final double LABEL_RATE = 5e-5;

  /// In fewer steps the rate for labels is raised.
  private static final double RAISED_BELOW_STEPS = 32;

  private static final double TRAINING_SHARE = .65;

  /// Of the budget, for trials beside what they leave to training.
  private static final double TRIAL_SHARE = .05;

  static final double CHOOSING_SHARE = .25;

  /// Passages embedded in the time of training on one pair.
  private static final double EMBEDDINGS_PER_PAIR = 3;

  /// What a hard negative adds to the cost of a pair.
  private static final double NEGATIVE_COST = .85;

  /// Between the rates that are compared.
  private static final double RATE_FACTOR = 3;

  /// Of the steps: shorter trainings suit higher rates, so shorter trials mislead.
  private static final double SHORTEST_TRIAL = 1 / 3.0;

  /// A trial of fewer pairs tells nothing, unless it is the whole training.
  private static final int FEWEST_TRIED = 320;

  /// This share of the pairs wanted must be left to training by the trials.
  private static final double LEAST_TRAINING = .5;

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

  private static final List<Double> ENDS = List.of(.5, .75, 1.0);
  private static final List<Double> ALPHAS = List.of(.3, .5, .7, 1.0);

  private Planner() {}

  /// What there is to work with.
  ///
  /// @param labels how many label pairs there are
  /// @param documents how many document pairs there are
  /// @param dev how many dev questions there are, 0 when nothing can be chosen
  /// @param mining whether hard negatives can be mined
  record Inputs(int labels, int documents, int dev, boolean mining) {
    private double labelWeight() {
      return Math.min(1, labels / (double) ENOUGH_LABELS);
    }

    /// Of the pairs wanted.
    double labelShare() {
      Counts wanted = wanted(0);
      return wanted.labels() / (double) Math.max(1, wanted.pairs());
    }

    private Counts wanted(int negatives) {
      int seen = (int) (labels * epochs(labels));
      int beside = (int) Math.min(documents, (1 - labelWeight()) * MOST_DOCUMENT_PAIRS);
      return new Counts(seen, beside, seen > 0 && mining ? negatives : 0);
    }

    private Counts within(double affordable) {
      Counts most = wanted(1);
      if (most.cost() <= affordable) {
        return most;
      }
      int pairs = (int) Math.clamp(affordable, FEWEST_PAIRS, 1e9);
      int seen = Math.min(pairs, most.labels());
      return new Counts(seen, Math.min(pairs - seen, most.documents()), 0);
    }
  }

  /// What one training goes through.
  private record Counts(int labels, int documents, int negatives) {
    /// In pairs without negatives.
    double cost() {
      return documents + labels * (1 + negatives * NEGATIVE_COST);
    }

    int pairs() {
      return labels + documents;
    }
  }

  /// Trials and the training that they leave room for.
  private record Trials(int rates, double share, Counts counts) {}

  /// Makes the plan.
  ///
  /// @param seconds the budget
  /// @param queryPrompt whether the base's is put before questions
  static FineTuningPlan plan(
      FineTuningPlan.Key key,
      Inputs inputs,
      double seconds,
      FineTuningPlan.Speed speed,
      boolean queryPrompt) {
    double pairs = seconds * speed.pairsPerSecond();
    double perSecond = speed.pairsPerSecond() * (TRAINING_SHARE + TRIAL_SHARE);
    Optional<Trials> trials =
        inputs.dev() < FEWEST_TO_CHOOSE ? Optional.empty() : trials(inputs, seconds * perSecond);
    Counts counts =
        trials.map(Trials::counts).orElseGet(() -> inputs.within(pairs * TRAINING_SHARE));
    double rate = rate(inputs, counts);
    double embeddings = seconds * CHOOSING_SHARE * speed.pairsPerSecond() * EMBEDDINGS_PER_PAIR;
    SearchSpace search =
        search(
            inputs.dev(),
            switch (trials.map(Trials::rates).orElse(1)) {
              case 1 -> List.of(rate);
              case 2 -> List.of(rate, rate * RATE_FACTOR);
              default -> List.of(rate, rate / RATE_FACTOR, rate * RATE_FACTOR);
            },
            trials.map(Trials::share).orElse(1.0),
            embeddings,
            safe(counts.labels(), counts.documents()),
            trials.isPresent() ? "" : because(inputs, perSecond));
    return new FineTuningPlan(
        key,
        speed,
        new FineTuningPlan.PairCounts(
            counts.labels(),
            counts.documents(),
            inputs.labels() > 0 ? counts.labels() / (double) inputs.labels() : 1,
            counts.negatives()),
        new FineTuningPlan.Optimisation(BATCH, rate, .1, 20),
        new FineTuningPlan.Texts(QUESTION_TOKENS, PASSAGE_TOKENS, queryPrompt),
        inputs.dev() > 0
            ? pool(embeddings / Math.max(1, search.evaluations()), search.questions())
            : new FineTuningPlan.Pool(0, 0),
        search);
  }

  /// @param size passages that can be embedded for one evaluation
  private static FineTuningPlan.Pool pool(double size, int questions) {
    return new FineTuningPlan.Pool(
        (int) Math.clamp(.6 * size / Math.max(1, questions) / 2, SMALLEST_TOP, 50),
        (int) Math.clamp(.4 * size, SMALLEST_RANDOM, 2000));
  }

  /// The trials that fit beside the training that is wanted; else fewer of them beside a smaller
  /// training; else none.
  ///
  /// @param affordable pairs
  private static Optional<Trials> trials(Inputs inputs, double affordable) {
    for (int negatives = 1; negatives >= 0; negatives--) {
      Counts wanted = inputs.wanted(negatives);
      for (int beside = 2; beside >= 1; beside--) {
        double share = Math.min(1, (affordable / wanted.cost() - 1) / beside);
        if (share >= SHORTEST_TRIAL && (share == 1 || share * wanted.pairs() >= FEWEST_TRIED)) {
          return Optional.of(new Trials(1 + beside, share, wanted));
        }
      }
    }
    double left = affordable / (1 + SHORTEST_TRIAL);
    return left < fewest(inputs)
        ? Optional.empty()
        : Optional.of(new Trials(2, SHORTEST_TRIAL, inputs.within(left)));
  }

  /// What a plan's training costs, in pairs without negatives.
  static double cost(FineTuningPlan plan) {
    var pairs = plan.pairs();
    return new Counts(pairs.labels(), pairs.documents(), pairs.negatives()).cost();
  }

  private static double rate(Inputs inputs, Counts counts) {
    if (counts.documents() > 0) {
      return DOCUMENT_RATE + inputs.labelWeight() * (LABEL_RATE - DOCUMENT_RATE);
    }
    double steps = Math.max(1, counts.pairs() / (double) BATCH);
    return LABEL_RATE * Math.clamp(Math.sqrt(RAISED_BELOW_STEPS / steps), 1, 2);
  }

  private static double fewest(Inputs inputs) {
    return Math.max(FEWEST_TRIED / SHORTEST_TRIAL, LEAST_TRAINING * inputs.wanted(0).cost());
  }

  private static String because(Inputs inputs, double perSecond) {
    if (inputs.dev() < FEWEST_TO_CHOOSE) {
      return "%s are too few to choose it on (at least %d)"
          .formatted(
              inputs.dev() == 0 ? "the questions at hand" : inputs.dev() + " questions",
              FEWEST_TO_CHOOSE);
    }
    double wanted = Math.min(inputs.wanted(0).cost(), fewest(inputs));
    double minutes = Math.ceil(wanted * (1 + SHORTEST_TRIAL) / perSecond / 60);
    return "the budget is too short to try others (%.0fm would do)".formatted(minutes);
  }

  /// Leaves out what the time for choosing does not allow.
  ///
  /// @param embeddings passages that can be embedded in that time
  private static SearchSpace search(
      int dev, List<Double> rates, double share, double embeddings, double safe, String because) {
    var all = new SearchSpace(rates, share, ENDS, ALPHAS, dev, because);
    if (dev >= FEWEST_TO_CHOOSE && embeddings >= all.evaluations() * smallestPool(dev)) {
      return all;
    }
    var fewer = new SearchSpace(rates, share, List.of(1.0), ALPHAS, dev, because);
    if (embeddings >= fewer.evaluations() * smallestPool(dev)) {
      return fewer;
    }
    List<Double> two = List.of(safe, 1.0);
    int evaluations = new SearchSpace(rates, share, List.of(1.0), two, dev, because).evaluations();
    int questions = (int) ((embeddings / evaluations - SMALLEST_RANDOM) / PER_QUESTION);
    int asked = Math.min(dev, Math.max(FEWEST_TO_CHOOSE, questions));
    return new SearchSpace(rates, share, List.of(1.0), two, asked, because);
  }

  private static double smallestPool(int dev) {
    return PER_QUESTION * dev + SMALLEST_RANDOM;
  }

  static double safe(int labelPairs, int documentPairs) {
    return labelPairs >= documentPairs && labelPairs > 0 ? SAFE_WITH_LABELS : SAFE_WITH_DOCUMENTS;
  }

  private static double epochs(int labels) {
    if (labels < 1000) {
      return labels < 300 ? 4 : 3;
    }
    return labels < 2500 ? 2 : labels < 10_000 ? 1.5 : 1;
  }
}
