package dev.whetstone.torch;

import java.util.List;

/// What one contrastive step sees: questions, passages, which passage answers which question, and
/// which pairs say nothing. Immutable by convention: arrays are kept, not copied.
public final class ContrastiveBatch {
  private final List<int[]> questions;
  private final List<int[]> passages;
  private final int[] positives;
  private final boolean[] excluded;

  /// @param questions token ids with special tokens
  /// @param passages likewise: positives and hard negatives of all questions, in any order
  /// @param positives for each question, the index of its passage
  /// @param excluded `[questions * passages]`, row-major: true where a passage must not count as a
  ///   negative of a question (it answers it, too); never true for its positive
  public ContrastiveBatch(
      List<int[]> questions, List<int[]> passages, int[] positives, boolean[] excluded) {
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
    this.questions = List.copyOf(questions);
    this.passages = List.copyOf(passages);
    this.positives = positives;
    this.excluded = excluded;
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

  /// What the network goes through, padding included.
  public long tokens() {
    return padded(questions) + padded(passages);
  }

  private static long padded(List<int[]> texts) {
    return (long) texts.size() * texts.stream().mapToInt(text -> text.length).max().orElse(0);
  }
}
