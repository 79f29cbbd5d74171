package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sends the files of a working copy that are not at the store yet, each under a key of its own.
final class FolderUpload {
  private final ObjectStore store;
  private final WorkingCopy copy;
  private final Map<String, FolderManifest.SavedFile> before;

  /// What the next manifest holds of the one before.
  private final Map<String, FolderManifest.SavedFile> same = new TreeMap<>();

  private final Map<String, WorkingCopy.Seen> changed = new TreeMap<>();

  FolderUpload(ObjectStore store, WorkingCopy copy, Map<String, FolderManifest.SavedFile> before) {
    this.store = store;
    this.copy = copy;
    this.before = before;
    copy.scan()
        .forEach(
            (path, seen) -> {
              FolderManifest.@Nullable SavedFile known = before.get(path);
              if (known != null && copy.names().foreign(known.key())) {
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
  Map<String, FolderManifest.SavedFile> send(Progress progress) {
    Map<String, Chosen> places = choose();
    var pending = new TreeMap<>(copy.pending());
    changed.forEach((path, seen) -> pending.put(chosen(places, path).key(), seen.sha256()));
    copy.pending(pending);

    var sent = new ConcurrentHashMap<String, FolderManifest.SavedFile>();
    var work = new ArrayList<Transfers.Upload>();
    changed.forEach(
        (path, seen) ->
            work.add(
                new Transfers.Upload(
                    seen.bytes(),
                    carried -> {
                      Chosen place = chosen(places, path);
                      if (!place.there()) {
                        var content = Content.of(copy.file(path)).telling(carried);
                        sendOne(path, seen, place.key(), content);
                      }
                      sent.put(
                          path,
                          new FolderManifest.SavedFile(place.key(), seen.bytes(), seen.sha256()));
                    })));
    Transfers.send(work, "save", progress);
    var files = new TreeMap<>(same);
    files.putAll(sent);
    return files;
  }

  /// Where a changed file goes.
  ///
  /// @param there whether a save of ours that was cut off put the whole of it there already
  private record Chosen(String key, boolean there) {}

  private static Chosen chosen(Map<String, Chosen> places, String path) {
    return Objects.requireNonNull(places.get(path));
  }

  /// A key for each changed file, under which nothing stands, or what a save of ours that was cut
  /// off put there. Another's object is left alone, even one of the same content: whoever put it
  /// there may delete it before our manifest names it.
  private Map<String, Chosen> choose() {
    var taken = new HashSet<String>();
    before.values().forEach(entry -> taken.add(entry.key()));
    Map<String, String> ours = copy.pending();
    var places = new ConcurrentHashMap<String, Chosen>();
    var work = new ArrayList<Transfers.Upload>();
    changed.forEach(
        (path, seen) ->
            work.add(
                new Transfers.Upload(
                    0,
                    _ -> {
                      Chosen place =
                          Stream.of(
                                  copy.names().first(path), copy.names().next(path, seen.sha256()))
                              .filter(key -> !taken.contains(key))
                              .flatMap(key -> place(key, seen.sha256(), ours.get(key)).stream())
                              .findFirst()
                              .orElseGet(
                                  () ->
                                      new Chosen(copy.names().unique(path, seen.sha256()), false));
                      places.put(path, place);
                    })));
    Transfers.send(work, "look", Progress.NONE);
    return places;
  }

  /// @return empty if something else stands under the key
  private Optional<Chosen> place(String key, String sha256, @Nullable String ours) {
    Optional<ObjectInfo> there = store.stat(key);
    if (there.isEmpty()) {
      return Optional.of(new Chosen(key, false));
    }
    boolean whole = sha256.equals(ours) && sha256.equals(there.get().sha256());
    return whole ? Optional.of(new Chosen(key, true)) : Optional.empty();
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
