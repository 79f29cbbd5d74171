package dev.whetstone.train;

import dev.whetstone.torch.Precision;

/// Turns a budget into a plan.
///
/// Rates, epochs and sizes are those that held on every collection we measured: with labels 5e-5
/// and one to three epochs, the fewer pairs the more; from documents alone 2e-5 and one epoch of at
/// most 1,500 pairs, as more of them drift away from the base. Few labels are mixed with document
/// pairs, and the rate lies between.
final class Planner {
  static final int BATCH = 32;
  static final int QUESTION_TOKENS = 64;
  static final int PASSAGE_TOKENS = 224;

  /// With fewer pairs there is nothing to learn from.
  static final int FEWEST_PAIRS = 16;

  private static final int MOST_DOCUMENT_PAIRS = 1500;

  /// From so many labels on, document pairs are left out; below, they fill up.
  private static final int ENOUGH_LABELS = 1000;

  /// Peak learning rates for documents alone and for labels alone.
  private static final double GENTLE = 2e-5;

  private static final double BOLD = 5e-5;
  private static final double TRAINING_SHARE = .65;
  private static final double CHOOSING_SHARE = .25;

  /// Embedding a passage costs about a third of training on a pair with it.
  private static final double EMBEDDINGS_PER_PAIR = 3;

  /// A hard negative makes a pair cost so much more.
  private static final double NEGATIVE_COST = .85;

  private Planner() {}

  /// @param labels how many label pairs there are
  /// @param documents how many document pairs there are
  /// @param dev how many dev questions there are, 0 when nothing can be chosen
  /// @param candidates how many are compared on the pool, the base counted
  /// @param mining whether hard negatives can be mined
  record Given(int labels, int documents, int dev, int candidates, boolean mining) {}

  static Plan plan(
      String material,
      Given given,
      double seconds,
      Precision precision,
      double pairsPerSecond,
      boolean instruction,
      long seed) {
    int affordable = (int) Math.min(1e9, seconds * TRAINING_SHARE * pairsPerSecond);
    double labelled = Math.min(1, given.labels() / (double) ENOUGH_LABELS);
    int wantedLabels = (int) (given.labels() * epochs(given.labels()));
    int wantedDocuments = (int) Math.min(given.documents(), (1 - labelled) * MOST_DOCUMENT_PAIRS);
    // Seeing the labels often enough comes first, then the documents, then hard negatives.
    int labels = Math.min(affordable, wantedLabels);
    int documents = Math.min(affordable - labels, wantedDocuments);
    boolean rich = affordable >= documents + labels * (1 + NEGATIVE_COST);
    int negatives = given.mining() && rich && labels > 0 ? 1 : 0;
    double poolSize =
        seconds * CHOOSING_SHARE * pairsPerSecond * EMBEDDINGS_PER_PAIR / given.candidates();
    int top = given.dev() == 0 ? 0 : (int) Math.clamp(.6 * poolSize / given.dev() / 2, 5, 50);
    return new Plan(
        Plan.FORMAT,
        material,
        seed,
        precision,
        pairsPerSecond,
        labels,
        documents,
        given.labels() > 0 ? labels / (double) given.labels() : 1,
        negatives,
        BATCH,
        GENTLE + labelled * (BOLD - GENTLE),
        .1,
        20,
        QUESTION_TOKENS,
        PASSAGE_TOKENS,
        instruction,
        top,
        given.dev() == 0 ? 0 : (int) Math.clamp(.4 * poolSize, 100, 2000));
  }

  private static double epochs(int labels) {
    if (labels < 1000) {
      return labels < 300 ? 4 : 3;
    }
    return labels < 2500 ? 2 : labels < 10_000 ? 1.5 : 1;
  }
}
