package dev.whetstone.core;

import org.jspecify.annotations.Nullable;

/// What an operator can act on. A message says what went wrong, where (file, row, endpoint) and
/// what to do. A caller's bug is an `IllegalArgumentException`, never a `Failure`.
public abstract sealed class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The input (a file, a setting, a request) cannot be used as it is.
  public static final class BadInput extends Failure {
    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
      super(message, null);
    }

    public BadInput(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// An artifact is damaged: its checksum, length or form is not what was written.
  public static final class CorruptArtifact extends Failure {
    private static final long serialVersionUID = 1L;

    public CorruptArtifact(String message) {
      super(message, null);
    }

    public CorruptArtifact(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// Something needed does not answer or has no room: a server, a disk, a port. Trying again may
  /// help.
  public static final class Unavailable extends Failure {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message, null);
    }

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The request is understood and not carried out: a lock is held, spaces do not match, no proof.
  public static final class Refused extends Failure {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message, null);
    }
  }
}
