package dev.whetstone.http;

/// Whether something can answer, and what is missing when it cannot.
///
/// @param reason as a sentence that says what to do; empty when ready
public record Readiness(boolean ready, String reason) {
  public static final Readiness READY = new Readiness(true, "");

  public Readiness {
    if (ready != reason.isEmpty()) {
      throw new IllegalArgumentException("what is not ready has a reason: " + reason);
    }
  }

  public static Readiness notReady(String reason) {
    return new Readiness(false, reason);
  }
}
