package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The files of a working copy, and its records about itself ([FolderLayout#RECORDS]): the manifest
/// to which it was last brought, and the hashes of files by length and time, so that only changed
/// ones are read again.
final class WorkingCopy {
  /// @param modified in nanoseconds since 1970
  record Seen(long bytes, long modified, String sha256) {}

  private record KnownHashes(Map<String, Seen> files) {}

  private record Pending(Map<String, String> keys) {}

  private final Path folder;
  private final FolderLayout layout;
  private final ObjectNames names;

  WorkingCopy(Path folder, FolderLayout layout) {
    this.folder = folder;
    this.layout = layout;
    this.names = new ObjectNames(layout.foreign());
  }

  /// The names of the files' objects.
  ObjectNames names() {
    return names;
  }

  Path folder() {
    return folder;
  }

  Path file(String path) {
    return folder.resolve(path);
  }

  Path incoming() {
    return own().resolve("incoming");
  }

  private Path own() {
    return folder.resolve(FolderLayout.RECORDS);
  }

  /// The manifest that the copy was last brought to, or that was made of it.
  Optional<FolderManifest> base() {
    Path file = own().resolve("base.json");
    try {
      return Files.exists(file)
          ? Optional.of(
              FolderManifest.parse(Files.readString(file, StandardCharsets.UTF_8), file.toString()))
          : Optional.empty();
    } catch (IOException | Failure.CorruptArtifact e) {
      return Optional.empty(); // all files then count as changed here
    }
  }

  /// What it names is no longer pending.
  void base(FolderManifest manifest) {
    WholeFile.write(own().resolve("base.json"), manifest.text());
    var pending = new TreeMap<>(pending());
    manifest.files().values().forEach(entry -> pending.remove(entry.key()));
    pending(pending);
  }

  /// Keys that an upload may have left without a manifest that names them, and the SHA-256 of what
  /// it put there.
  Map<String, String> pending() {
    Path file = own().resolve("pending.json");
    return Json.kept(file, Pending.class).map(Pending::keys).orElse(Map.of());
  }

  void pending(Map<String, String> keys) {
    Path file = own().resolve("pending.json");
    if (keys.isEmpty()) {
      WholeFile.delete(file);
    } else {
      WholeFile.write(file, Json.sealed(Json.pretty(new Pending(keys))));
    }
  }

  /// All shared files that are there, by path.
  Map<String, Seen> scan() {
    Path file = own().resolve("sums.json");
    Map<String, Seen> before =
        Json.kept(file, KnownHashes.class).map(KnownHashes::files).orElse(Map.of());
    Map<String, Seen> now = scan(before);
    if (!now.equals(before)) {
      WholeFile.write(file, Json.sealed(Json.pretty(new KnownHashes(now))));
    }
    return now;
  }

  private Map<String, Seen> scan(Map<String, Seen> before) {
    var files = new TreeMap<String, Seen>();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              String path = Keys.of(folder, file);
              if (attributes.isRegularFile() && shared(path)) {
                long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
                @Nullable Seen known = before.get(path);
                boolean same =
                    known != null
                        && known.bytes() == attributes.size()
                        && known.modified() == modified;
                files.put(
                    path,
                    same && known != null
                        ? known
                        : new Seen(attributes.size(), modified, Sha256.of(file)));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // a temporary file that came and went
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
    return files;
  }

  private boolean shared(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean temporary = ("/" + path).matches(".*/\\.[^/]*\\.(part|new)(/.*)?");
    return !temporary && !local(path) && layout.companions().stream().noneMatch(name::endsWith);
  }

  /// Whether a path belongs to this machine alone, so that no manifest may bring another file
  /// there.
  boolean local(String path) {
    return path.startsWith(FolderLayout.RECORDS) || layout.local().test(path);
  }

  /// Whether a file counts by itself, and not as one of a state.
  boolean independent(String path) {
    return layout.independent().test(path);
  }

  /// Deletes what a database keeps beside its file.
  void deleteCompanions(String path) {
    layout.companions().forEach(end -> WholeFile.delete(file(path + end)));
  }

  /// Whether a file names others.
  boolean last(String path) {
    return layout.last().test(path);
  }

  /// Whether a file is still as it was seen.
  boolean still(String path, Seen seen) {
    try {
      var attributes = Files.readAttributes(folder.resolve(path), BasicFileAttributes.class);
      return attributes.size() == seen.bytes()
          && attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS) == seen.modified();
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether a database is being written, or is left half-written until it is opened again.
  boolean unsettled(String path) {
    for (String end : layout.companions()) {
      try {
        if (Files.size(folder.resolve(path + end)) > 0) {
          return true;
        }
      } catch (NoSuchFileException _) {
        // settled, as far as this file goes
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }
}
