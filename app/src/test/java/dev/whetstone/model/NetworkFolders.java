package dev.whetstone.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The folders of tiny encoders and rerankers that `app/src/test/python/make_network_fixtures.py`
/// makes with transformers and sentence-transformers: one of each architecture.
public final class NetworkFolders {
  private NetworkFolders() {}

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
