package dev.whetstone.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.BufferUtil;

/// Whether a caller has closed its connection while its request is worked on. Jetty does not read
/// the connection during that time, so this does: the end of the stream is taken for a caller that
/// has disconnected, as nginx takes it. To be asked after the request's body was read, by the
/// request's own thread or one that it waits for.
final class ClientDisconnect implements BooleanSupplier {
  private final Connection connection;
  private boolean next;
  private boolean disconnected;

  ClientDisconnect(Context context) {
    connection =
        ServletContextRequest.getServletContextRequest(context.req())
            .getConnectionMetaData()
            .getConnection();
  }

  @Override
  public boolean getAsBoolean() {
    if (disconnected || next || !(connection instanceof Connection.UpgradeTo http)) {
      return disconnected;
    }
    ByteBuffer one = BufferUtil.allocate(1);
    try {
      int read = connection.getEndPoint().fill(one);
      disconnected = read < 0;
      if (read > 0) { // the caller's next request: it is there, and has its byte back
        next = true;
        http.onUpgradeTo(one);
      }
    } catch (IOException _) {
      disconnected = true;
    }
    return disconnected;
  }
}
