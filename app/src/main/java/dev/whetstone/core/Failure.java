package dev.whetstone.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an operator can act on. A message says what went wrong and where (file, row, endpoint); its
/// remedies say what to do, typed, so that each door spells them in its own words. A caller's bug
/// is an `IllegalArgumentException`, never a `Failure`.
public abstract sealed class Failure extends RuntimeException {
  private static final long serialVersionUID = 2L;

  private final transient List<Remedy> remedies;

  Failure(String message, @Nullable Throwable cause, Remedy... remedies) {
    super(message, cause);
    this.remedies = List.of(remedies);
  }

  /// What an operator can do, alternatives, the best first; empty where the message says all.
  public List<Remedy> remedies() {
    return remedies;
  }

  /// The input (a file, a setting, a request) cannot be used as it is.
  public static final class BadInput extends Failure {
    private static final long serialVersionUID = 2L;

    public BadInput(String message, Remedy... remedies) {
      super(message, null, remedies);
    }

    public BadInput(String message, @Nullable Throwable cause, Remedy... remedies) {
      super(message, cause, remedies);
    }
  }

  /// An artifact is damaged: its checksum, length or form is not what was written.
  public static final class CorruptArtifact extends Failure {
    private static final long serialVersionUID = 2L;

    public CorruptArtifact(String message, Remedy... remedies) {
      super(message, null, remedies);
    }

    public CorruptArtifact(String message, @Nullable Throwable cause, Remedy... remedies) {
      super(message, cause, remedies);
    }
  }

  /// Something needed does not answer or has no room: a server, a disk, a port. Trying again may
  /// help.
  public static final class Unavailable extends Failure {
    private static final long serialVersionUID = 2L;

    public Unavailable(String message, Remedy... remedies) {
      super(message, null, remedies);
    }

    public Unavailable(String message, @Nullable Throwable cause, Remedy... remedies) {
      super(message, cause, remedies);
    }
  }

  /// The request is understood and not carried out: a lock is held, spaces do not match, no proof.
  public static final class Refused extends Failure {
    private static final long serialVersionUID = 2L;

    public Refused(String message, Remedy... remedies) {
      super(message, null, remedies);
    }

    public Refused(String message, @Nullable Throwable cause, Remedy... remedies) {
      super(message, cause, remedies);
    }
  }
}
