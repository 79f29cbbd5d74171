package dev.whetstone.llm;

/// A reply of a language model.
///
/// @param inputTokens as the model counted them; 0 when it does not report them
/// @param outputTokens likewise
public record Reply(String text, Finish finish, int inputTokens, int outputTokens) {
  /// Why a reply ended.
  public enum Finish {
    /// The model was done, or a stop sequence came.
    STOP,
    /// The reply reached its longest length and may break off.
    LENGTH,
    /// The server held (part of) the reply back.
    FILTERED
  }
}
