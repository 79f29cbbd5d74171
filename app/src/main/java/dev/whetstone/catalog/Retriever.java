package dev.whetstone.catalog;

import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where an app finds its passages.
///
/// @param endpoint of the search cluster; null for the embedded engine. Kept as it was given, since
///   an app may be made before its cluster is there (`https://<es-endpoint>` is taken, too).
/// @param index its name there
/// @param topK passages for each question, from 1 to 1000
public record Retriever(EngineKind engine, @Nullable String endpoint, String index, int topK) {
  /// How many passages an app that does not say gets.
  public static final int DEFAULT_TOP_K = 5;

  /// @throws Failure.BadInput naming the field that cannot be used
  public Retriever {
    if (index.isBlank() || index.length() > 255) {
      throw new Failure.BadInput("retriever.index must be a name of 1 to 255 characters");
    }
    for (int i = 0; i < index.length(); i++) {
      char c = index.charAt(i);
      if (!App.isUnicode(index)
          || Character.isISOControl(c)
          || Character.isWhitespace(c)
          || "/\\*?\"<>|,#:".indexOf(c) >= 0) {
        throw new Failure.BadInput(
            "retriever.index \"" + index + "\" has a character that no index name may have");
      }
    }
    if (index.startsWith(".") || index.startsWith("-") || index.startsWith("_")) {
      throw new Failure.BadInput(
          "retriever.index \"" + index + "\" must not begin with '.', '-' or '_'");
    }
    if (topK < 1 || topK > 1000) {
      throw new Failure.BadInput("retriever.top_k is " + topK + ": give 1 to 1000");
    }
    if (engine.embedded()) {
      if (endpoint != null && !endpoint.isBlank()) {
        throw new Failure.BadInput(
            "retriever.endpoint has no meaning for type \""
                + engine
                + "\" (the index is in the workspace): leave it out");
      }
      endpoint = null;
    } else {
      requireEndpoint(engine, endpoint);
    }
  }

  private static void requireEndpoint(EngineKind engine, @Nullable String endpoint) {
    String rule =
        "retriever.endpoint must be the cluster's address for type \""
            + engine
            + "\", such as https://search.example.com:9200";
    if (endpoint == null || endpoint.isBlank()) {
      throw new Failure.BadInput(rule);
    }
    String lower = endpoint.toLowerCase(Locale.ROOT);
    if (endpoint.length() > 2048
        || !(lower.startsWith("https://") || lower.startsWith("http://"))) {
      throw new Failure.BadInput(rule);
    }
    if (!isPlaceholder(endpoint)) {
      try {
        if (URI.create(endpoint).getHost() == null) {
          throw new Failure.BadInput(rule);
        }
        if (URI.create(endpoint).getUserInfo() != null) {
          throw new Failure.BadInput(
              "retriever.endpoint must not hold a user name or password: it is shown to readers");
        }
      } catch (IllegalArgumentException e) {
        throw new Failure.BadInput(rule, e);
      }
    }
  }

  /// Whether the endpoint is still the documentation's `<…>`, to be filled in.
  public boolean placeholder() {
    return endpoint != null && isPlaceholder(endpoint);
  }

  private static boolean isPlaceholder(String endpoint) {
    return endpoint.indexOf('<') >= 0 && endpoint.indexOf('>') > endpoint.indexOf('<');
  }
}
