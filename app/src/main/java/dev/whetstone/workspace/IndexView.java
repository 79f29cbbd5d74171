package dev.whetstone.workspace;

import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import java.util.List;
import java.util.Optional;

/// The generations of an index, for readers: nothing can be written, promoted or rolled back
/// through it. Close it.
public final class IndexView implements AutoCloseable {
  private final Indexes indexes;

  private IndexView(Indexes indexes) {
    this.indexes = indexes;
  }

  /// @throws dev.whetstone.core.Failure.Unavailable if the cluster does not answer
  public static IndexView open(Workspace workspace, IndexPlace place) {
    return new IndexView(Engines.open(workspace, place));
  }

  /// The generation that serves.
  public Optional<String> current() {
    return indexes.current();
  }

  /// All that are there, oldest first.
  public List<String> generations() {
    return indexes.generations();
  }

  /// Opens the generation that serves; the caller closes it.
  ///
  /// @throws dev.whetstone.core.Failure.BadInput if none does
  public PassageIndex open() {
    return indexes.open();
  }

  /// Opens one generation; the caller closes it.
  public PassageIndex open(String generation) {
    return indexes.open(generation);
  }

  @Override
  public void close() {
    indexes.close();
  }
}
