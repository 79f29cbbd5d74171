package dev.whetstone.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.ReplyTooLong;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.index.cluster.ClusterReply;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls of a cluster's plugin, JSON in and out. When the cluster is busy or out of reach a call is
/// sent again; one that makes something new only after the caller looked for what the lost call may
/// have made. Closes its connection.
final class MlCall implements AutoCloseable {
  private static final Set<Integer> BUSY = Set.of(429, 502, 503, 504);
  private static final int ATTEMPTS = 5;
  private static final int REFUSED = 400;
  private static final Supplier<Optional<MlReply>> NEVER_FOUND = Optional::empty;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final ClusterConnection cluster;
  private final Retry retry;

  /// A reply: 404 is one, other errors are a [Failure].
  record MlReply(int status, JsonNode body) {
    boolean missing() {
      return status == 404;
    }
  }

  /// @param pause about which is waited before the second attempt; doubled for each after it
  MlCall(ClusterConnection cluster, Duration pause, Time time) {
    this.cluster = cluster;
    this.retry =
        new Retry(new Retry.Limits(ATTEMPTS, pause.multipliedBy(2), LONGEST_PAUSE, LONGEST), time);
  }

  MlReply get(String path) {
    return send("GET", path, null, NEVER_FOUND);
  }

  /// Posts what may be sent any number of times.
  MlReply post(String path, JsonNode body) {
    return create(path, body, NEVER_FOUND);
  }

  /// Posts bytes that may be sent any number of times. They go as JSON, which they are not: a node
  /// answers 406 to any type of content that it has no parser for, and the handler reads the bytes
  /// as they are. So does opensearch-py-ml.
  MlReply post(String path, byte[] body) {
    return send("POST", path, Payload.json(body), NEVER_FOUND);
  }

  /// Posts what makes another thing each time.
  ///
  /// @param made looks for what an earlier call made, as an answer; asked before the call is sent
  ///   again, since its answer may have been lost
  MlReply create(String path, JsonNode body, Supplier<Optional<MlReply>> made) {
    return send("POST", path, Payload.json(body.toString()), made);
  }

  private MlReply send(
      String method, String path, @Nullable Payload body, Supplier<Optional<MlReply>> made) {
    Retry.Attempts attempts = retry.begin();
    while (true) {
      ClusterReply reply = null;
      IOException lost = null;
      try {
        reply = cluster.send(method, path, Map.of(), body);
      } catch (IOException e) {
        Progress.stopWhenInterrupted();
        if (e instanceof ReplyTooLong) {
          throw unreachable(e);
        }
        lost = e;
      }
      boolean again = reply == null || BUSY.contains(reply.status());
      if (!again || !pause(attempts, reply)) {
        // Sent again while the first was still under way, it may be refused as a duplicate.
        boolean mayBeMade = attempts.failed() > 0 && reply != null && reply.status() >= REFUSED;
        Optional<MlReply> earlier = mayBeMade ? made.get() : Optional.empty();
        if (earlier.isPresent()) {
          return earlier.get();
        }
        if (reply == null) {
          throw unreachable(lost);
        }
        return checked(method + " " + path, reply);
      }
      Optional<MlReply> earlier = made.get();
      if (earlier.isPresent()) {
        return earlier.get();
      }
    }
  }

  private static boolean pause(Retry.Attempts attempts, @Nullable ClusterReply reply) {
    try {
      return attempts.pauseAfter(reply == null ? null : reply.retryAfter());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private Failure unreachable(@Nullable IOException e) {
    String reason = e == null || e.getMessage() == null ? "no reply" : e.getMessage();
    return new Failure.Unavailable(
        "OpenSearch at "
            + cluster.where()
            + " does not answer ("
            + reason
            + "): check the address, and that the cluster is up",
        e);
  }

  private MlReply checked(String call, ClusterReply reply) {
    String text = reply.text();
    JsonNode body = json(text);
    int status = reply.status();
    if (status < 300 || (status == 404 && !MlAdvice.noPlugin(text))) {
      return new MlReply(status, body);
    }
    throw MlAdvice.failure(cluster.where(), call, status, reason(body, text));
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
    cluster.close();
  }
}
