package dev.whetstone.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How the server listens.
///
/// @param host to bind to; the default, 127.0.0.1, is not reached from other machines
/// @param port 0 for a free one
/// @param requestBytes longest request body
/// @param memory that the bodies and replies of all requests together may take, in bytes
/// @param bodyPatience how long a slow body is waited for
/// @param concurrent questions worked on at once
/// @param patience how long a question may wait for its turn before it is sent away with 429
/// @param grace how long requests under way may take to finish when the server stops
/// @param apiKey callers must send it as `Authorization: Bearer …`; null when none is asked for.
///   Never logged.
public record ServerSettings(
    String host,
    int port,
    int requestBytes,
    int memory,
    Duration bodyPatience,
    int concurrent,
    Duration patience,
    Duration grace,
    @Nullable String apiKey) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1",
          8088,
          1 << 20,
          Math.clamp(Runtime.getRuntime().maxMemory() / 4, 128 << 20, 1 << 30),
          Duration.ofSeconds(30),
          Math.max(4, 2 * Runtime.getRuntime().availableProcessors()),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          null);

  public ServerSettings {
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException("cannot listen on " + host + ":" + port);
    }
    if (requestBytes < 1024 || memory < requestBytes || concurrent < 1) {
      throw new IllegalArgumentException(requestBytes + " bytes, " + concurrent + " at once");
    }
    if (apiKey != null && apiKey.isBlank()) {
      throw new IllegalArgumentException("the API key is blank");
    }
  }

  public ServerSettings withAddress(String newHost, int newPort) {
    return with(newHost, newPort, apiKey);
  }

  public ServerSettings withApiKey(@Nullable String key) {
    return with(host, port, key);
  }

  private ServerSettings with(String newHost, int newPort, @Nullable String key) {
    return new ServerSettings(
        newHost, newPort, requestBytes, memory, bodyPatience, concurrent, patience, grace, key);
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
