package dev.whetstone.torch;

import java.util.List;

/// What one contrastive step sees: questions, passages, which passage answers which question, which
/// pairs say nothing, and what a teacher thinks of some pairs. Immutable by convention: arrays are
/// kept, not copied.
public final class ContrastiveBatch {
  private final List<int[]> questions;
  private final List<int[]> passages;
  private final int[] positives;
  private final boolean[] excluded;
  private final List<List<Target>> targets;

  /// What a teacher gives a candidate of a question.
  ///
  /// @param passage its index
  /// @param share of the question's candidates: they sum to 1
  public record Target(int passage, double share) {}

  /// Without a teacher.
  ///
  /// @param questions token ids with special tokens
  /// @param passages likewise: positives and hard negatives of all questions, in any order
  /// @param positives for each question, the index of its passage
  /// @param excluded `[questions * passages]`, row-major: true where a passage must not count as a
  ///   negative of a question (it answers it, too); never true for its positive
  public ContrastiveBatch(
      List<int[]> questions, List<int[]> passages, int[] positives, boolean[] excluded) {
    this(questions, passages, positives, excluded, List.of());
  }

  /// @param targets for each question the candidates that a teacher scored, excluded or not; none,
  ///   or at least two; an empty list where there is no teacher
  public ContrastiveBatch(
      List<int[]> questions,
      List<int[]> passages,
      int[] positives,
      boolean[] excluded,
      List<List<Target>> targets) {
    if (questions.isEmpty()
        || positives.length != questions.size()
        || excluded.length != questions.size() * passages.size()) {
      throw new IllegalArgumentException(
          questions.size()
              + " questions, "
              + passages.size()
              + " passages, "
              + positives.length
              + " positives, "
              + excluded.length
              + " marks");
    }
    for (int i = 0; i < positives.length; i++) {
      if (excluded[i * passages.size() + positives[i]]) {
        throw new IllegalArgumentException("the positive of question " + i + " is excluded");
      }
    }
    if (!targets.isEmpty() && targets.size() != questions.size()) {
      throw new IllegalArgumentException(
          targets.size() + " lists of a teacher for " + questions.size() + " questions");
    }
    targets.forEach(list -> check(list, passages.size()));
    this.questions = List.copyOf(questions);
    this.passages = List.copyOf(passages);
    this.positives = positives;
    this.excluded = excluded;
    this.targets = targets.stream().map(List::copyOf).toList();
  }

  private static void check(List<Target> list, int passages) {
    double sum = list.stream().mapToDouble(Target::share).sum();
    boolean fits =
        list.isEmpty()
            || (list.size() > 1
                && Math.abs(sum - 1) < 1e-6
                && list.stream().allMatch(target -> target.share() >= 0)
                && list.stream().mapToInt(Target::passage).distinct().count() == list.size());
    if (!fits || list.stream().anyMatch(t -> t.passage() < 0 || t.passage() >= passages)) {
      throw new IllegalArgumentException("no shares of candidates: " + list);
    }
  }

  public List<int[]> questions() {
    return questions;
  }

  public List<int[]> passages() {
    return passages;
  }

  public int[] positives() {
    return positives;
  }

  public boolean excluded(int question, int passage) {
    return excluded[question * passages.size() + passage];
  }

  /// What a teacher gives the candidates of each question; empty where there is no teacher.
  public List<List<Target>> targets() {
    return targets;
  }

  /// What the network goes through, padding included.
  public long tokens() {
    return padded(questions) + padded(passages);
  }

  private static long padded(List<int[]> texts) {
    return (long) texts.size() * texts.stream().mapToInt(text -> text.length).max().orElse(0);
  }
}
