package dev.whetstone.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.server.Request;

/// The memory that requests may take together: bodies as they come in, with what is made of them,
/// and long replies until they are sent. Who finds too little left is sent away. Safe for many
/// threads.
final class Allowance {
  private static final String HELD = "held";

  private final int most;
  private final Semaphore free; // bytes
  private final Duration patience;

  Allowance(ServerSettings settings) {
    this.most = settings.intake().memory();
    this.patience = settings.intake().bodyPatience();
    this.free = new Semaphore(most);
  }

  /// What one request holds, until it is over.
  final class Held {
    private int bytes; // guarded by this
    private boolean over; // guarded by this

    /// @throws Problem if there is not so much left
    synchronized void more(long wanted) {
      if (wanted > most - bytes) {
        throw new Problem(413, "RequestTooLarge", "The request takes more memory than there is.");
      }
      if (over || !free.tryAcquire((int) wanted)) {
        throw Problem.busy();
      }
      bytes += (int) wanted;
    }

    /// Holds so much from now on: the request's body is done with.
    synchronized void only(int wanted) {
      free.release(bytes);
      bytes = 0;
      more(wanted);
    }

    /// How long a body may take to begin with.
    Duration patience() {
      return patience;
    }

    private synchronized void end() {
      over = true;
      free.release(bytes);
    }
  }

  /// To be called once a request, before all else.
  void admit(Request request) {
    var held = new Held();
    request.setAttribute(HELD, held);
    Request.addCompletionListener(request, _ -> held.end());
  }

  static Held of(Context context) {
    return Objects.requireNonNull(context.attribute(HELD));
  }
}
