package dev.whetstone.core;

import java.io.IOException;

/// A server's reply is longer than is read of it.
public final class ReplyTooLong extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param most bytes that are read
  public ReplyTooLong(long most) {
    super("the reply is longer than the " + most + " bytes that are read");
  }
}
