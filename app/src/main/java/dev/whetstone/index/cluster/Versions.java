package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks a cluster what it is, before anything else is asked of it.
public final class Versions {
  /// @param major of the engine
  public record Version(String number, int major, int minor) {}

  private Versions() {}

  /// How a client sends a request, before anything is known of the cluster.
  public interface Sender {
    Reply send(String method, String path, Map<String, String> parameters, @Nullable Payload body)
        throws IOException;
  }

  /// Reads `GET /`.
  ///
  /// @param engine `Elasticsearch` or `OpenSearch`
  /// @param major the only one supported
  /// @throws Failure.Refused if it is another engine or major version, or does not let us in
  /// @throws Failure.Unavailable if no host answers
  public static Version check(Sender client, ClusterSettings settings, String engine, int major) {
    String where = settings.where();
    Reply reply;
    try {
      reply = client.send("GET", "/", Map.of(), null);
    } catch (IOException e) {
      throw Failures.of(engine, settings, "connect", e);
    }
    if (reply.status() == 404) {
      throw new Failure.BadInput(where + " is no " + engine + ": it has nothing at its root");
    }
    if (!reply.ok()) {
      throw Failures.of(engine, "connect", reply);
    }
    JsonNode version = reply.json().path("version");
    String number = version.path("number").asText();
    String found =
        version.path("distribution").asText().equals("opensearch") ? "OpenSearch" : "Elasticsearch";
    if (number.isEmpty()) {
      throw new Failure.BadInput(where + " is no " + engine + ": it does not say its version");
    }
    if (!found.equals(engine)) {
      throw new Failure.Refused(
          where
              + " is "
              + found
              + " "
              + number
              + ", not "
              + engine
              + ": name it under `"
              + found.toLowerCase(Locale.ROOT)
              + ":`");
    }
    String[] parts = number.split("[.-]", -1);
    var parsed = new Version(number, number(parts, 0), number(parts, 1));
    if (parsed.major() != major) {
      throw new Failure.Refused(
          where
              + " is "
              + engine
              + " "
              + number
              + "; this program speaks with "
              + engine
              + " "
              + major
              + ": upgrade the cluster or use another engine");
    }
    return parsed;
  }

  private static int number(String[] parts, int at) {
    return at < parts.length && parts[at].matches("[0-9]{1,6}") ? Integer.parseInt(parts[at]) : -1;
  }
}
