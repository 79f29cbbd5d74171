package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.store.ObjectStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Deletes what no kept manifest names: objects of manifests that are dropped, and objects of our
/// own saves that were cut off. What others put beside the folder's files is not touched.
final class FolderSweep {
  /// So many states stay readable.
  static final int KEPT = 10;

  private FolderSweep() {}

  /// @param newest the manifest just made
  /// @param present the keys it names
  static void sweep(ObjectStore store, long newest, Set<String> present, WorkingCopy copy) {
    try {
      var doomed = new HashSet<String>();
      List<Long> numbers = FolderManifest.numbers(store);
      List<Long> dropped = numbers.stream().filter(n -> n <= newest - KEPT).toList();
      for (long number : dropped) {
        FolderManifest.read(store, number).files().values().forEach(e -> doomed.add(e.key()));
      }
      copy.pending()
          .forEach(
              (key, sha256) -> {
                boolean ours =
                    !present.contains(key)
                        && store
                            .stat(key)
                            .map(there -> sha256.equals(there.sha256()))
                            .orElse(false);
                if (ours) {
                  doomed.add(key);
                }
              });
      doomed.removeAll(present);
      doomed.removeIf(copy.names()::foreign); // named by the manifests of an older version
      if (!doomed.isEmpty()) {
        for (long number : numbers) {
          if (!dropped.contains(number) && number != newest) {
            FolderManifest.read(store, number)
                .files()
                .values()
                .forEach(e -> doomed.remove(e.key()));
          }
        }
        if (FolderManifest.numbers(store).getLast() > newest) {
          return; // it may name what is doomed; whoever made it, or saves next, tidies
        }
        store.delete(doomed);
      }
      store.delete(dropped.stream().map(FolderManifest::key).toList());
      copy.pending(Map.of());
    } catch (Failure e) {
      // The state is saved; the next save sweeps again.
      System.getLogger(FolderSweep.class.getName())
          .log(System.Logger.Level.WARNING, "{0} is not tidied: {1}", store.uri(), e.getMessage());
    }
  }
}
