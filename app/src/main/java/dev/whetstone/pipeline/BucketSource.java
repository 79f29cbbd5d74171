package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Documents of a bucket. What would be hidden in a folder is passed over here too.
final class BucketSource implements StagingSource {
  private final ObjectStore store;

  /// @param store closed with this
  BucketSource(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return store.uri();
  }

  @Override
  public NavigableMap<String, Found> find(LeftOut leftOut) {
    var found = new TreeMap<String, Found>();
    List<ObjectInfo> objects = store.list("").toList();
    WorkspaceObjects.refuseDocuments(store, objects.stream().map(ObjectInfo::key).toList());
    objects.stream()
        .filter(object -> !("/" + object.key()).contains("/."))
        .forEach(
            object -> {
              if (leftOut.takes(object.key())) {
                found.put(object.key(), new Found(object.bytes(), object.modified().toString()));
              }
            });
    return found;
  }

  @Override
  public Map<String, String> fetch(
      SequencedMap<String, Wanted> wanted, LeftOut leftOut, Progress progress) {
    List<Transfers.Wanted> objects =
        wanted.entrySet().stream()
            .map(
                w ->
                    new Transfers.Wanted(
                        w.getKey(), w.getValue().file(), w.getValue().bytes(), null))
            .toList();
    Transfers.download(store, objects, "stage", progress);
    var sums = new HashMap<String, String>();
    for (Transfers.Wanted object : objects) {
      try {
        sums.put(object.key(), Sha256.of(object.file()));
      } catch (IOException e) {
        throw new Failure.Unavailable("cannot read " + object.file() + ": " + e.getMessage(), e);
      }
    }
    return sums;
  }

  @Override
  public void close() {
    store.close();
  }
}
