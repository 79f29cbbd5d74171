package dev.whetstone.core;

/// As much work is under way as is taken on: the caller may try again later.
public final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int seconds;

  /// @param seconds after which the work ahead is likely done, at least 1
  public Busy(String message, int seconds) {
    super(message, null, false, false);
    this.seconds = seconds;
  }

  /// After which the work ahead is likely done, at least 1.
  public int seconds() {
    return seconds;
  }
}
