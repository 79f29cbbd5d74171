package dev.whetstone.train;

/// There is no candidate: too few pairs to learn from, or a training that diverged. Not a
/// [dev.whetstone.core.Failure], for others refuse too while a recipe works (who saves what is
/// finished, for one), and a lifecycle goes on without a candidate only for these reasons.
public final class NothingLearnt extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what an operator can act on
  NothingLearnt(String message) {
    super(message);
  }

  NothingLearnt(String message, Throwable cause) {
    super(message, cause);
  }
}
