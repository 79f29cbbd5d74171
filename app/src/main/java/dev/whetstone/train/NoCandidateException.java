package dev.whetstone.train;

/// There is no candidate: too few pairs to learn from, a training that diverged, or nothing that it
/// could gain. Not a [dev.whetstone.core.Failure]: those are also thrown for other reasons while
/// fine-tuning works (writing a checkpoint, for one), and a lifecycle goes on without a candidate
/// only for these.
public final class NoCandidateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean baseStands;
  private final boolean trained;

  /// @param message what an operator can act on
  NoCandidateException(String message) {
    this(message, false, false);
  }

  NoCandidateException(String message, Throwable cause) {
    super(message, cause);
    this.baseStands = false;
    this.trained = false;
  }

  private NoCandidateException(String message, boolean baseStands, boolean trained) {
    super(message);
    this.baseStands = baseStands;
    this.trained = trained;
  }

  /// For a base that is not to be beaten by what there is to learn from.
  static NoCandidateException keepingTheBase(String message) {
    return new NoCandidateException(message, true, true);
  }

  /// For a base that knows already what there is to learn: nothing was trained.
  static NoCandidateException nothingToLearn(String message) {
    return new NoCandidateException(message, true, false);
  }

  /// Whether the base was found to be as good: an outcome, not a lack.
  public boolean baseStands() {
    return baseStands;
  }

  /// Whether it was found by a training, which took its time.
  boolean trained() {
    return trained;
  }
}
