package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Names what stands in a folder that the settings name, for a fingerprint: each file with its size
/// and time.
final class FolderKey {
  private FolderKey() {}

  /// @param name as the settings have it
  /// @param folder where there is none, the name alone is the key
  static String of(String name, Path folder) {
    if (!Files.isDirectory(folder)) {
      return name;
    }
    var files = new StringBuilder(name);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        files
            .append('\n')
            .append(folder.relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file).toMillis());
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
    return files.toString();
  }
}
