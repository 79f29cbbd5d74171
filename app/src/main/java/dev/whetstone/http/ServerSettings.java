package dev.whetstone.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the server listens.
///
/// @param host to bind to; the default, 127.0.0.1, is not reached from other machines
/// @param port 0 for a free one
/// @param apiKey callers must send it as `Authorization: Bearer …`; null when none is asked for.
///   Never logged.
/// @param names under which callers may reach a server without a key, beside addresses,
///   `localhost`, the host bound to and the machine's own name
public record ServerSettings(
    String host, int port, @Nullable String apiKey, List<String> names, Intake intake, Work work) {
  public static final ServerSettings DEFAULT =
      new ServerSettings("127.0.0.1", 8088, null, List.of(), Intake.DEFAULT, Work.DEFAULT);

  /// What is taken in before any work is done.
  ///
  /// @param connections open at once; a further one is accepted when another closes
  /// @param headPatience how long the head of a request may take, from its first byte to its last
  /// @param requestBytes longest request body
  /// @param memory that the bodies and replies of all requests together may take, in bytes
  /// @param bodyPatience how long a slow body is waited for
  /// @param replyPatience how long a caller may take to read a long reply
  public record Intake(
      int connections,
      Duration headPatience,
      int requestBytes,
      int memory,
      Duration bodyPatience,
      Duration replyPatience) {
    public static final Intake DEFAULT =
        new Intake(
            1000,
            Duration.ofSeconds(10),
            1 << 20,
            Math.clamp(Runtime.getRuntime().maxMemory() / 4, 128 << 20, 1 << 30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2));

    public Intake {
      if (connections < 1 || requestBytes < 1024 || memory < requestBytes) {
        throw new IllegalArgumentException(
            connections + " connections, " + requestBytes + " bytes, " + memory + " in all");
      }
    }

    public Intake withConnections(int most) {
      return new Intake(most, headPatience, requestBytes, memory, bodyPatience, replyPatience);
    }
  }

  /// How much is worked on.
  ///
  /// @param concurrent questions worked on at once whose index stands in the workspace: they
  ///   compute, so more than there are cores only wait for each other
  /// @param patience how long such a question may wait for its turn before it is sent away with 429
  /// @param answers that are computed at once, beside those questions; while one waits for a
  ///   language model it does not count
  /// @param clusters questions at once that search clusters, for which they mostly wait
  /// @param apps that may be made over HTTP
  /// @param grace how long requests under way may take to finish when the server stops
  public record Work(
      int concurrent, Duration patience, int answers, int clusters, int apps, Duration grace) {
    public static final Work DEFAULT =
        new Work(
            Runtime.getRuntime().availableProcessors(),
            Duration.ofMillis(5),
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            16,
            500,
            Duration.ofSeconds(10));

    public Work {
      if (concurrent < 1 || answers < 1 || clusters < 1 || apps < 1) {
        throw new IllegalArgumentException(
            concurrent
                + " and "
                + answers
                + " at once, "
                + clusters
                + " at clusters, "
                + apps
                + " apps");
      }
    }

    public Work withApps(int most) {
      return new Work(concurrent, patience, answers, clusters, most, grace);
    }
  }

  public ServerSettings {
    names = List.copyOf(names);
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException("cannot listen on " + host + ":" + port);
    }
    if (apiKey != null && apiKey.isBlank()) {
      throw new IllegalArgumentException("the API key is blank");
    }
  }

  public ServerSettings withAddress(String newHost, int newPort) {
    return new ServerSettings(newHost, newPort, apiKey, names, intake, work);
  }

  public ServerSettings withApiKey(@Nullable String key) {
    return new ServerSettings(host, port, key, names, intake, work);
  }

  public ServerSettings withNames(List<String> newNames) {
    return new ServerSettings(host, port, apiKey, newNames, intake, work);
  }

  public ServerSettings with(Intake newIntake) {
    return new ServerSettings(host, port, apiKey, names, newIntake, work);
  }

  public ServerSettings with(Work newWork) {
    return new ServerSettings(host, port, apiKey, names, intake, newWork);
  }

  /// Whether this machine alone reaches the server.
  boolean loopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // binding will say so
    }
  }

  /// Whether other machines are answered, and no key is asked of them.
  public boolean openToAll() {
    return apiKey == null && !loopback();
  }

  /// Without the key.
  @Override
  public String toString() {
    return host + ":" + port + (apiKey == null ? "" : " (API key asked for)");
  }
}
