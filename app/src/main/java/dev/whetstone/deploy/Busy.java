package dev.whetstone.deploy;

/// As many texts are in work as are taken on: the caller may come again.
public final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int seconds;

  Busy(String message, int seconds) {
    super(message, null, false, false);
    this.seconds = seconds;
  }

  /// After which the work ahead is likely done, at least 1.
  public int seconds() {
    return seconds;
  }
}
