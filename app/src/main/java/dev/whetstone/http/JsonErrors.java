package dev.whetstone.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What Jetty itself turns away before any route is asked (a malformed or oversized head, a server
/// that is stopping), as JSON and without its name.
final class JsonErrors extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    Content.Sink.write(response, true, text(response.getStatus()), callback);
    return true;
  }

  private static String text(int status) {
    return "{\"code\":\"%s\",\"message\":\"The request was not taken (%d).\",\"request_id\":\"\"}"
        .formatted(status == 503 ? "ServiceUnavailable" : "InvalidRequest", status);
  }
}
