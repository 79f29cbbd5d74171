package dev.whetstone.http;

import dev.whetstone.core.Failure;

/// A request that is not answered: what the caller gets instead.
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /// @param code as DashScope names it
  Problem(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String said() {
    String message = getMessage();
    return message == null ? code : message;
  }

  static Problem badRequest(String message) {
    return new Problem(400, "InvalidParameter", message);
  }

  static Problem noSuchApp(String id) {
    return new Problem(
        404, "AppNotFound", "There is no app \"" + id + "\": GET /v1/apps lists those there are.");
  }

  static Problem notReady(String reason) {
    return new Problem(503, "AppNotReady", reason);
  }

  static Problem busy() {
    return new Problem(
        429,
        "Throttling",
        "The server is at its limit: try again after the seconds in Retry-After.");
  }

  /// What a failure is to a caller. What may name this machine's files stays in the log.
  static Problem of(Failure failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    return switch (failure) {
      case Failure.BadInput _ -> badRequest(message);
      case Failure.Refused _ -> new Problem(403, "AccessDenied", message);
      case Failure.CorruptArtifact _ ->
          new Problem(
              500,
              "InternalError",
              "An artifact that this needs is damaged: the server's log names it beside this"
                  + " request_id.");
      case Failure.Unavailable _ ->
          new Problem(
              503,
              "ServiceUnavailable",
              "Something that this needs does not answer: the server's log names it beside this"
                  + " request_id. Trying again may help.");
    };
  }
}
