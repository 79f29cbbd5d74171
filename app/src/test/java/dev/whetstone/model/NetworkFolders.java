package dev.whetstone.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The folders of tiny encoders that `app/src/test/python/make_network_fixtures.py` makes with
/// transformers and sentence-transformers: one of each architecture.
public final class NetworkFolders {
  private NetworkFolders() {}

  /// All of them, by name.
  public static List<Path> all() throws IOException {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.sorted().toList();
    }
  }

  private static Path root() {
    return Path.of(Objects.requireNonNull(NetworkFolders.class.getResource("/networks")).getPath());
  }

  /// Copies one, so that it can be changed.
  public static Path copy(String name, Path target) throws IOException {
    Path source = root().resolve(name);
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
