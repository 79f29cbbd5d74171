package dev.whetstone.workshop.index;

import dev.whetstone.core.Passage;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The writes of others to the generation that serves while its successor is built beside it: by a
/// client of the cluster itself, or from another copy of the workspace. The workspace decides what
/// an index holds, and the next run of the step brings it in line; but a write that the old
/// generation acknowledged must not be lost in the swap.
final class ConcurrentChanges {
  private final Indexes indexes;
  private final String generation;
  private Map<String, Passage> seen;

  /// What changed since it was last looked at.
  ///
  /// @param written new, or changed under the same id
  /// @param deleted ids
  record Changes(List<Passage> written, Set<String> deleted) {
    boolean none() {
      return written.isEmpty() && deleted.isEmpty();
    }
  }

  /// Begins to watch.
  ///
  /// @param before the generation that serves, open
  ConcurrentChanges(Indexes indexes, PassageIndex before) {
    this.indexes = indexes;
    this.generation = before.generation();
    this.seen = byId(before.passages());
  }

  /// What was written since the last call, or since this was made.
  Changes changes() {
    Map<String, Passage> now;
    try (PassageIndex index = indexes.open(generation)) {
      now = byId(index.passages());
    }
    var gone = new HashMap<>(seen);
    gone.keySet().removeAll(now.keySet());
    List<Passage> written = now.values().stream().filter(p -> !p.equals(seen.get(p.id()))).toList();
    seen = now;
    return new Changes(written, Set.copyOf(gone.keySet()));
  }

  private static Map<String, Passage> byId(List<Passage> passages) {
    var byId = HashMap.<String, Passage>newHashMap(passages.size());
    passages.forEach(passage -> byId.put(passage.id(), passage));
    return byId;
  }
}
