package dev.whetstone.answer;

import java.util.List;

/// Follows an answer while it is made. Called by the thread that makes it, which may hold a place
/// among those that compute: each call returns at once, and whoever writes to a slow reader does so
/// on another thread.
///
/// What it gets is bounded: the hits of one search, and the sentences of one answer (at most
/// [CitedReply#MOST_SENTENCES] and a few quoted ones).
public interface AnswerListener {
  /// Follows nothing.
  AnswerListener NONE = new AnswerListener() {};

  /// The passages found, best first; once, before the first sentence. The answer is not decided: it
  /// may still be declined.
  default void found(List<Retrieved> hits) {}

  /// The next sentence, which stays: the answer that is returned in the end has the same sentences
  /// in the same order.
  ///
  /// @param added the citations that it is the first to cite
  default void sentence(Sentence sentence, List<Citation> added) {}

  /// Whether the caller does not want the answer any more. Asked several times a second while a
  /// language model is waited for, whose work then ends; the answer fails with a
  /// [java.util.concurrent.CancellationException].
  default boolean cancelled() {
    return false;
  }
}
