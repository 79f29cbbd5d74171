package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The folders of tiny encoders and rerankers that `app/src/test/python/make_network_fixtures.py`
/// makes with transformers and sentence-transformers: one of each architecture.
public final class NetworkFolders {
  /// Of folders that are written anew.
  public static final ModelCard CARD = ModelCard.of("random", "apache-2.0", List.of("en"));

  public static final Provenance PROVENANCE = new Provenance("model", 1, Map.of(), Map.of(), 1);

  private NetworkFolders() {}

  /// What the original computes: `vectors.json` of an encoder, `scores.json` of a reranker.
  public static JsonNode expected(Path folder, String file) throws IOException {
    return Json.MAPPER.readTree(Files.readAllBytes(folder.resolve(file)));
  }

  /// A list of whole numbers.
  public static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }

  /// All encoders, by name.
  public static List<Path> all() throws IOException {
    return all("/networks");
  }

  /// All rerankers, by name.
  public static List<Path> rerankers() throws IOException {
    return all("/rerankers");
  }

  private static List<Path> all(String root) throws IOException {
    try (Stream<Path> folders = Files.list(root(root))) {
      return folders.sorted().toList();
    }
  }

  private static Path root(String name) {
    return Path.of(Objects.requireNonNull(NetworkFolders.class.getResource(name)).getPath());
  }

  /// One encoder.
  public static Path encoder(String name) {
    return root("/networks").resolve(name);
  }

  /// One reranker.
  public static Path reranker(String name) {
    return root("/rerankers").resolve(name);
  }

  /// Copies an encoder, so that it can be changed.
  public static Path copy(String name, Path target) throws IOException {
    return copy(root("/networks").resolve(name), target);
  }

  /// Copies a folder, so that it can be changed.
  public static Path copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return target;
  }
}
