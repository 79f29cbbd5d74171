package dev.whetstone.store;

import com.google.errorprone.annotations.MustBeClosed;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Time;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A whole object as a stream. When a connection is lost it goes on from the byte it had reached;
/// at its end it checks length and SHA-256.
public final class CheckedRead extends InputStream {
  /// Opens the object from a byte on.
  @FunctionalInterface
  public interface Opener {
    InputStream from(long from) throws IOException;
  }

  /// For the whole object: six breaks, with pauses of 25 s at most in all, however long it takes.
  private static final Retry RETRY =
      new Retry(
          new Retry.Limits(
              7, Duration.ofMillis(200), Duration.ofMillis(6400), Duration.ofDays(365)),
          Time.SYSTEM);

  private final String uri;
  private final long length;
  private final @Nullable String sha256;
  private final Opener opener;
  private final Sha256 hash = new Sha256();
  private @Nullable InputStream in;
  private long read;
  private final Retry.Attempts attempts = RETRY.begin();

  /// @param sha256 null where it is not known; then the length alone is checked
  @MustBeClosed
  public CheckedRead(String uri, long length, @Nullable String sha256, Opener opener) {
    this.uri = uri;
    this.length = length;
    this.sha256 = sha256;
    this.opener = opener;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (read < length) {
      try {
        if (in == null) {
          in = opener.from(read);
        }
        int n = in.read(buffer, offset, (int) Math.min(count, length - read));
        if (n > 0) {
          hash.add(buffer, offset, n);
          read += n;
          if (read == length) {
            check();
          }
          return n;
        }
        pause(new IOException("it ended after " + read + " of " + length + " bytes"));
      } catch (IOException e) {
        pause(e);
      }
    }
    return -1;
  }

  private void check() {
    if (sha256 != null && !hash.hex().equals(sha256)) {
      throw damaged(uri);
    }
  }

  static Failure.CorruptArtifact damaged(String uri) {
    return new Failure.CorruptArtifact(
        uri
            + " is damaged: its SHA-256 is not the one written. Restore it from a copy, or delete"
            + " it and put it there anew");
  }

  /// After a break: waits before the reader goes on.
  private void pause(IOException e) {
    close();
    try {
      if (!attempts.pause(null)) {
        throw new Failure.Unavailable(
            "the connection broke "
                + attempts.failed()
                + " times while reading "
                + uri
                + ": "
                + e.getMessage()
                + ". Try again when the store answers reliably",
            e);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("stopped while reading " + uri, stop);
    }
  }

  @Override
  public void close() {
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        System.getLogger(CheckedRead.class.getName())
            .log(System.Logger.Level.DEBUG, "closing a connection to " + uri, e);
      }
      in = null;
    }
  }
}
