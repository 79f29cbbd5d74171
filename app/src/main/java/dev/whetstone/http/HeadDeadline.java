package dev.whetstone.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes connections whose request head is not complete in time. Jetty bounds the time between two
/// bytes alone, so a caller that sends a header line now and then would hold a connection for
/// hours. All connections are looked at every quarter of the deadline: a slow one is closed between
/// 1 and 1.25 deadlines after the first byte of its head. One that has sent nothing is left to the
/// idle time-out.
final class HeadDeadline extends AbstractLifeCycle {
  private final Server server;
  private final long deadline; // in ns
  private volatile Scheduler.Task next = () -> false;

  HeadDeadline(Server server, Duration deadline) {
    this.server = server;
    this.deadline = deadline.toNanos();
  }

  @Override
  protected void doStart() {
    schedule();
  }

  @Override
  protected void doStop() {
    next.cancel();
  }

  private void schedule() {
    next = server.getScheduler().schedule(this::sweep, deadline / 4, TimeUnit.NANOSECONDS);
  }

  private void sweep() {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof AbstractConnector known) {
        known.getConnectedEndPoints().stream().filter(this::late).forEach(EndPoint::close);
      }
    }
    if (isRunning()) {
      schedule();
    }
  }

  private boolean late(EndPoint endPoint) {
    if (!(endPoint.getConnection() instanceof HttpConnection connection)) {
      return false;
    }
    long age =
        TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - endPoint.getCreatedTimeStamp());
    return connection.getBytesIn() == 0
        ? age > deadline
        : inHead(connection.getParser())
            && System.nanoTime() - connection.getParser().getBeginNanoTime() > deadline;
  }

  /// The state is volatile, and is written after the time at which the message began.
  private static boolean inHead(HttpParser parser) {
    HttpParser.State state = parser.getState();
    return state.compareTo(HttpParser.State.START) > 0
        && state.compareTo(HttpParser.State.CONTENT) < 0;
  }
}
