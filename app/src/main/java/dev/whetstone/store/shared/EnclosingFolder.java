package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The shared folder that a place of a store lies in, at its newest state. Whoever reads a place in
/// one by the names of its objects may find what was replaced long ago.
public final class EnclosingFolder {
  /// Where a file's content stands.
  ///
  /// @param key as seen from the place
  /// @param sha256 null where it is not known
  public record StoredFile(String key, long bytes, @Nullable String sha256) {}

  private final String uri;
  private final String below;
  private final FolderManifest newest;

  private EnclosingFolder(String uri, String below, FolderManifest newest) {
    this.uri = uri;
    this.below = below;
    this.newest = newest;
  }

  /// @return the nearest, which may be the place itself; empty where there is none
  /// @throws Failure.CorruptArtifact if its manifest is damaged
  public static Optional<EnclosingFolder> of(ObjectStore place) {
    ObjectStore at = place;
    List<Long> numbers = FolderManifest.numbers(at);
    while (true) {
      if (!numbers.isEmpty() && isManifest(at, FolderManifest.key(numbers.getLast()))) {
        return Optional.of(
            new EnclosingFolder(
                at.uri(),
                place.uri().substring(at.uri().length()),
                FolderManifest.read(at, numbers.getLast())));
      }
      Optional<ObjectStore> above = at.above();
      if (above.isEmpty()) {
        return Optional.empty();
      }
      at = above.get();
      numbers = numbersAbove(at);
    }
  }

  /// Whether an object that bears a manifest's name is one by its form, be it damaged; anything can
  /// bear that name in a bucket that others write to.
  public static boolean isManifest(ObjectStore store, String key) {
    try (InputStream in = store.read(key, 0, FolderManifest.LARGEST)) {
      return FolderManifest.formed(in);
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot read " + store.uri(key) + ": " + FileTrouble.reason(e), e);
    } catch (Failure.BadInput | Failure.Refused _) {
      return false; // gone since, or not ours to read
    }
  }

  /// Credentials may be good for the place alone; nobody then uses a folder above it with them.
  private static List<Long> numbersAbove(ObjectStore store) {
    try {
      return FolderManifest.numbers(store);
    } catch (Failure.Refused e) {
      return List.of();
    }
  }

  /// Where the folder stands, ended by `/`.
  public String uri() {
    return uri;
  }

  /// Whether the folder keeps objects of its own at the place or below it.
  public boolean keepsObjectsThere() {
    return FolderManifest.FOLDER.startsWith(below)
        || below.startsWith(FolderManifest.FOLDER)
        || below.startsWith(FolderLayout.HIDDEN)
        || newest.files().values().stream().anyMatch(entry -> entry.key().startsWith(below));
  }

  /// The folder's files at the place and below, by their paths as seen from it.
  public SortedMap<String, StoredFile> files() {
    var files = new TreeMap<String, StoredFile>();
    newest
        .files()
        .forEach(
            (path, entry) -> {
              if (path.startsWith(below) && entry.key().startsWith(below)) {
                files.put(
                    path.substring(below.length()),
                    new StoredFile(
                        entry.key().substring(below.length()), entry.bytes(), entry.sha256()));
              }
            });
    return files;
  }
}
