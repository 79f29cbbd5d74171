package dev.whetstone.answer;

import org.jspecify.annotations.Nullable;

/// How long a question may be, wherever it is asked.
public final class QuestionLength {
  private static final int MOST = 2000; // characters

  private QuestionLength() {}

  /// What is wrong with the length of a question, in words; null when nothing is.
  ///
  /// @param name what the asker knows it by
  public static @Nullable String wrong(String name, String question) {
    return question.length() <= MOST
        ? null
        : name + " has " + question.length() + " characters: at most " + MOST + " are read";
  }
}
