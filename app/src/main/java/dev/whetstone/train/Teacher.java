package dev.whetstone.train;

import dev.whetstone.core.Progress;
import java.util.List;

/// Scores passages for the questions of a training, for the student to learn from ([Distillation]).
/// For one thread.
public interface Teacher {
  /// Names it for people.
  String name();

  /// Names all that its scores depend on.
  String identity();

  /// Scores of passages: raw logits, comparable within a question alone.
  ///
  /// @return for each question the scores of its passages, in order
  List<float[]> scores(List<Asked> asked, Progress progress);

  /// A question with passages to be scored.
  ///
  /// @param passages texts
  record Asked(String question, List<String> passages) {
    public Asked {
      passages = List.copyOf(passages);
    }
  }
}
