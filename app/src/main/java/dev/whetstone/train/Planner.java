package dev.whetstone.train;

import dev.whetstone.torch.Precision;
import java.util.List;
import java.util.Optional;

/// Turns a budget into a plan.
///
/// Rates, epochs and sizes begin with those that held on every collection we measured: with labels
/// 5e-5, up to twice that in fewer than 32 steps, and one to four epochs, the fewer pairs the more;
/// from documents alone 2e-5 and one epoch of at most 1,500 pairs, as more of them drift away from
/// the base. Few labels are mixed with document pairs, and the rate lies between.
///
/// Where there are questions to choose on and time for it, other rates are tried beside the rule's.
/// A trial is the beginning of the whole training at its rate, so the one that wins has cost
/// nothing. It takes at least a third of the steps: the shorter a training, the higher the rate
/// that suits it, and the figures of a shorter one would mislead.
final class Planner {
  static final int BATCH = 32;
  static final int QUESTION_TOKENS = 64;
  static final int PASSAGE_TOKENS = 224;

  /// With fewer pairs there is nothing to learn from.
  static final int FEWEST_PAIRS = 16;

  /// With fewer dev questions rate and length are not chosen: the figures would be noise.
  static final int FEWEST_TO_CHOOSE = 30;

  private static final int MOST_DOCUMENT_PAIRS = 1500;

  /// From so many labels on, document pairs are left out; below, they fill up.
  private static final int ENOUGH_LABELS = 1000;

  /// Peak learning rates for documents alone and for labels alone.
  private static final double GENTLE = 2e-5;

  private static final double BOLD = 5e-5;

  /// From so many steps on they are as they are.
  private static final double MANY_STEPS = 32;

  private static final double TRAINING_SHARE = .65;

  /// Of the budget, for trials beside what they leave to training.
  private static final double TRYING_SHARE = .05;

  static final double CHOOSING_SHARE = .25;

  /// Embedding a passage costs about a third of training on a pair with it.
  private static final double EMBEDDINGS_PER_PAIR = 3;

  /// A hard negative makes a pair cost so much more.
  private static final double NEGATIVE_COST = .85;

  /// Between the rates that are compared.
  private static final double APART = 3;

  private static final double SHORTEST_TRIAL = 1 / 3.0;

  /// A trial of fewer pairs tells nothing, unless it is the whole training.
  private static final int FEWEST_TRIED = 320;

  /// So much of what training would like to see must be left to it by the trials.
  private static final double LEFT = .5;

  /// The smallest pool: so many passages of each arm for a question, and so many by lot.
  private static final int SMALLEST_TOP = 3;

  private static final int SMALLEST_LOT = 50;

  /// With its relevant ones, and as the arms overlap.
  private static final double PER_QUESTION = 5;

  /// Share of the trained weights to take where the figures do not tell: the more of the pairs
  /// people asked, the less the base is needed.
  private static final double SAFE_WITH_DOCUMENTS = .5;

  private static final double SAFE_WITH_LABELS = .7;

  private static final List<Double> ENDS = List.of(.5, .75, 1.0);
  private static final List<Double> ALPHAS = List.of(.3, .5, .7, 1.0);

  private Planner() {}

  /// @param labels how many label pairs there are
  /// @param documents how many document pairs there are
  /// @param dev how many dev questions there are, 0 when nothing can be chosen
  /// @param mining whether hard negatives can be mined
  record Given(int labels, int documents, int dev, boolean mining) {
    private double labelled() {
      return Math.min(1, labels / (double) ENOUGH_LABELS);
    }

    /// Of the pairs that training would like to see.
    double labelShare() {
      Sizes wanted = wanted(0);
      return wanted.labels() / (double) Math.max(1, wanted.pairs());
    }

    private Sizes wanted(int negatives) {
      int seen = (int) (labels * epochs(labels));
      int beside = (int) Math.min(documents, (1 - labelled()) * MOST_DOCUMENT_PAIRS);
      return new Sizes(seen, beside, seen > 0 && mining ? negatives : 0);
    }

    /// Seeing the labels often enough comes first, then the documents, then hard negatives.
    private Sizes within(double affordable) {
      Sizes rich = wanted(1);
      if (rich.cost() <= affordable) {
        return rich;
      }
      int most = (int) Math.clamp(affordable, FEWEST_PAIRS, 1e9);
      int seen = Math.min(most, rich.labels());
      return new Sizes(seen, Math.min(most - seen, rich.documents()), 0);
    }
  }

  /// What one training goes through.
  private record Sizes(int labels, int documents, int negatives) {
    /// In pairs without negatives.
    double cost() {
      return documents + labels * (1 + negatives * NEGATIVE_COST);
    }

    int pairs() {
      return labels + documents;
    }
  }

  /// Trials and the training that they leave room for.
  private record Trials(int rates, double share, Sizes sizes) {}

  static Plan plan(
      String material,
      Given given,
      double seconds,
      Precision precision,
      double pairsPerSecond,
      boolean instruction,
      long seed) {
    double second = pairsPerSecond * (TRAINING_SHARE + TRYING_SHARE);
    Optional<Trials> trials =
        given.dev() < FEWEST_TO_CHOOSE ? Optional.empty() : trials(given, seconds * second);
    Sizes sizes =
        trials
            .map(Trials::sizes)
            .orElseGet(() -> given.within(seconds * pairsPerSecond * TRAINING_SHARE));
    double rate = rate(given, sizes);
    String because = trials.isPresent() ? "" : because(given, second);
    double embedded = seconds * CHOOSING_SHARE * pairsPerSecond * EMBEDDINGS_PER_PAIR;
    Plan.Choices choices =
        choices(
            given.dev(),
            switch (trials.map(Trials::rates).orElse(1)) {
              case 1 -> List.of(rate);
              case 2 -> List.of(rate, rate * APART);
              default -> List.of(rate, rate / APART, rate * APART);
            },
            trials.map(Trials::share).orElse(1.0),
            embedded,
            safe(sizes.labels(), sizes.documents()),
            because);
    double poolSize = embedded / Math.max(1, choices.evaluations());
    boolean choosing = given.dev() > 0;
    return new Plan(
        Plan.FORMAT,
        material,
        seed,
        precision,
        pairsPerSecond,
        sizes.labels(),
        sizes.documents(),
        given.labels() > 0 ? sizes.labels() / (double) given.labels() : 1,
        sizes.negatives(),
        BATCH,
        rate,
        .1,
        20,
        QUESTION_TOKENS,
        PASSAGE_TOKENS,
        instruction,
        choosing
            ? (int)
                Math.clamp(.6 * poolSize / Math.max(1, choices.questions()) / 2, SMALLEST_TOP, 50)
            : 0,
        choosing ? (int) Math.clamp(.4 * poolSize, SMALLEST_LOT, 2000) : 0,
        choices);
  }

  /// The trials that fit beside the training that is wanted; else fewer of them beside a smaller
  /// training; else none.
  ///
  /// @param affordable pairs
  private static Optional<Trials> trials(Given given, double affordable) {
    for (int negatives = 1; negatives >= 0; negatives--) {
      Sizes wanted = given.wanted(negatives);
      for (int beside = 2; beside >= 1; beside--) {
        double share = Math.min(1, (affordable / wanted.cost() - 1) / beside);
        if (share >= SHORTEST_TRIAL && (share == 1 || share * wanted.pairs() >= FEWEST_TRIED)) {
          return Optional.of(new Trials(1 + beside, share, wanted));
        }
      }
    }
    double left = affordable / (1 + SHORTEST_TRIAL);
    return left < fewest(given)
        ? Optional.empty()
        : Optional.of(new Trials(2, SHORTEST_TRIAL, given.within(left)));
  }

  /// What a plan's training costs, in pairs without negatives.
  static double cost(Plan plan) {
    return new Sizes(plan.labelPairs(), plan.documentPairs(), plan.negatives()).cost();
  }

  /// The rule's. Document pairs ask for a gentle one; for labels alone in few steps it is higher,
  /// as the weights go about as far as steps × rate.
  private static double rate(Given given, Sizes sizes) {
    if (sizes.documents() > 0) {
      return GENTLE + given.labelled() * (BOLD - GENTLE);
    }
    double steps = Math.max(1, sizes.pairs() / (double) BATCH);
    return BOLD * Math.clamp(Math.sqrt(MANY_STEPS / steps), 1, 2);
  }

  private static double fewest(Given given) {
    return Math.max(FEWEST_TRIED / SHORTEST_TRIAL, LEFT * given.wanted(0).cost());
  }

  private static String because(Given given, double perSecond) {
    if (given.dev() < FEWEST_TO_CHOOSE) {
      return "%s are too few to choose it on (at least %d)"
          .formatted(
              given.dev() == 0 ? "the questions at hand" : given.dev() + " questions",
              FEWEST_TO_CHOOSE);
    }
    double wanted = Math.min(given.wanted(0).cost(), fewest(given));
    double minutes = Math.ceil(wanted * (1 + SHORTEST_TRIAL) / perSecond / 60);
    return "the budget is too short to try others (%.0fm would do)".formatted(minutes);
  }

  /// Leaves out what the time for choosing does not allow: the ends, then all shares of the trained
  /// weights but the safe one and the whole, then dev questions.
  ///
  /// @param embedded passages that can be embedded in that time
  private static Plan.Choices choices(
      int dev, List<Double> rates, double share, double embedded, double safe, String because) {
    var all = new Plan.Choices(rates, share, ENDS, ALPHAS, dev, because);
    if (dev >= FEWEST_TO_CHOOSE && embedded >= all.evaluations() * smallestPool(dev)) {
      return all;
    }
    var fewer = new Plan.Choices(rates, share, List.of(1.0), ALPHAS, dev, because);
    if (embedded >= fewer.evaluations() * smallestPool(dev)) {
      return fewer;
    }
    List<Double> two = List.of(safe, 1.0);
    int evaluations = new Plan.Choices(rates, share, List.of(1.0), two, dev, because).evaluations();
    int questions = (int) ((embedded / evaluations - SMALLEST_LOT) / PER_QUESTION);
    int asked = Math.min(dev, Math.max(FEWEST_TO_CHOOSE, questions));
    return new Plan.Choices(rates, share, List.of(1.0), two, asked, because);
  }

  private static double smallestPool(int dev) {
    return PER_QUESTION * dev + SMALLEST_LOT;
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
