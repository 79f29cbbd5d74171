package dev.whetstone.answer;

import org.jspecify.annotations.Nullable;

/// What can be asked, wherever it is asked.
public final class QuestionText {
  private static final int MOST = 2000; // characters, each counted once (code points)

  private QuestionText() {}

  /// Whether nothing of a question can be seen: it is empty, or consists of white space, control
  /// and format characters.
  public static boolean isBlank(String question) {
    return question.codePoints().noneMatch(QuestionText::isSeen);
  }

  private static boolean isSeen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /// What is wrong with the length of a question, in words; null when nothing is.
  ///
  /// @param name what the asker knows it by
  public static @Nullable String tooLong(String name, String question) {
    int characters = question.codePointCount(0, question.length());
    return characters <= MOST
        ? null
        : name + " has " + characters + " characters: at most " + MOST + " are read";
  }
}
