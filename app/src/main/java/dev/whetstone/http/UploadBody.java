package dev.whetstone.http;

import io.javalin.http.Context;
import java.io.FilterInputStream;
import java.io.IOException;
import java.time.Duration;

/// A request's body that is passed on as it comes in, and never held whole. Its sender's faults are
/// [RequestException]s: too long, too slow, broken off.
final class UploadBody extends FilterInputStream {
  private final long limit;
  private final Duration patience;
  private final long began = System.nanoTime();
  private long bytes;

  /// @param limit the longest, in bytes
  UploadBody(Context context, long limit) {
    super(context.bodyInputStream());
    this.limit = limit;
    this.patience = MemoryBudget.of(context).patience();
    if (context.req().getContentLengthLong() > limit) {
      throw tooLong();
    }
  }

  @Override
  public int read(byte[] into, int from, int length) {
    int n;
    try {
      n = in.read(into, from, length);
    } catch (IOException _) {
      throw RequestException.badRequest("The request's body broke off: nothing was kept.");
    }
    bytes += Math.max(0, n);
    if (bytes > limit) {
      throw tooLong();
    }
    Duration spent = Duration.ofNanos(System.nanoTime() - began);
    if (spent.minusSeconds(bytes / RequestBody.BYTES_A_SECOND).compareTo(patience) > 0) {
      throw new RequestException(408, "RequestTimeout", "The request's body comes too slowly.");
    }
    return n;
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  private RequestException tooLong() {
    return new RequestException(
        413,
        "RequestTooLarge",
        "A document may have %,d bytes (parse.max_file_mb).".formatted(limit));
  }

  /// The servlet container closes the body.
  @Override
  public void close() {}
}
