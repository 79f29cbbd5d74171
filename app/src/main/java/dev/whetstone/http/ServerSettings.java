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
/// @param access who is answered
/// @param doors what is served where there is a choice
/// @param work how much the application works on at once
/// @param grace how long requests under way may take to finish when the server stops
public record ServerSettings(
    String host,
    int port,
    Access access,
    Doors doors,
    Intake intake,
    WorkLimits work,
    Duration grace) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1",
          8088,
          new Access(null, List.of()),
          new Doors(false),
          Intake.DEFAULT,
          WorkLimits.DEFAULT,
          Duration.ofSeconds(10));

  /// Who is answered.
  ///
  /// @param apiKey callers must send it as `Authorization: Bearer …`; null when none is asked for.
  ///   Never logged.
  /// @param names under which callers may reach a server without a key, beside addresses,
  ///   `localhost`, the host bound to and the machine's own name
  public record Access(@Nullable String apiKey, List<String> names) {
    public Access {
      names = List.copyOf(names);
      if (apiKey != null && apiKey.isBlank()) {
        throw new IllegalArgumentException("the API key is blank");
      }
    }

    /// Without the key.
    @Override
    public String toString() {
      return names + (apiKey == null ? "" : " (API key asked for)");
    }
  }

  /// What is served where there is a choice.
  ///
  /// @param mcpAnswer whether the Model Context Protocol has a tool that answers, beside those that
  ///   search and read
  /// @param sessions how conversations are kept
  public record Doors(boolean mcpAnswer, SessionSettings sessions) {
    /// With sessions that end with the server.
    public Doors(boolean mcpAnswer) {
      this(mcpAnswer, new SessionSettings(null, Sessions.Limits.DEFAULT));
    }
  }

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
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException("cannot listen on " + host + ":" + port);
    }
  }

  @Nullable String apiKey() {
    return access.apiKey();
  }

  List<String> names() {
    return access.names();
  }

  public ServerSettings withAddress(String newHost, int newPort) {
    return new ServerSettings(newHost, newPort, access, doors, intake, work, grace);
  }

  public ServerSettings withApiKey(@Nullable String key) {
    return new ServerSettings(host, port, new Access(key, names()), doors, intake, work, grace);
  }

  public ServerSettings withNames(List<String> newNames) {
    return new ServerSettings(
        host, port, new Access(apiKey(), newNames), doors, intake, work, grace);
  }

  public ServerSettings with(Doors newDoors) {
    return new ServerSettings(host, port, access, newDoors, intake, work, grace);
  }

  public ServerSettings with(Intake newIntake) {
    return new ServerSettings(host, port, access, doors, newIntake, work, grace);
  }

  public ServerSettings with(WorkLimits limits) {
    return new ServerSettings(host, port, access, doors, intake, limits, grace);
  }

  public ServerSettings withGrace(Duration patience) {
    return new ServerSettings(host, port, access, doors, intake, work, patience);
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
    return apiKey() == null && !loopback();
  }

  /// Without the key.
  @Override
  public String toString() {
    return host + ":" + port + (apiKey() == null ? "" : " (API key asked for)");
  }
}
