package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Sends the files of a working copy that are not at the store yet, each under a key that no other
/// content has.
final class FolderUpload {
  private static final int DIGITS = 8;

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
              if (known != null && (known.sha256().equals(seen.sha256()) || copy.unsettled(path))) {
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
    var plain = new HashMap<String, String>();
    var taken = new HashSet<String>();
    before.values().forEach(entry -> taken.add(entry.key()));
    changed.forEach(
        (path, seen) -> plain.put(path, taken.contains(path) ? keyOf(path, seen) : path));
    var pending = new TreeMap<>(copy.pending());
    changed.forEach((path, seen) -> pending.put(plain.getOrDefault(path, path), seen.sha256()));
    changed.forEach((path, seen) -> pending.put(keyOf(path, seen), seen.sha256()));
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
                      String key = sendOne(path, seen, plain.getOrDefault(path, path), content);
                      sent.put(path, new FolderManifest.Entry(key, seen.bytes(), seen.sha256()));
                    })));
    Transfers.send(work, "save", progress);
    var files = new TreeMap<>(same);
    files.putAll(sent);
    return files;
  }

  /// @return the key it stands under
  private String sendOne(String path, WorkingCopy.Seen seen, String first, Content content) {
    String own = keyOf(path, seen);
    for (String key : first.equals(own) ? List.of(own) : List.of(first, own)) {
      if (store.create(key, content, Acl.DEFAULT)) {
        if (!copy.still(path, seen)) {
          throw new Failure.Unavailable(
              copy.file(path) + " changed while it was saved; run the same command again");
        }
        return key;
      }
    }
    @Nullable ObjectInfo there = store.stat(own).orElse(null);
    throw new Failure.CorruptArtifact(
        store.uri(own)
            + " should hold "
            + path
            + ", and holds something else"
            + (there == null ? "" : " of " + there.bytes() + " bytes")
            + ". Delete that object and run the same command again");
  }

  /// `models/a/1/model.safetensors` of other content is `models/a/1/model.0123abcd.safetensors`.
  static String keyOf(String path, WorkingCopy.Seen seen) {
    String digits = seen.sha256().substring(0, DIGITS);
    int slash = path.lastIndexOf('/');
    int dot = path.lastIndexOf('.');
    return dot > slash + 1
        ? path.substring(0, dot) + "." + digits + path.substring(dot)
        : path + "." + digits;
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
