package dev.whetstone.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Server-sent events as one request's reply. Each event is written and flushed at once; where the
/// caller takes one too slowly, its connection is closed ([MemoryBudget]). For the request's
/// thread.
final class EventStream {
  /// After so long a silence a comment is sent, so that nothing between takes the connection for
  /// dead.
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final Context context;
  private final MemoryBudget.Reservation held;
  private boolean open;
  private long last; // event, by the system's clock

  EventStream(Context context) {
    this.context = context;
    this.held = MemoryBudget.of(context);
  }

  /// Whether anything was sent: then a problem can only be told within the stream.
  boolean open() {
    return open;
  }

  /// Sends `data:` with a record as JSON.
  void data(Record data) {
    send("data: " + json(data) + "\n\n");
  }

  /// Sends an event of a name.
  void event(String name, Record data) {
    send("event: " + name + "\ndata: " + json(data) + "\n\n");
  }

  static String json(Record data) {
    return new String(Replies.bytes(data), StandardCharsets.UTF_8);
  }

  /// Sends text as it is: whole events, each ended by an empty line.
  ///
  /// @throws RequestException if the caller has disconnected
  void send(String events) {
    if (!open) {
      open = true;
      context.status(200).contentType("text/event-stream; charset=utf-8");
      context.header("X-Accel-Buffering", "no"); // nginx would collect the events
    }
    byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
    held.writing(bytes.length);
    try {
      OutputStream out = context.res().getOutputStream(); // Javalin's own may compress, and so wait
      out.write(bytes);
      out.flush();
    } catch (IOException _) {
      throw RequestException.disconnected();
    }
    held.written();
    last = System.nanoTime();
  }

  /// To be called now and then while nothing is sent.
  void quiet() {
    if (open && System.nanoTime() - last > SILENCE.toNanos()) {
      send(": still at work\n\n");
    }
  }
}
