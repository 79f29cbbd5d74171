package dev.whetstone.http;

import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.session.ManagedSession;

/// Makes no HTTP session, whoever asks for one: the server remembers no caller, and a session would
/// stay in memory. A servlet context cannot do without a session handler.
final class NoSessions extends SessionHandler {
  @Override
  public void newSession(Request request, String requested, Consumer<ManagedSession> made) {
    throw new IllegalStateException("this server keeps no sessions");
  }
}
