package dev.whetstone.core;

import java.io.InputStream;

/// The body of a server's reply, read up to a limit; reading beyond it fails with [ReplyTooLong].
public final class BoundedReply extends BoundedInput {
  /// @param most bytes that are read
  public BoundedReply(InputStream in, long most) {
    super(in, most, ReplyTooLong::new);
  }
}
