package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Documents of a folder, which may be named by a link. Hidden files and folders in it are passed
/// over, and links in it are not followed.
final class FolderSource implements StagingSource {
  private final Path root;

  /// @throws Failure.BadInput if there is no such folder
  FolderSource(Path folder) {
    root = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(root)) {
      throw new Failure.BadInput(
          "no such folder: " + root + ". Name a folder of documents, as in `whet stage ./docs`");
    }
  }

  @Override
  public String name() {
    return root.toString();
  }

  Path file(String path) {
    return root.resolve(path);
  }

  @Override
  public NavigableMap<String, Found> find(Map<String, Integer> passedOver) {
    var found = new TreeMap<String, Found>();
    try {
      Path real = root.toRealPath();
      Files.walkFileTree(
          real,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean hidden =
                  !folder.equals(real) && folder.getFileName().toString().startsWith(".");
              return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = file.getFileName().toString();
              if (attributes.isRegularFile()
                  && !name.startsWith(".")
                  && StagingSource.takes(name, passedOver)) {
                found.put(
                    real.relativize(file).toString().replace('\\', '/'),
                    new Found(
                        attributes.size(), attributes.lastModifiedTime().toInstant().toString()));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read the folder " + root + ": " + e.getMessage(), e);
    }
    return found;
  }

  @Override
  public Map<String, String> fetch(SequencedMap<String, Wanted> wanted, Progress progress) {
    var sums = new HashMap<String, String>();
    try (var task = progress.start("stage", wanted.size(), "files")) {
      for (var each : wanted.entrySet()) {
        sums.put(each.getKey(), copy(root.resolve(each.getKey()), each.getValue()));
        task.advance(1);
      }
    }
    return sums;
  }

  private static String copy(Path file, Wanted wanted) {
    try {
      String sha256 = Sha256.of(file);
      if (!sha256.equals(wanted.known())) {
        WholeFile.copy(file, wanted.file());
        if (!Sha256.of(wanted.file()).equals(sha256)) {
          throw new Failure.Unavailable(
              file + " changed while it was copied; run the same command again");
        }
      }
      return sha256;
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {}
}
