package dev.whetstone.train;

/// What a plan is made for.
///
/// @param pairs at hand
/// @param dev questions to choose on; none of them when nothing can be chosen
/// @param headroom of written questions
/// @param mining whether hard negatives can be mined
/// @param passages of the whole corpus
/// @param heldOut passages that nothing is trained on, for the [DocumentProbe]
record PlanInputs(
    Pairs pairs,
    FineTuningPlan.Dev dev,
    Headroom headroom,
    boolean mining,
    int passages,
    int heldOut) {
  /// From so many questions that were asked or written on, document pairs are left out.
  private static final int ENOUGH_ASKED = 1000;

  /// From so many labels on, written questions are left out. Not measured yet.
  private static final double ENOUGH_LABELS = 2000;

  private static final int MOST_DOCUMENT_PAIRS = 1500;

  /// With fewer labels other pairs make most of a training, so that what these cost must be seen.
  private static final int FEW_LABELS = 100;

  /// @param labels of people's questions
  /// @param written of questions that a language model wrote
  /// @param documents of the documents alone
  record Pairs(int labels, int written, int documents) {}

  /// Whether so many pairs of people's questions leave most of a training to other pairs.
  static boolean fewLabels(int labels) {
    return labels < FEW_LABELS;
  }

  /// Pairs of one training, each counted as often as it is seen.
  record Counts(int labels, int written, int documents, int negatives) {
    /// What a hard negative adds to the cost of a pair.
    private static final double NEGATIVE_COST = .85;

    /// In pairs without negatives.
    double cost() {
      return documents + (labels + written) * (1 + negatives * NEGATIVE_COST);
    }

    int pairs() {
      return labels + written + documents;
    }
  }

  /// Written questions that are used beside the labels.
  private double written() {
    return pairs.written() * Math.max(0, 1 - pairs.labels() / ENOUGH_LABELS);
  }

  private double asked() {
    return pairs.labels() + headroom.share() * written();
  }

  /// 0 where nothing was asked, 1 where there are enough.
  double askedWeight() {
    return Math.min(1, asked() / ENOUGH_ASKED);
  }

  /// What a training shall see.
  ///
  /// @param negatives for each pair of a question
  Counts wanted(int negatives) {
    double epochs = epochs(pairs.labels() + written());
    int labels = (int) (pairs.labels() * epochs);
    int written = (int) (written() * epochs * headroom.share());
    int beside = (int) Math.min(pairs.documents(), (1 - askedWeight()) * MOST_DOCUMENT_PAIRS);
    return new Counts(labels, written, beside, labels + written > 0 && mining ? negatives : 0);
  }

  /// What a training can see: hard negatives go first, one by one, then document pairs, then
  /// repetitions of written questions, then of labels.
  ///
  /// @param affordable in pairs without negatives
  Counts within(double affordable, int negatives) {
    Counts most = wanted(negatives);
    for (int each = negatives; each >= 0; each--) {
      Counts wanted = wanted(each);
      if (wanted.cost() <= affordable) {
        return wanted;
      }
    }
    int pairs = (int) Math.clamp(affordable, Planner.FEWEST_PAIRS, 1e9);
    int labels = Math.min(pairs, most.labels());
    int written = Math.min(pairs - labels, most.written());
    return new Counts(labels, written, Math.min(pairs - labels - written, most.documents()), 0);
  }

  /// Over the pairs that repeat.
  double epochs(Counts counts) {
    if (pairs.labels() > 0) {
      return counts.labels() / (double) pairs.labels();
    }
    return counts.written() > 0 ? counts.written() / (double) pairs.written() : 1;
  }

  private static double epochs(double asked) {
    if (asked < 1000) {
      return asked < 300 ? 4 : 3;
    }
    return asked < 2500 ? 2 : asked < 10_000 ? 1.5 : 1;
  }
}
