package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a cluster answered, whatever its status.
public final class ClusterReply {
  private final String host;
  private final int status;
  private final @Nullable String retryAfter;
  private final byte[] body;

  /// @param retryAfter the header of that name
  /// @param body kept, not copied
  public ClusterReply(String host, int status, @Nullable String retryAfter, byte[] body) {
    this.host = host;
    this.status = status;
    this.retryAfter = retryAfter;
    this.body = body;
  }

  String host() {
    return host;
  }

  public int status() {
    return status;
  }

  boolean ok() {
    return status >= 200 && status < 300;
  }

  /// What this answer says of one item, as if it were the answer.
  ClusterReply ofItem(int status, JsonNode error) {
    byte[] about = ("{\"error\":" + error + "}").getBytes(StandardCharsets.UTF_8);
    return new ClusterReply(host, status, retryAfter, about);
  }

  /// The answer as JSON.
  ///
  /// @throws Failure.Unavailable if it is none: something else than a cluster answered
  JsonNode json() {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          host + " answered with something that is not JSON: is it a proxy's page?", e);
    }
  }

  /// The body as text.
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// The header `Retry-After`; null where there is none.
  public @Nullable String retryAfter() {
    return retryAfter;
  }

  /// The cluster's own words about an error, at most a line.
  String reason() {
    String text;
    try {
      JsonNode error = Json.MAPPER.readTree(body).path("error");
      JsonNode cause = error.path("root_cause").path(0);
      JsonNode reasonNode = cause.has("reason") ? cause : error;
      text =
          error.isTextual()
              ? error.asText()
              : reasonNode.path("type").asText() + ": " + reasonNode.path("reason").asText();
    } catch (IOException e) {
      text = text();
    }
    String line = text.lines().findFirst().orElse("no reason given");
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }

  /// The type of the error, for example `index_not_found_exception`; empty when there is none.
  String type() {
    try {
      return Json.MAPPER.readTree(body).path("error").path("type").asText();
    } catch (IOException e) {
      return "";
    }
  }
}
