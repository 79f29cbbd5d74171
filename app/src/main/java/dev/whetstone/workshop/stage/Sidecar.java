package dev.whetstone.workshop.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.whetstone.core.WebLink;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Json;
import dev.whetstone.workspace.Manifest;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The file beside a document that says where people read it: `guide.pdf.meta.json` beside
/// `guide.pdf`, an object with `url` or `source_url`. What else it holds is not read. It is no
/// document, and is not copied into the workspace; the address is kept in the manifest with the
/// length and time of the file that gave it, so a file of a bucket is read again only once it has
/// changed. One that cannot be understood is named, and costs its document the link alone.
final class Sidecar {
  static final String SUFFIX = ".meta.json";

  /// In bytes.
  static final int LONGEST = 64 << 10;

  private static final int AT_ONCE = 8;
  private static final List<String> KEYS = List.of("url", "source_url");
  private static final JsonMapper JSON =
      Json.bounded(StreamReadConstraints.builder().maxNestingDepth(32).build());

  private Sidecar() {}

  /// Whether a file of that name is one.
  static boolean isOne(String path) {
    return path.endsWith(SUFFIX);
  }

  /// The path of its document.
  static String document(String path) {
    return path.substring(0, path.length() - SUFFIX.length());
  }

  static String stamp(long bytes, String modified) {
    return bytes + " bytes, " + modified;
  }

  /// The links of documents, by path.
  ///
  /// @param before what was staged, by path
  /// @param filter is told of sidecars that give no link though they should
  static Map<String, Manifest.Link> links(
      StagingSource source,
      NavigableMap<String, StagingSource.SourceEntry> found,
      Map<String, Manifest.Entry> before,
      StagingFilter filter) {
    var links = new HashMap<String, Manifest.Link>();
    var unread = new LinkedHashMap<String, Future<String>>();
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      found.forEach(
          (path, file) -> {
            Manifest.Link old = before.get(path) == null ? null : before.get(path).link();
            if (old != null && old.stamp().equals(file.sidecar())) {
              links.put(path, old);
            } else if (file.sidecar() != null) {
              unread.put(path, threads.submit(() -> url(source.sidecar(path))));
            }
          });
    }
    unread.forEach(
        (path, read) -> {
          String stamp = Objects.requireNonNull(found.get(path)).sidecar();
          try {
            String url = read.get();
            if (!url.isEmpty()) {
              links.put(path, new Manifest.Link(url, String.valueOf(stamp)));
            }
          } catch (ExecutionException e) {
            filter.reject(path + SUFFIX, reason(e.getCause()) + ": mend it and stage again");
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
    return links;
  }

  private static String reason(@Nullable Throwable cause) {
    return cause instanceof IOException e ? FileTrouble.reason(e) : String.valueOf(cause);
  }

  /// @return empty where it gives none
  /// @throws IOException saying what is wrong with it
  private static String url(byte[] bytes) throws IOException {
    if (bytes.length > LONGEST) {
      throw new IOException("it has more than " + LONGEST + " bytes");
    }
    JsonNode facts;
    try {
      facts = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IOException("it is not JSON", e);
    }
    for (String key : KEYS) {
      JsonNode value = facts == null ? null : facts.get(key);
      if (value != null && !value.isNull()) {
        return WebLink.of(value.asText())
            .orElseThrow(
                () ->
                    new IOException(
                        "its \""
                            + key
                            + "\" is no absolute http or https address without a user's name"));
      }
    }
    return "";
  }
}
