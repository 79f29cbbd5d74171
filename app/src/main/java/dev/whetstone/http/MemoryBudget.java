package dev.whetstone.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/// The memory that requests may take together: bodies as they come in, with what is made of them,
/// and long replies until they are sent. A request that finds too little left is refused. A caller
/// that reads a long reply slowly holds its memory for as long, and a few dozen such callers would
/// hold all of it, so their connections are closed after a while. Safe for many threads.
final class MemoryBudget {
  private static final String HELD = "held";

  private final int most;
  private final Semaphore free; // bytes
  private final Duration patience;
  private final Duration replyPatience;

  MemoryBudget(ServerSettings settings) {
    this.most = settings.intake().memory();
    this.patience = settings.intake().bodyPatience();
    this.replyPatience = settings.intake().replyPatience();
    this.free = new Semaphore(most);
  }

  /// What one request holds, until it is over.
  final class Reservation {
    private final Request request;
    private int bytes; // guarded by this
    private boolean over; // guarded by this
    private Scheduler.Task givenUp = () -> false; // guarded by this

    Reservation(Request request) {
      this.request = request;
    }

    /// @throws RequestException if there is not so much left
    synchronized void more(long wanted) {
      if (wanted > most - bytes) {
        throw new RequestException(
            413, "RequestTooLarge", "The request takes more memory than there is.");
      }
      if (over || !free.tryAcquire((int) wanted)) {
        throw RequestException.busy();
      }
      bytes += (int) wanted;
    }

    /// Holds `wanted` bytes for the reply, in place of the memory of the request's body.
    synchronized void only(int wanted) {
      hold(wanted, wanted > 0);
    }

    /// Before a part of a stream is written, which its caller must take in as long a time as a long
    /// reply.
    ///
    /// @param length of the part, in bytes
    synchronized void writing(int length) {
      hold(length > Replies.LONG ? length : 0, true);
    }

    /// After it was written.
    synchronized void written() {
      hold(0, false);
    }

    private synchronized void hold(int wanted, boolean timed) {
      givenUp.cancel();
      free.release(bytes);
      bytes = 0;
      more(wanted);
      if (timed) {
        givenUp =
            request
                .getComponents()
                .getScheduler()
                .schedule(this::giveUp, replyPatience.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    /// Closes the connection: the write that waits for the caller fails, and so the request ends.
    /// The exception is that of a caller that disconnects, which is not logged.
    private synchronized void giveUp() {
      if (!over) {
        var tooSlow = new EofException("the reply is read too slowly");
        request.getConnectionMetaData().getConnection().getEndPoint().close(tooSlow);
      }
    }

    /// How long a body may take to begin with.
    Duration patience() {
      return patience;
    }

    private synchronized void end() {
      over = true;
      givenUp.cancel();
      free.release(bytes);
    }
  }

  /// To be called once a request, before all else.
  void admit(Request request) {
    var held = new Reservation(request);
    request.setAttribute(HELD, held);
    Request.addCompletionListener(request, _ -> held.end());
  }

  static Reservation of(Context context) {
    return Objects.requireNonNull(context.attribute(HELD));
  }
}
