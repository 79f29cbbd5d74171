package dev.whetstone.store.s3;

import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Which uploads in parts are under way from this machine to one place, one small file each, so
/// that one that was killed goes on and none is forgotten in the bucket, where its parts would cost
/// money unseen. (OSS does not list uploads through S3's protocol.)
final class UploadJournal {
  /// One upload.
  ///
  /// @param place where to: the store's URI and its endpoint
  /// @param sha256 of the whole content
  record UnfinishedUpload(
      String place, String key, String upload, long bytes, long partBytes, String sha256) {
    boolean is(long length, long parts, String hash) {
      return bytes == length && partBytes == parts && sha256.equals(hash);
    }
  }

  private final Path folder;
  private final String place;

  /// @param folder made when something is written
  UploadJournal(Path folder, String place) {
    this.folder = folder;
    this.place = place;
  }

  String place() {
    return place;
  }

  Optional<UnfinishedUpload> find(String key) {
    return Json.kept(file(key), UnfinishedUpload.class);
  }

  void write(UnfinishedUpload entry) {
    WholeFile.write(file(entry.key()), Json.sealed(Json.pretty(entry)));
  }

  void forget(String key) {
    WholeFile.delete(file(key));
  }

  /// Uploads to this place that nobody went on with for so long.
  List<UnfinishedUpload> olderThan(Duration age) {
    var old = new ArrayList<UnfinishedUpload>();
    if (!Files.isDirectory(folder)) {
      return old;
    }
    Instant limit = Instant.now().minus(age);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
          Json.kept(file, UnfinishedUpload.class)
              .filter(e -> e.place().equals(place))
              .ifPresent(old::add);
        }
      }
    } catch (IOException e) {
      System.getLogger(UploadJournal.class.getName())
          .log(System.Logger.Level.WARNING, "{0} cannot be read: {1}", folder, e.getMessage());
    }
    return old;
  }

  private Path file(String key) {
    return folder.resolve(Sha256.id(place, key) + ".json");
  }
}
