package dev.whetstone.answer;

/// Vectors of passages' sentences that were made beforehand. Safe for many threads.
@FunctionalInterface
public interface SentenceRows {
  /// What [#cosines] returns for a passage whose sentences are not there.
  double[] ABSENT = {};

  /// The cosines of a question with all sentences of a passage, in the order of
  /// [PassageSentences#of]; [#ABSENT] where they are not there.
  ///
  /// @param question of unit length, of the vectors' space
  double[] cosines(float[] question, String passageId);
}
