package dev.whetstone.pipeline;

import dev.whetstone.core.Progress;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

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
              if (!leftOut.excludes(object.key()) && leftOut.takes(object.key())) {
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
    var refused = new ConcurrentSkipListMap<String, String>();
    Map<String, String> sums =
        Transfers.download(
            store,
            objects,
            "stage",
            progress,
            (key, failure) -> refused.put(key, String.valueOf(failure.getMessage())));
    refused.forEach(leftOut::cannotRead);
    return sums;
  }

  @Override
  public void close() {
    store.close();
  }
}
