package dev.whetstone.http;

import dev.whetstone.serving.Sessions;
import dev.whetstone.serving.WorkLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
/// @param work how much the application works on at once
/// @param sessions how conversations are kept
/// @param grace how long requests under way may take to finish when the server stops
public record ServerSettings(
    String host,
    int port,
    @Nullable String apiKey,
    List<String> names,
    Intake intake,
    WorkLimits work,
    SessionSettings sessions,
    Duration grace) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1",
          8088,
          null,
          List.of(),
          Intake.DEFAULT,
          WorkLimits.DEFAULT,
          new SessionSettings(null, Sessions.Limits.DEFAULT),
          Duration.ofSeconds(10));

  /// @param folder that they are kept in over a restart; null: they end with the server
  public record SessionSettings(@Nullable Path folder, Sessions.Limits limits) {
    Sessions open() {
      return folder == null
          ? Sessions.inMemory(limits, InstantSource.system())
          : Sessions.in(folder, limits, InstantSource.system());
    }
  }

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
    return new ServerSettings(newHost, newPort, apiKey, names, intake, work, sessions, grace);
  }

  public ServerSettings withApiKey(@Nullable String key) {
    return new ServerSettings(host, port, key, names, intake, work, sessions, grace);
  }

  public ServerSettings withNames(List<String> newNames) {
    return new ServerSettings(host, port, apiKey, newNames, intake, work, sessions, grace);
  }

  public ServerSettings with(Intake newIntake) {
    return new ServerSettings(host, port, apiKey, names, newIntake, work, sessions, grace);
  }

  public ServerSettings with(WorkLimits limits) {
    return new ServerSettings(host, port, apiKey, names, intake, limits, sessions, grace);
  }

  public ServerSettings withGrace(Duration patience) {
    return new ServerSettings(host, port, apiKey, names, intake, work, sessions, patience);
  }

  public ServerSettings with(SessionSettings kept) {
    return new ServerSettings(host, port, apiKey, names, intake, work, kept, grace);
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
