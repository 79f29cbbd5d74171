package dev.whetstone.questions;

import dev.whetstone.core.Sha256;

/// A question that a language model wrote about a passage.
///
/// @param id a hash of the question and the passage's id
/// @param question as a user would type it
/// @param kind that the prompt asked for
/// @param language of the passage, ISO 639-1
/// @param source the passage it is about
/// @param writer what wrote it
/// @param checks what was found of it
public record WrittenQuestion(
    String id,
    String question,
    QuestionKind kind,
    String language,
    Source source,
    Writer writer,
    QuestionChecks checks) {

  /// What a question is about.
  ///
  /// @param passage the [Passage#id()]
  /// @param document the [Passage#document()]
  public record Source(String passage, String document) {}

  /// What wrote a question.
  ///
  /// @param model its name, as the settings or the file give it
  /// @param prompt the version of the prompt with the language it is written in: `2-en`
  public record Writer(String model, String prompt) {}

  public WrittenQuestion {
    if (question.isBlank()) {
      throw new IllegalArgumentException("a question without words");
    }
  }

  /// The id of a question about a passage.
  public static String id(String question, String passage) {
    return Sha256.id(question, passage);
  }

  /// The same with other findings.
  WrittenQuestion with(QuestionChecks found) {
    return new WrittenQuestion(id, question, kind, language, source, writer, found);
  }
}
