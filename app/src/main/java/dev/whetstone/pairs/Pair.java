package dev.whetstone.pairs;

/// A question and a passage that answers it: one training example.
///
/// @param passageId the passage it comes from
/// @param passageText what the model shall embed as the passage; for pairs made of a passage alone
///   it lacks the words that became the question
/// @param origin which recipe made it
public record Pair(
    String question, String passageId, String passageText, String document, String origin) {
  /// The origin of pairs from judged questions.
  public static final String LABEL = "label";

  /// The origin of pairs from questions that a language model wrote about a passage.
  public static final String WRITTEN = "written";

  /// Whether somebody, or something, asked its question: then its passage is a whole one.
  public boolean asked() {
    return origin.equals(LABEL) || origin.equals(WRITTEN);
  }
}
