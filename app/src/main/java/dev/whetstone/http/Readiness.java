package dev.whetstone.http;

import dev.whetstone.core.Failure;

/// Whether something can answer, and what is missing when it cannot.
///
/// @param reason as a sentence that says what to do, for whoever runs the server; empty when ready
/// @param told to callers instead: it names nothing of this machine
public record Readiness(boolean ready, String reason, String told) {
  public static final Readiness READY = new Readiness(true, "", "");

  public Readiness {
    if (ready != reason.isEmpty() || ready != told.isEmpty()) {
      throw new IllegalArgumentException("what is not ready has a reason: " + reason);
    }
  }

  public static Readiness notReady(String reason) {
    return new Readiness(false, reason, reason);
  }

  public static Readiness notReady(Failure failure) {
    return new Readiness(false, String.valueOf(failure.getMessage()), Problem.told(failure));
  }
}
