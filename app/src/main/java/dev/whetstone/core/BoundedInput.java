package dev.whetstone.core;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;

/// A stream that is read up to a limit; reading or skipping beyond it fails. It belongs around the
/// stream that decompresses, so that a small input that unpacks to a gigantic one is bounded, too.
/// Not safe for use by several threads.
public class BoundedInput extends FilterInputStream {
  private final long most;
  private final LongFunction<? extends IOException> excess;
  private long remaining;

  /// @param in closed with this stream
  /// @param most bytes that are read
  /// @param excess the exception for an input of more than `most` bytes; it may also throw one
  public BoundedInput(InputStream in, long most, LongFunction<? extends IOException> excess) {
    super(in);
    this.most = most;
    this.excess = excess;
    this.remaining = most;
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

  private void count(long bytes) throws IOException {
    remaining -= bytes;
    if (remaining < 0) {
      throw excess.apply(most);
    }
  }
}
