package dev.whetstone.http;

import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Printable;
import dev.whetstone.serving.NotReady;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;

/// Answers each exception of a route: JSON in the form of the path's callers, with the request's
/// id. Log lines begin with that id.
final class ErrorReplies {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());
  private static final int PATH = 200;

  private ErrorReplies() {}

  static void add(JavalinConfig config) {
    // Javalin answers an Error in plain text, and asks none of the handlers below.
    config.router.handlerWrapper(
        endpoint ->
            context -> {
              try {
                endpoint.handler.handle(context);
              } catch (StackOverflowError | AssertionError | LinkageError e) {
                throw new IllegalStateException("a route failed", e);
              }
            });
    config.routes.exception(Exception.class, (e, context) -> reply(context, problem(e, context)));
    config.routes.exception( // else Javalin's own handler for these is the nearest
        HttpResponseException.class, (e, context) -> reply(context, problem(e, context)));
  }

  /// What a caller is told of an exception, which is logged where it is the server's. Never throws:
  /// an exception in here would be answered by Javalin, in plain text.
  static RequestException problem(Exception thrown, Context context) {
    try {
      return switch (thrown) {
        case RequestException problem -> problem;
        case HttpResponseException unrouted -> unrouted(unrouted, context);
        case Busy _ -> RequestException.busy();
        case NotReady notReady -> RequestException.notReady(notReady.readiness());
        case Failure failure -> {
          log(failure, context);
          yield RequestException.of(failure);
        }
        default -> {
          LOG.log(System.Logger.Level.ERROR, where(context), thrown);
          yield fault();
        }
      };
    } catch (RuntimeException | StackOverflowError e) {
      LOG.log(System.Logger.Level.ERROR, where(context), e);
      return fault();
    }
  }

  private static RequestException fault() {
    return new RequestException(
        500, "InternalError", "This is a fault of the server: see its log.");
  }

  /// An invalid request is the caller's fault, so it is logged at debug level only.
  private static void log(Failure failure, Context context) {
    var level =
        failure instanceof Failure.BadInput
            ? System.Logger.Level.DEBUG
            : System.Logger.Level.WARNING;
    LOG.log(level, () -> where(context) + ": " + failure.getMessage());
  }

  private static RequestException unrouted(HttpResponseException e, Context context) {
    String what = context.method().name() + " " + path(context);
    return switch (e.getStatus()) {
      case 404 -> new RequestException(404, "NotFound", "There is nothing at " + what + ".");
      case 405 -> {
        String allowed = e.getDetails().getOrDefault("availableMethods", "");
        if (!allowed.isEmpty()) {
          context.header("Allow", allowed);
        }
        yield new RequestException(405, "MethodNotAllowed", what + " is not served.");
      }
      case 413 -> new RequestException(413, "RequestTooLarge", "The request's body is too long.");
      default ->
          new RequestException(e.getStatus(), "InvalidRequest", "The request cannot be answered.");
    };
  }

  private static void reply(Context context, RequestException problem) {
    if (context.res().isCommitted()) {
      return; // of a stream, whose caller has gone
    }
    RequestBody.drop(Server.core(context));
    context.status(problem.status());
    problem.headers().forEach(context::header);
    String request = Server.requestId(context);
    Replies.json(context, ErrorFormat.of(context.path()).body(problem, request));
  }

  private static String path(Context context) {
    return Printable.escape(context.path(), PATH);
  }

  private static String where(Context context) {
    return Server.requestId(context) + " " + context.method() + " " + path(context);
  }
}
