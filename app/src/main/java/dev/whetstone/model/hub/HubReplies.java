package dev.whetstone.model.hub;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Printable;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the hubs' protocols have in common. A reply is text of a stranger: hashes, commits and
/// paths are held against their form before they become parts of addresses and file names.
final class HubReplies {
  private static final int MOST_WORDS = 200;
  private static final long MOST_TOKENS = 500_000;

  private HubReplies() {}

  /// @throws Failure.BadInput if the variable holds no address of a server
  static URI endpoint(String variable, Map<String, String> environment, String standard) {
    String text = environment.getOrDefault(variable, "").strip().replaceFirst("/+$", "");
    if (text.isEmpty()) {
      return URI.create(standard);
    }
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && uri.getQuery() == null
          && uri.getUserInfo() == null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // told below, as one with another scheme
    }
    throw new Failure.BadInput(variable + " is no address of a server, such as " + standard);
  }

  static @Nullable String secret(String variable, Map<String, String> environment) {
    String token = environment.getOrDefault(variable, "").strip();
    if (token.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ';')) {
      throw new Failure.BadInput(variable + " holds characters that no token has");
    }
    return token.isEmpty() ? null : token;
  }

  /// @throws Failure.Unavailable if it is no JSON
  static JsonNode json(byte[] reply, String hub) {
    try {
      var limits = StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build();
      return Json.bounded(limits).readTree(reply);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          hub + " answered with something that is no list of files; is it a hub's address?");
    }
  }

  /// @param length of its hexadecimal form
  /// @return null where it is none
  static @Nullable String hash(JsonNode node, int length) {
    String text = node.asText("").toLowerCase(Locale.ROOT);
    return text.length() == length && text.matches("[0-9a-f]+") ? text : null;
  }

  static String commit(JsonNode node, String hub) {
    String text = node.asText("");
    if (!text.matches("[0-9a-zA-Z]{7,64}")) {
      throw new Failure.Unavailable(hub + " names no commit of the repository");
    }
    return text;
  }

  /// A part of an address, with everything else than letters, digits and `.-_` in percents.
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// The same for each part of a path.
  static String path(String path) {
    return Arrays.stream(path.split("/")).map(HubReplies::encoded).collect(Collectors.joining("/"));
  }

  /// The words of a server, to be shown.
  static String shortened(String words) {
    String shown = Printable.escape(words, MOST_WORDS);
    return shown;
  }
}
