package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sends the files of a working copy that are not at the store yet, each under a key of its own.
final class FolderUpload {
  private final ObjectStore store;
  private final WorkingCopy copy;
  private final Map<String, FolderManifest.Entry> before;

  /// What the next manifest holds of the one before.
  private final Map<String, FolderManifest.Entry> same = new TreeMap<>();

  private final Map<String, WorkingCopy.Seen> changed = new TreeMap<>();

  FolderUpload(ObjectStore store, WorkingCopy copy, Map<String, FolderManifest.Entry> before) {
    this.store = store;
    this.copy = copy;
    this.before = before;
    copy.scan()
        .forEach(
            (path, seen) -> {
              FolderManifest.@Nullable Entry known = before.get(path);
              if (known != null && ObjectNames.theirs(known.key())) {
                changed.put(path, seen); // as an older version kept it
              } else if (known != null
                  && (known.sha256().equals(seen.sha256()) || copy.unsettled(path))) {
                same.put(path, known);
              } else if (!copy.unsettled(path)) {
                changed.put(path, seen);
              }
            });
  }

  boolean anything() {
    return !changed.isEmpty() || same.size() != before.size();
  }

  /// @return all files that the next manifest names
  Map<String, FolderManifest.Entry> send(Progress progress) {
    Map<String, String> keys = choose();
    var pending = new TreeMap<>(copy.pending());
    changed.forEach((path, seen) -> pending.put(key(keys, path), seen.sha256()));
    copy.pending(pending);

    var sent = new ConcurrentHashMap<String, FolderManifest.Entry>();
    var work = new ArrayList<Transfers.Sending>();
    changed.forEach(
        (path, seen) ->
            work.add(
                new Transfers.Sending(
                    seen.bytes(),
                    carried -> {
                      var content = Content.of(copy.file(path)).telling(carried);
                      String key = key(keys, path);
                      sendOne(path, seen, key, content);
                      sent.put(path, new FolderManifest.Entry(key, seen.bytes(), seen.sha256()));
                    })));
    Transfers.send(work, "save", progress);
    var files = new TreeMap<>(same);
    files.putAll(sent);
    return files;
  }

  private static String key(Map<String, String> keys, String path) {
    return Objects.requireNonNull(keys.get(path));
  }

  /// A key for each changed file, under which nothing stands, or what a save of ours that was cut
  /// off put there. Another's object is left alone, even one of the same content: whoever put it
  /// there may delete it before our manifest names it.
  private Map<String, String> choose() {
    var taken = new HashSet<String>();
    before.values().forEach(entry -> taken.add(entry.key()));
    Map<String, String> ours = copy.pending();
    var keys = new ConcurrentHashMap<String, String>();
    var work = new ArrayList<Transfers.Sending>();
    changed.forEach(
        (path, seen) ->
            work.add(
                new Transfers.Sending(
                    0,
                    _ -> {
                      String key =
                          Stream.of(ObjectNames.first(path), ObjectNames.next(path, seen.sha256()))
                              .filter(one -> !taken.contains(one))
                              .filter(one -> free(one, seen.sha256(), ours.get(one)))
                              .findFirst()
                              .orElseGet(() -> ObjectNames.unique(path, seen.sha256()));
                      keys.put(path, key);
                    })));
    Transfers.send(work, "look", Progress.NONE);
    return keys;
  }

  private boolean free(String key, String sha256, @Nullable String ours) {
    return store
        .stat(key)
        .map(there -> sha256.equals(ours) && sha256.equals(there.sha256()))
        .orElse(true);
  }

  private void sendOne(String path, WorkingCopy.Seen seen, String key, Content content) {
    if (!store.create(key, content, Acl.DEFAULT)) {
      throw new Failure.Unavailable(
          store.uri(key)
              + " was put there by someone else at this moment; run the same command again");
    }
    if (!copy.still(path, seen)) {
      throw new Failure.Unavailable(
          copy.file(path) + " changed while it was saved; run the same command again");
    }
  }

  /// @return false if another manifest of that number is there, or a later one
  boolean create(FolderManifest manifest) {
    String key = FolderManifest.key(manifest.number());
    if (!store.create(key, Content.of(manifest.text()), Acl.DEFAULT)) {
      return false;
    }
    // A writer that slept while many manifests were made and the oldest were swept would create
    // one that is not the last.
    List<Long> numbers = FolderManifest.numbers(store);
    if (!numbers.isEmpty() && numbers.getLast() > manifest.number() && !follows(manifest)) {
      store.delete(Set.of(key));
      return false;
    }
    return true;
  }

  /// Whether the next manifest, which another writer may have made already, was made from this one.
  private boolean follows(FolderManifest manifest) {
    return store.stat(FolderManifest.key(manifest.number() - 1)).isPresent()
        || manifest.number() == 1;
  }
}
