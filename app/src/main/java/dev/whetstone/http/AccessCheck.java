package dev.whetstone.http;

import dev.whetstone.serving.Caller;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Decides whose requests the server takes. With an API key: callers that send it. Without: callers
/// that reached it under one of its own names ([HostNames]). Never: a web page of another site, or
/// a WebSocket.
final class AccessCheck {
  private static final Set<String> OPEN = Set.of("/health", "/ready");

  /// Javalin takes the value of this header for the request's method: a proxy that admits `POST`
  /// would admit a `DELETE` with it, and its log would not show that.
  private static final String OTHER_METHOD = "X-HTTP-Method-Override";

  static final String NO_KEY = "Send the server's API key as \"Authorization: Bearer KEY\".";
  private static final String WRONG_KEY =
      "The key is not this server's: send its API key as \"Authorization: Bearer KEY\".";

  private final @Nullable String apiKey;
  private final HostNames names;

  AccessCheck(ServerSettings settings) {
    this.apiKey = settings.apiKey();
    this.names = new HostNames(settings);
  }

  /// @throws RequestException if the request is not to be answered
  void check(Request request) {
    String host = header(request, HttpHeader.HOST);
    if (apiKey == null && !names.include(Authority.name(host))) {
      throw denied(
          "This server has no key, so it answers only under its address and its own names, and was"
              + " reached under another name: set serve.api_key_env, or add the name to"
              + " serve.names.");
    }
    List<String> origins = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
    if (!origins.stream().allMatch(origin -> isOwn(origin, host, localPort(request)))) {
      throw denied("Web pages of other sites may not call this server.");
    }
    if (!OPEN.contains(request.getHttpURI().getPath()) && !knows(request)) {
      throw unknown(request);
    }
    if (wantsWebSocket(request)) {
      throw denied("This server speaks HTTP alone: it opens no WebSockets.");
    }
    if (request.getHeaders().contains(OTHER_METHOD)) {
      throw RequestException.badRequest(
          OTHER_METHOD + " is not followed: send the request with its method");
    }
  }

  /// Who sends a request that was let on.
  Caller caller(Request request) {
    return apiKey != null && knows(request) ? Caller.KEY_HOLDER : Caller.ANONYMOUS;
  }

  /// What a session of a caller who was let on is bound to: the key; empty where there is none.
  String owner() {
    return apiKey == null ? "" : apiKey;
  }

  /// Whether the caller has shown the key, where there is one.
  boolean knows(Request request) {
    return apiKey == null || bears(header(request, HttpHeader.AUTHORIZATION), apiKey);
  }

  /// Dify takes 403 alone for a wrong key.
  private static RequestException unknown(Request request) {
    String path = request.getHttpURI().getPath();
    boolean dify = path != null && ErrorFormat.of(path) == ErrorFormat.DIFY;
    boolean sent = bearer(header(request, HttpHeader.AUTHORIZATION));
    return new RequestException(dify ? 403 : 401, "InvalidApiKey", sent ? WRONG_KEY : NO_KEY);
  }

  private static RequestException denied(String message) {
    return new RequestException(403, "AccessDenied", message);
  }

  private static boolean bears(String header, String key) {
    if (!bearer(header)) {
      return false;
    }
    byte[] given = header.substring(7).strip().getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, key.getBytes(StandardCharsets.UTF_8)); // constant time
  }

  private static boolean bearer(String header) {
    return header.regionMatches(true, 0, "Bearer ", 0, 7);
  }

  /// The servlet container takes a request for a WebSocket's by either header. `Upgrade: h2c`,
  /// which Java's own client sends, is ignored as HTTP allows.
  private static boolean wantsWebSocket(Request request) {
    for (HttpField field : request.getHeaders()) {
      String name = field.getLowerCaseName();
      if (name.startsWith("sec-websocket-")
          || (name.equals("upgrade") && field.contains("websocket"))) {
        return true;
      }
    }
    return false;
  }

  /// Whether a page of that origin came from this server, perhaps through a proxy with TLS.
  private static boolean isOwn(String origin, String host, int localPort) {
    try {
      URI page = URI.create(origin.strip());
      String scheme = page.getScheme() == null ? "" : page.getScheme().toLowerCase(Locale.ROOT);
      int standard = scheme.equals("http") ? 80 : scheme.equals("https") ? 443 : 0;
      if (standard == 0 || page.getHost() == null || page.getUserInfo() != null) {
        return false;
      }
      int port = page.getPort() < 0 ? standard : page.getPort();
      return page.getHost().toLowerCase(Locale.ROOT).equals(Authority.name(host))
          && port == Authority.port(host, standard)
          && (scheme.equals("http") || port != localPort); // this port speaks no TLS
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int localPort(Request request) {
    return Request.getLocalPort(request);
  }

  private static String header(Request request, HttpHeader name) {
    String value = request.getHeaders().get(name);
    return value == null ? "" : value;
  }

  /// The parts of a `Host` header.
  private static final class Authority {
    static String name(String host) {
      return host.substring(0, colon(host)).toLowerCase(Locale.ROOT);
    }

    /// @return -1 where it is no number
    static int port(String host, int standard) {
      int colon = colon(host);
      if (colon == host.length()) {
        return standard;
      }
      try {
        return Integer.parseInt(host.substring(colon + 1));
      } catch (NumberFormatException e) {
        return -1;
      }
    }

    private static int colon(String host) {
      int colon = host.lastIndexOf(':');
      return colon > host.lastIndexOf(']') ? colon : host.length();
    }
  }
}
