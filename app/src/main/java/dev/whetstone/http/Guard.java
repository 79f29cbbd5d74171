package dev.whetstone.http;

import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may speak to the server. With an API key: who sends it. Always: no web page of another site,
/// and, when the server listens on this machine alone without a key, nobody who reached it under
/// another name (a page that points its own name at 127.0.0.1).
final class Guard {
  private static final Set<String> OPEN = Set.of("/health", "/ready");
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final @Nullable String apiKey;
  private final boolean loopback;

  Guard(ServerSettings settings) {
    this.apiKey = settings.apiKey();
    this.loopback = settings.loopback();
  }

  /// @throws Problem if the request is not to be answered
  void check(Context context) {
    String name = hostName(context.header("Host"));
    if (loopback && apiKey == null && !HERE.contains(name)) {
      throw new Problem(
          403,
          "AccessDenied",
          "This server answers to localhost only: its address was reached as "
              + (name.length() > 80 ? "another name" : "\"" + name + "\"")
              + ".");
    }
    String origin = context.header("Origin");
    if (origin != null && !originHost(origin).equals(name)) {
      throw new Problem(403, "AccessDenied", "Web pages of other sites may not call this server.");
    }
    if (!OPEN.contains(context.path()) && !knows(context)) {
      throw new Problem(
          401, "InvalidApiKey", "Send the server's API key as \"Authorization: Bearer KEY\".");
    }
  }

  /// Whether the caller has shown the key, where there is one.
  boolean knows(Context context) {
    return apiKey == null || bears(context, apiKey);
  }

  private static boolean bears(Context context, String key) {
    String header = context.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return false;
    }
    byte[] given = header.substring(7).strip().getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, key.getBytes(StandardCharsets.UTF_8)); // constant time
  }

  private static String hostName(@Nullable String host) {
    if (host == null) {
      return "";
    }
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']');
    return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
  }

  private static String originHost(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host == null ? "?" : host.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "?";
    }
  }
}
