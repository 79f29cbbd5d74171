package dev.whetstone.train;

/// There is no candidate: too few pairs to learn from, or a training that diverged. Not a
/// [dev.whetstone.core.Failure]: those are also thrown for other reasons while fine-tuning works
/// (writing a checkpoint, for one), and a lifecycle goes on without a candidate only for these two.
public final class NoCandidateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what an operator can act on
  NoCandidateException(String message) {
    super(message);
  }

  NoCandidateException(String message, Throwable cause) {
    super(message, cause);
  }
}
