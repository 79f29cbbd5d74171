package dev.whetstone.store;

import java.io.IOException;
import java.io.InputStream;

/// The first bytes of a stream, which it owns.
public final class FirstBytes extends InputStream {
  private final InputStream in;
  private long left;

  /// @param left how many bytes are read of `in` at most
  public FirstBytes(InputStream in, long left) {
    this.in = in;
    this.left = left;
  }

  @Override
  public int read() throws IOException {
    int b = left > 0 ? in.read() : -1;
    left -= b < 0 ? 0 : 1;
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = left > 0 ? in.read(buffer, offset, (int) Math.min(left, length)) : -1;
    left -= Math.max(0, n);
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
