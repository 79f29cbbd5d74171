package dev.whetstone.serving;

import dev.whetstone.core.Failure;

/// An app was asked that cannot answer.
public final class NotReady extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Readiness readiness;

  public NotReady(Readiness readiness) {
    super(readiness.reason(), readiness.failure(), false, false);
    this.readiness = readiness;
  }

  public Readiness readiness() {
    return readiness;
  }

  /// The failure behind it, or one that says its reason.
  public Failure failure() {
    Failure failure = readiness.failure();
    return failure == null ? new Failure.Unavailable(readiness.reason()) : failure;
  }
}
