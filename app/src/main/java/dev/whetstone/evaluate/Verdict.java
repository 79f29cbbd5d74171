package dev.whetstone.evaluate;

/// What the gate says about a candidate.
public sealed interface Verdict {
  /// In the words a user reads.
  String reason();

  /// The gain is proven: the candidate may serve.
  record Promoted(String reason) implements Verdict {}

  /// The gain is not proven: the model that serves now continues to serve.
  record NotPromoted(String reason) implements Verdict {}

  /// There are no questions, or too few to say anything: the candidate is kept, and does not serve.
  record Unproven(String reason) implements Verdict {}

  /// The gain is proven, but the candidate lost too much of what it knew in general: the model that
  /// serves now continues to serve.
  record Forgot(String reason) implements Verdict {}

  /// Whether the candidate may serve.
  default boolean promoted() {
    return this instanceof Promoted;
  }
}
