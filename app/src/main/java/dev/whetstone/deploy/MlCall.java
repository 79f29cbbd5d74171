package dev.whetstone.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.core.ReplyTooLong;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/// Calls of a cluster over HTTP, JSON in and out. When the cluster is busy or out of reach a call
/// is sent again; one that makes something new is so only after that was looked for.
final class MlCall implements AutoCloseable {
  private static final Set<Integer> AGAIN = Set.of(429, 502, 503, 504);
  private static final int TRIES = 5;
  private static final int REFUSED = 400;
  private static final Supplier<Optional<Reply>> NEVER_FOUND = Optional::empty;
  private static final long LONGEST_MILLIS = 30_000;
  private static final int MOST_BYTES = 16 << 20; // of a reply
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final ClusterAccess access;
  private final OutgoingHttp http;
  private final long pauseMillis;

  /// A reply: 404 is one, other errors are a [Failure].
  record Reply(int status, JsonNode body) {
    boolean missing() {
      return status == 404;
    }
  }

  /// @param pause before the second try; doubled for each after it
  MlCall(ClusterAccess access, Duration pause) {
    this.access = access;
    this.pauseMillis = pause.toMillis();
    this.http = new OutgoingHttp(CONNECT, MOST_BYTES, access.trust());
  }

  Reply get(String path) {
    return send("GET", path, HttpRequest.BodyPublishers.noBody(), NEVER_FOUND);
  }

  /// Posts what may be sent any number of times.
  Reply post(String path, JsonNode body) {
    return create(path, body, NEVER_FOUND);
  }

  /// Posts bytes that may be sent any number of times. They go as JSON, which they are not: a node
  /// answers 406 to any type of content that it has no parser for, and the handler reads the bytes
  /// as they are. So does opensearch-py-ml.
  Reply post(String path, byte[] body) {
    return send("POST", path, HttpRequest.BodyPublishers.ofByteArray(body), NEVER_FOUND);
  }

  /// Posts what makes another thing each time.
  ///
  /// @param made looks for what an earlier call made, as an answer; asked before the call is sent
  ///   again, since its answer may have been lost
  Reply create(String path, JsonNode body, Supplier<Optional<Reply>> made) {
    return send("POST", path, HttpRequest.BodyPublishers.ofString(body.toString()), made);
  }

  private Reply send(
      String method, String path, HttpRequest.BodyPublisher body, Supplier<Optional<Reply>> made) {
    var builder =
        HttpRequest.newBuilder(access.at(path))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .method(method, body);
    String authorization = access.authorization();
    if (authorization != null) {
      builder.header("Authorization", authorization);
    }
    HttpRequest request = builder.build();
    long pause = pauseMillis;
    for (int attempt = 1; ; attempt++) {
      long asked = 0;
      try {
        HttpResponse<byte[]> response = http.send(request, TIMEOUT);
        int status = response.statusCode();
        if (!AGAIN.contains(status) || attempt == TRIES) {
          // Sent again while the first was still under way, it may be refused as a duplicate.
          var earlier = attempt > 1 && status >= REFUSED ? made.get() : Optional.<Reply>empty();
          return earlier.orElseGet(() -> reply(method, path, response));
        }
        asked = 1000 * seconds(response);
      } catch (IOException e) {
        if (attempt == TRIES || e instanceof ReplyTooLong) {
          throw new Failure.Unavailable(
              "OpenSearch at "
                  + access
                  + " does not answer ("
                  + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                  + "): check the address, and that the cluster is up",
              e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
      sleep(Math.max(pause, asked));
      Optional<Reply> earlier = made.get();
      if (earlier.isPresent()) {
        return earlier.get();
      }
      pause = Math.min(2 * pause, LONGEST_MILLIS);
    }
  }

  private static long seconds(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,3}"))
        .map(Long::parseLong)
        .orElse(0L);
  }

  /// Waits, with some chance in it so that many do not come back at once.
  static void sleep(long millis) {
    try {
      Thread.sleep(
          Math.min(LONGEST_MILLIS, millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private Reply reply(String method, String path, HttpResponse<byte[]> response) {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    JsonNode body = json(text);
    int status = response.statusCode();
    if (status < 300 || (status == 404 && !MlAdvice.noPlugin(text))) {
      return new Reply(status, body);
    }
    throw MlAdvice.failure(access.toString(), method + " " + path, status, reason(body, text));
  }

  private static JsonNode json(String text) {
    try {
      JsonNode node = Json.MAPPER.readTree(text);
      return node == null ? MissingNode.getInstance() : node;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String reason(JsonNode body, String text) {
    String reason = body.path("error").path("reason").asText("");
    if (reason.isEmpty()) {
      reason = body.path("error").asText("");
    }
    if (reason.isEmpty()) {
      reason = text;
    }
    return reason.length() > 500 ? reason.substring(0, 500) + "…" : reason;
  }

  @Override
  public void close() {
    http.close();
  }
}
