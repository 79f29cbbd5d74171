package dev.whetstone.http;

import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.session.ManagedSession;

/// Refuses to make HTTP sessions: the server keeps no state of a caller, and a session would stay
/// in memory. A servlet context needs a session handler, so this one stands in its place.
final class NoSessions extends SessionHandler {
  @Override
  public void newSession(Request request, String requested, Consumer<ManagedSession> made) {
    throw new IllegalStateException("this server keeps no sessions");
  }
}
