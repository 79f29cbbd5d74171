package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.Keys;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A job's artifacts in the store that it has mounted. The manifest goes last, so that an artifact
/// that is there is whole.
final class JobFiles {
  private static final String MANIFEST = "manifest.json";

  private final ObjectStore store;
  private final Progress progress;

  JobFiles(ObjectStore store, Progress progress) {
    this.store = store;
    this.progress = progress;
  }

  /// @param prefix ended by `/`
  void send(Path artifact, String prefix) {
    var files = new TreeMap<String, Content>();
    try (Stream<Path> all = Files.walk(artifact)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = Keys.of(artifact, file);
        if (!name.equals(MANIFEST)) {
          files.put(prefix + name, Content.of(file));
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + artifact + ": " + e.getMessage(), e);
    }
    Transfers.upload(store, files, Acl.PRIVATE, "send", progress);
    var last = Map.of(prefix + MANIFEST, Content.of(artifact.resolve(MANIFEST)));
    Transfers.upload(store, last, Acl.PRIVATE, "send", Progress.NONE);
  }

  /// Brings an artifact's files; whoever opens it checks them.
  ///
  /// @param prefix ended by `/`
  /// @throws Failure.Unavailable if there is none
  void bring(String prefix, Path folder) {
    List<Transfers.Download> wanted = new ArrayList<>();
    try (Stream<ObjectInfo> found = store.list(prefix)) {
      found.forEach(
          object ->
              wanted.add(
                  new Transfers.Download(
                      object.key(),
                      folder.resolve(
                          Keys.check(store.uri(), object.key()).substring(prefix.length())),
                      object.bytes(),
                      null)));
    }
    if (wanted.stream().noneMatch(w -> w.key().equals(prefix + MANIFEST))) {
      throw new Failure.Unavailable(
          "the job has ended, but left no result at " + store.uri(prefix) + ": look at its log");
    }
    Transfers.download(store, wanted, "bring", progress);
  }
}
