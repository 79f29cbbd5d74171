package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// What became of a request to a hub.
///
/// @param reply null where none came
/// @param error why none came; null where one did
record Sent(Hub hub, @Nullable HttpResponse<byte[]> reply, @Nullable IOException error) {
  private static final int TOO_MANY = 429;

  /// 0 where no reply came.
  int status() {
    return reply == null ? 0 : reply.statusCode();
  }

  @Nullable String header(String name) {
    return reply == null ? null : reply.headers().firstValue(name).orElse(null);
  }

  /// Whether more came than the hub's list says.
  boolean tooLong() {
    return error instanceof CountedStream.TooLongException;
  }

  /// Whether the same request may succeed later.
  boolean mayPass() {
    return reply == null || status() == TOO_MANY || status() / 100 == 5;
  }

  /// @param what of the repository was asked for
  Failure failure(String id, String what) {
    if (reply == null) {
      return new Failure.Unavailable(
          "%s does not answer (%s). Check the network; what has arrived is kept, and the same command goes on"
              .formatted(hub.name(), reason(error)),
          error);
    }
    String token =
        hub.credentials().isEmpty()
            ? "set " + hub.tokenVariable()
            : "the token of " + hub.tokenVariable() + " may not read it";
    return switch (status()) {
      case 401, 403 ->
          new Failure.BadInput(
              "%s does not give %s (%d): it does not exist, or needs a token whose owner has accepted its terms; %s"
                  .formatted(hub.name(), id, status(), token));
      case 404 ->
          new Failure.BadInput(
              "%s has no %s%s (404); check the name and the revision"
                  .formatted(hub.name(), id, reason().isEmpty() ? "" : ": " + reason()));
      default ->
          new Failure.Unavailable(
              "%s answered with %d for %s of %s%s. What has arrived is kept; try again later"
                  .formatted(
                      hub.name(),
                      status(),
                      what,
                      id,
                      reason().isEmpty() ? "" : " (" + reason() + ")"));
    };
  }

  /// The JDK's exceptions for a connection that is refused have no words of their own.
  private static String reason(@Nullable IOException error) {
    String words = error == null ? null : error.getMessage();
    return words == null ? "no connection" : HubReplies.shortened(words);
  }

  private String reason() {
    String words = header("X-Error-Message");
    return words == null ? "" : HubReplies.shortened(words);
  }
}
