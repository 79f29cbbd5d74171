package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.LuceneIndex;
import dev.whetstone.index.LuceneIndexes;
import dev.whetstone.index.LuceneWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Vectors to the embedded index. A new space makes a new generation beside the one that serves; in
/// the same space only what differs is written.
final class Indexing {
  private static final int BATCH = 1000;

  /// @param generation that serves now
  /// @param fresh whether it is a new one
  record Loaded(String generation, boolean fresh, int upserted, int deleted) {}

  private final LuceneIndexes indexes;
  private final int keep;

  Indexing(Workspace workspace) {
    this.indexes = new LuceneIndexes(workspace.indexes().resolve(workspace.name()));
    this.keep = workspace.settings().index().keep();
  }

  LuceneIndexes indexes() {
    return indexes;
  }

  /// Whether a generation serves that this program can read, byte for byte.
  boolean serves() {
    if (indexes.current().isEmpty()) {
      return false;
    }
    try (LuceneIndex _ = indexes.open()) {
      return true;
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      return false;
    }
  }

  /// The space of the generation that serves.
  ///
  /// @throws Failure.BadInput if none does
  SpaceId space() {
    try (LuceneIndex index = indexes.open()) {
      return index.space();
    }
  }

  /// Brings the index to `passages`: the difference to what the serving generation really holds is
  /// written; where that is of another space, or cannot be read, a new one is made.
  Loaded load(List<Passage> passages, Vectors vectors, Progress progress) {
    var old = new HashMap<String, Passage>();
    boolean same = held(vectors.space(), old);
    var changed = passages.stream().filter(p -> !p.equals(old.remove(p.id()))).toList();
    // `old` now holds what is gone; what changed under the same id is upserted.
    String generation = write(same, vectors, changed, old.keySet(), passages.size(), progress);
    if (!same) {
      indexes.promote(generation);
      indexes.keep(keep);
    }
    return new Loaded(generation, !same, changed.size(), old.size());
  }

  private String write(
      boolean same,
      Vectors vectors,
      List<Passage> changed,
      Set<String> gone,
      int all,
      Progress progress) {
    try (LuceneWriter writer =
            same
                ? indexes.update(vectors.space())
                : indexes.begin(vectors.space(), vectors.dimension());
        var task = progress.start("index", changed.size(), "passages")) {
      for (int from = 0; from < changed.size(); from += BATCH) {
        var batch = changed.subList(from, Math.min(changed.size(), from + BATCH));
        writer.upsert(batch, vectors);
        task.advance(batch.size());
      }
      writer.delete(gone);
      writer.commit(Map.of("passages", String.valueOf(all)));
      return writer.generation();
    }
  }

  /// Reads what the serving generation holds, when it is of `space`.
  private boolean held(SpaceId space, Map<String, Passage> passages) {
    if (indexes.current().isEmpty()) {
      return false;
    }
    try (LuceneIndex index = indexes.open()) {
      if (!index.space().equals(space)) {
        return false;
      }
      index.passages().forEach(passage -> passages.put(passage.id(), passage));
      return true;
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      System.getLogger(Indexing.class.getName())
          .log(System.Logger.Level.WARNING, "{0}; it is built anew", e.getMessage());
      return false;
    }
  }
}
