package dev.whetstone.core;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The body of a server's reply, read up to a limit; reading beyond it fails with [ReplyTooLong].
/// It belongs around the stream that decompresses, so that a small reply that unpacks to a gigantic
/// one is bounded, too. Not safe for several threads.
public final class BoundedReply extends FilterInputStream {
  private final long most;
  private long left;

  /// @param most bytes that are read
  public BoundedReply(InputStream in, long most) {
    super(in);
    this.most = most;
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int read = super.read(bytes, from, length);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = super.skip(n);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long bytes) throws ReplyTooLong {
    left -= bytes;
    if (left < 0) {
      throw new ReplyTooLong(most);
    }
  }
}
