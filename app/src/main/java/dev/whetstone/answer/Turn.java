package dev.whetstone.answer;

/// What was said earlier in a conversation.
public record Turn(Speaker speaker, String text) {
  /// Who spoke.
  public enum Speaker {
    USER,
    ASSISTANT
  }
}
