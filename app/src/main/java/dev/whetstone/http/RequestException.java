package dev.whetstone.http;

import dev.whetstone.catalog.App;
import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.serving.Readiness;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A request that is not answered, with the error that its caller gets instead.
final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Most characters of a message: it may quote what the request said.
  private static final int MESSAGE = 2000;

  /// The folders of an absolute path, which is no part of an address. Possessive throughout, so
  /// that matching neither recurses nor tries again.
  private static final Pattern FOLDERS =
      Pattern.compile("(?:(?<![\\w:/.…>-])|(?<=file:))/++(?:[^/\"'`:;,()]++/)++");

  private static final String THERE = " beside this request_id";

  private final int status;
  private final String code;
  private final @Nullable String param;
  private final int retryAfter;

  /// @param code as DashScope names it
  RequestException(int status, String code, String message) {
    this(status, code, message, null, status == 429 ? 1 : status == 503 ? 5 : 0);
  }

  private RequestException(
      int status, String code, String message, @Nullable String param, int retryAfter) {
    super(cut(message, MESSAGE), null, false, false);
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }

  /// The same, about this field of the request.
  RequestException at(String field) {
    return new RequestException(status, code, message(), field, retryAfter);
  }

  /// The same with a further sentence, blank first.
  RequestException with(String more) {
    return new RequestException(status, code, message() + more, param, retryAfter);
  }

  /// The field of the request that it is about, where one is known.
  @Nullable String param() {
    return param;
  }

  /// The headers that its reply carries.
  Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    if (retryAfter > 0) {
      headers.put("Retry-After", Integer.toString(retryAfter));
    }
    if (status == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    return headers;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String message() {
    String message = getMessage();
    return message == null ? code : message;
  }

  static RequestException badRequest(String message) {
    return new RequestException(400, "InvalidParameter", message);
  }

  /// @param param the field that it is about, by its path
  static RequestException badRequest(String param, String message) {
    return badRequest(message).at(param);
  }

  static RequestException noSuchModel(String id) {
    return new RequestException(
            404,
            "ModelNotFound",
            "There is no model \"" + id + "\": GET /v1/models lists those there are.")
        .at("model");
  }

  static RequestException noSuchApp(String id) {
    return new RequestException(
        404, "AppNotFound", "There is no app \"" + id + "\": GET /v1/apps lists those there are.");
  }

  /// The workspace's own app cannot be deleted over HTTP: its plan was fitted, and every door that
  /// names no app answers from it.
  static RequestException ownApp(App app) {
    return new RequestException(
        409,
        "WorkspaceApp",
        "The app "
            + app.id()
            + " is the workspace's own, made by its steps: it cannot be deleted over HTTP.");
  }

  /// @param app the workspace's own, which has the name
  static RequestException nameOfOwnApp(App app) {
    return new RequestException(
            409,
            "AppNameTaken",
            "\""
                + app.name()
                + "\" is the name of the workspace's own app, "
                + app.id()
                + ", which has another retriever: give another name.")
        .at("name");
  }

  /// @param app that has the name
  static RequestException nameTaken(App app) {
    return new RequestException(
            409,
            "AppNameTaken",
            "The app "
                + app.id()
                + " is named \""
                + app.name()
                + "\" already, with another retriever: give another name, or delete that app first"
                + " (DELETE /v1/apps/"
                + app.id()
                + ").")
        .at("name");
  }

  /// @param most as many as there may be
  static RequestException tooManyApps(int most) {
    return new RequestException(
        409,
        "TooManyApps",
        "There are "
            + most
            + " apps, as many as serve.max_apps allows: delete one first (DELETE /v1/apps/{id}).");
  }

  static RequestException notReady(Readiness readiness) {
    return new RequestException(503, "AppNotReady", publicReason(readiness));
  }

  /// Why something is not ready, without what names this machine's files.
  static String publicReason(Readiness readiness) {
    Failure failure = readiness.failure();
    return failure == null ? readiness.reason() : publicMessage(failure);
  }

  static RequestException busy() {
    return new RequestException(
        429,
        "Throttling",
        "The server is at its limit: try again after the seconds in Retry-After.");
  }

  /// @param busy of embeddings, whose message says how many are in work
  static RequestException busy(Busy busy) {
    return new RequestException(
        429, "Throttling", String.valueOf(busy.getMessage()), null, busy.seconds());
  }

  /// The caller has gone, so this is not read.
  static RequestException disconnected() {
    return new RequestException(499, "ClientClosedRequest", "The caller disconnected.");
  }

  private static String cut(String message, int most) {
    if (message.length() <= most) {
      return message;
    }
    int end = Character.isHighSurrogate(message.charAt(most - 2)) ? most - 2 : most - 1;
    return message.substring(0, end) + "…";
  }

  /// The message of a failure that another request or a task met.
  static String publicMessage(Failure failure) {
    return of(failure).message().replace(THERE, "");
  }

  /// A failure as its caller sees it. What may name this machine's files stays in the log.
  static RequestException of(Failure failure) {
    String message =
        failure.getMessage() == null && failure.remedies().isEmpty()
            ? ""
            : Remedies.message(failure);
    // no folder's name is left over where it is cut: the constructor cuts again, after this
    String shown = FOLDERS.matcher(cut(message, 8 * MESSAGE)).replaceAll("…/");
    return switch (failure) {
      case Failure.BadInput _ -> badRequest(shown);
      case Failure.Refused _ -> new RequestException(403, "AccessDenied", shown);
      case Failure.CorruptArtifact _ ->
          new RequestException(
              500,
              "InternalError",
              "An artifact that this needs is damaged: the server's log names it" + THERE + ".");
      case Failure.Unavailable _ ->
          new RequestException(
              503,
              "ServiceUnavailable",
              "Something that this needs does not answer: the server's log names it"
                  + THERE
                  + ". Trying again may help.");
    };
  }
}
