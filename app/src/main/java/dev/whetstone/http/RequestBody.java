package dev.whetstone.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/// The bytes of a request's body.
final class RequestBody {
  /// Memory for each byte: itself, its copy while the buffer grows, its text.
  private static final int PER_BYTE = 4;

  /// Memory for each value of JSON: its node, its place in an array or object.
  private static final int PER_VALUE = 100;

  /// Slower senders are refused after a grace period.
  static final int BYTES_A_SECOND = 8 << 10;

  /// How long the rest of a refused body is read, and how long is waited for more of it.
  private static final Duration LINGER = Duration.ofSeconds(10);

  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final int LONGEST_PAUSE = 20; // in ms

  private RequestBody() {}

  /// The whole body, which counts for its request's memory as it comes in.
  ///
  /// @throws RequestException if it is longer than `limit`, there is too little memory, or it is
  ///   too slow
  static byte[] read(Context context, int limit) {
    if (context.req().getContentLengthLong() > limit) {
      throw tooLong(limit);
    }
    MemoryBudget.Reservation held = MemoryBudget.of(context);
    InputStream in = context.bodyInputStream();
    var read = new ByteArrayOutputStream();
    byte[] some = new byte[8 << 10];
    long began = System.nanoTime();
    try {
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        held.more(memory(some, n));
        read.write(some, 0, n);
        if (read.size() > limit) {
          throw tooLong(limit);
        }
        Duration spent = Duration.ofNanos(System.nanoTime() - began);
        if (spent.minusSeconds(read.size() / BYTES_A_SECOND).compareTo(held.patience()) > 0) {
          throw new RequestException(408, "RequestTimeout", "The request's body comes too slowly.");
        }
      }
    } catch (IOException e) {
      throw RequestException.badRequest("The request's body broke off.");
    }
    return read.toByteArray();
  }

  private static long memory(byte[] some, int n) {
    int values = 0;
    for (int i = 0; i < n; i++) {
      byte b = some[i];
      values += b == ',' || b == ':' || b == '[' || b == '{' ? 1 : 0;
    }
    return (long) PER_BYTE * n + (long) PER_VALUE * values;
  }

  private static RequestException tooLong(int limit) {
    return new RequestException(
        413, "RequestTooLarge", "The request's body is over " + limit + " bytes.");
  }

  /// Reads and drops what is still coming of a body that is refused: a caller who is sending would
  /// see a broken connection in place of the reply.
  static void drop(Request request) {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) { // such a caller waits before it sends
      return;
    }
    long began = System.nanoTime();
    long last = began;
    int pause = 1; // in ms
    try {
      while (last - began < LINGER.toNanos() && System.nanoTime() - last < QUIET.toNanos()) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          Thread.sleep(pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE);
          continue;
        }
        boolean over = chunk.isLast() || Content.Chunk.isFailure(chunk);
        chunk.release();
        if (over) {
          return;
        }
        last = System.nanoTime();
        pause = 1;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
