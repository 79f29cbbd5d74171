package dev.whetstone.answer;

/// A question's support with the truth, for fitting.
///
/// @param question its text; examples of one question stay together when the fit is checked on
///   examples it has not seen
/// @param synthetic whether it is unanswerable only because its documents were left out
public record Labelled(String question, Support support, boolean answerable, boolean synthetic) {
  public Labelled {
    if (answerable && synthetic) {
      throw new IllegalArgumentException("a synthetic example is unanswerable: " + question);
    }
  }
}
