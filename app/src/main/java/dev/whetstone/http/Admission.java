package dev.whetstone.http;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Admits requests: each passes here before any servlet sees it, whatever its path, method or
/// headers. It gets its id, its reply the headers that all replies carry, and its share of the
/// memory; then [AccessCheck] lets it on or refuses it. A check that a route or servlet makes
/// instead does not see what another servlet takes first (Javalin's answers WebSocket requests
/// before its filters run).
final class Admission extends Handler.Wrapper {
  static final String ID = "request_id";

  private final AccessCheck access;
  private final MemoryBudget budget;

  Admission(AccessCheck access, MemoryBudget budget) {
    this.access = access;
    this.budget = budget;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    identify(request, response);
    try {
      budget.admit(request);
      access.check(request);
    } catch (RequestException problem) {
      refuse(request, response, callback, problem);
      return true;
    }
    return super.handle(request, response, callback);
  }

  /// Gives a request its id, where it has none yet, and its reply the headers of all replies.
  static String identify(Request request, Response response) {
    String id = request.getAttribute(ID) instanceof String known ? known : newId(request);
    HttpFields.Mutable headers = response.getHeaders();
    headers.put("X-Request-Id", id);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cache-Control", "no-store");
    return id;
  }

  private static String newId(Request request) {
    String id = UUID.randomUUID().toString();
    request.setAttribute(ID, id);
    return id;
  }

  private static void refuse(
      Request request, Response response, Callback callback, RequestException problem) {
    RequestBody.drop(request);
    response.setStatus(problem.status());
    problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    write(request, response, callback, problem);
  }

  /// Writes a problem in the form of its path.
  static void write(
      Request request, Response response, Callback callback, RequestException problem) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    String path = request.getHttpURI().getPath();
    Record error =
        ErrorFormat.of(path == null ? "" : path)
            .body(problem, String.valueOf(request.getAttribute(ID)));
    Content.Sink.write(
        response, true, new String(Replies.bytes(error), StandardCharsets.UTF_8), callback);
  }
}
