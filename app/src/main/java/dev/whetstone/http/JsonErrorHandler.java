package dev.whetstone.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What Jetty itself turns away (a malformed or oversized head, a server that is stopping) or fails
/// at, as JSON with a request id and without Jetty's name.
final class JsonErrorHandler extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Admission.identify(request, response);
    String code =
        status == 503 ? "ServiceUnavailable" : status >= 500 ? "InternalError" : "InvalidRequest";
    String message = "The request was not taken (" + status + ").";
    Admission.write(request, response, callback, new RequestException(status, code, message));
    return true;
  }
}
