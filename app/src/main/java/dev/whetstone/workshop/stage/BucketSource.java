package dev.whetstone.workshop.stage;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import dev.whetstone.workspace.WorkspaceObjects;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/// Documents of a bucket. What would be hidden in a folder is passed over here too. The listing is
/// read page by page, and only the documents in it are held.
public final class BucketSource implements StagingSource {
  private final ObjectStore store;
  private final int mostObjects;

  /// @param store closed with this
  /// @param mostObjects that a listing may have, documents or not
  BucketSource(ObjectStore store, int mostObjects) {
    this.store = store;
    this.mostObjects = mostObjects;
  }

  @Override
  public String name() {
    return store.uri();
  }

  @Override
  public NavigableMap<String, SourceEntry> find(StagingFilter filter) {
    var found = new TreeMap<String, SourceEntry>();
    var sidecars = new HashMap<String, String>();
    var workspaces = new WorkspaceObjects(store);
    int seen = 0;
    try (Stream<ObjectInfo> objects = store.list("")) {
      for (ObjectInfo object : (Iterable<ObjectInfo>) objects::iterator) {
        if (++seen > mostObjects) {
          throw new Failure.BadInput(
              "%s holds more than %,d objects: name a place below it, or raise stage.max_objects"
                  .formatted(name(), mostObjects));
        }
        String key = object.key();
        workspaces.look(key);
        if (Sidecar.isOne(key)) {
          sidecars.put(
              Sidecar.document(key), Sidecar.stamp(object.bytes(), object.modified().toString()));
        } else if (!hidden(key) && !filter.excludes(key) && filter.accepts(key, object.bytes())) {
          found.put(key, new SourceEntry(object.bytes(), object.modified().toString(), null));
        }
      }
    }
    workspaces.refuseDocuments();
    found.replaceAll((path, document) -> document.with(sidecars.get(path)));
    return found;
  }

  /// Whether a name in it begins with a dot; `.` and `..` do not count.
  private static boolean hidden(String key) {
    for (String name : key.split("/", -1)) {
      if (name.startsWith(".") && !name.equals(".") && !name.equals("..")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Map<String, String> fetch(
      SequencedMap<String, CopyRequest> wanted, StagingFilter filter, Progress progress) {
    List<Transfers.Download> objects =
        wanted.entrySet().stream()
            .map(
                w ->
                    new Transfers.Download(
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
    refused.forEach(filter::cannotRead);
    return sums;
  }

  @Override
  public byte[] sidecar(String path) throws IOException {
    try (InputStream in = store.read(path + Sidecar.SUFFIX)) {
      return in.readNBytes(Sidecar.LONGEST + 1);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
