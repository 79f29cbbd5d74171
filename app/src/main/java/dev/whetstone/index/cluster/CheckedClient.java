package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the clients of both engines share. A cluster is asked what it is before anything else, and
/// once what it can do: neither changes while we are connected.
public abstract class CheckedClient implements ClusterClient {
  private final String engine;
  private final ClusterSettings settings;
  private volatile @Nullable String version; // null until it was looked at
  private volatile @Nullable String lacking; // for hybrid searches; null until asked

  /// @param engine `Elasticsearch` or `OpenSearch`
  protected CheckedClient(String engine, ClusterSettings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /// Asks the cluster what it lacks; see [#lacksForHybrid()].
  protected abstract String askForHybrid();

  @Override
  public final String engine() {
    return engine;
  }

  @Override
  public final ClusterSettings settings() {
    return settings;
  }

  @Override
  public final String where() {
    return settings.where();
  }

  @Override
  public final String version() {
    return Objects.requireNonNull(version, "not connected");
  }

  @Override
  public final String lacksForHybrid() {
    String reason = lacking;
    if (reason == null) {
      reason = askForHybrid();
      lacking = reason;
    }
    return reason;
  }

  /// The second number of the version.
  protected final int minor() {
    return number(version(), 1);
  }

  /// One question to the cluster.
  ///
  /// @return the answer; null if it knows no such question
  protected final @Nullable JsonNode ask(String what, String path, Map<String, String> parameters) {
    ClusterReply reply;
    try {
      reply = send("GET", path, parameters, null);
    } catch (IOException e) {
      throw ClusterFailures.of(this, what, e);
    }
    if (reply.status() == 400 || reply.status() == 404 || reply.status() == 405) {
      return null;
    }
    if (!reply.ok()) {
      throw ClusterFailures.of(this, what, reply);
    }
    return reply.json();
  }

  /// Checks the version; closes the connections if the cluster cannot be used.
  ///
  /// @param major the only version supported
  /// @throws Failure.Refused if it is another engine or major version, or refuses the credentials
  /// @throws Failure.Unavailable if no host answers
  protected final void connect(int major) {
    try {
      version = checked(major);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private String checked(int major) {
    String where = settings.where();
    JsonNode root = ask("connect", "/", Map.of());
    if (root == null) {
      throw new Failure.BadInput(where + " is no " + engine + ": it has nothing at its root");
    }
    JsonNode versionNode = root.path("version");
    String number = versionNode.path("number").asText();
    if (number.isEmpty()) {
      throw new Failure.BadInput(where + " is no " + engine + ": it does not say its version");
    }
    String found =
        versionNode.path("distribution").asText().equals("opensearch")
            ? "OpenSearch"
            : "Elasticsearch";
    if (!found.equals(engine)) {
      throw new Failure.Refused(
          "%s is %s %s, not %s: name it under `%s:`"
              .formatted(where, found, number, engine, found.toLowerCase(Locale.ROOT)));
    }
    if (number(number, 0) != major) {
      throw new Failure.Refused(
          "%s is %s %s; this program speaks with %2$s %d: upgrade the cluster or use another engine"
              .formatted(where, engine, number, major));
    }
    return number;
  }

  private static int number(String version, int at) {
    String[] parts = version.split("[.-]", -1);
    return at < parts.length && parts[at].matches("[0-9]{1,6}") ? Integer.parseInt(parts[at]) : -1;
  }
}
