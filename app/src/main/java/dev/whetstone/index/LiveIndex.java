package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// The generation that serves, followed as the alias moves and as it is updated. Each request works
/// on a snapshot of its own: what it began on, it ends on, and the old generation is closed when
/// its last request has ended. Safe for many threads.
public final class LiveIndex implements AutoCloseable {
  private final Indexes indexes;
  private final Object refreshing = new Object();
  private Held held; // guarded by this
  private boolean closed; // guarded by this

  /// Opens the generation that serves.
  ///
  /// @throws Failure.BadInput if none does yet
  public LiveIndex(Indexes indexes) {
    this.indexes = indexes;
    this.held = new Held(indexes.open());
  }

  /// The generation as it is now; close it to let go of it.
  public PassageIndex acquire() {
    return snapshot();
  }

  /// Looks whether the alias has moved or the generation was updated, and if so opens what serves
  /// now for the requests to come. When that fails the old one goes on serving.
  ///
  /// @return whether something changed
  public boolean refresh() {
    synchronized (refreshing) {
      try (Snapshot now = snapshot()) {
        boolean same = indexes.current().filter(now.generation()::equals).isPresent();
        if (same && indexes.isCurrent(now.index())) {
          return false;
        }
      }
      swap(new Held(indexes.open()));
      return true;
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      held.letGo();
    }
  }

  private synchronized Snapshot snapshot() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    return new Snapshot(held.take());
  }

  private synchronized void swap(Held next) {
    if (closed) {
      next.letGo();
      return;
    }
    held.letGo();
    held = next;
  }

  /// An index with the number of those who use it; this object counts as one.
  private static final class Held {
    private final PassageIndex index;
    private int users = 1; // guarded by this

    Held(PassageIndex index) {
      this.index = index;
    }

    synchronized Held take() {
      users++;
      return this;
    }

    synchronized void letGo() {
      users--;
      if (users == 0) {
        index.close();
      }
    }
  }

  private static final class Snapshot implements PassageIndex {
    private final Held held;
    private final AtomicBoolean closed = new AtomicBoolean();

    Snapshot(Held held) {
      this.held = held;
    }

    private PassageIndex index() {
      if (closed.get()) {
        throw new IllegalStateException("this snapshot was let go");
      }
      return held.index;
    }

    @Override
    public SpaceId space() {
      return index().space();
    }

    @Override
    public String generation() {
      return index().generation();
    }

    @Override
    public Map<String, String> provenance() {
      return index().provenance();
    }

    @Override
    public int size() {
      return index().size();
    }

    @Override
    public Ranking words(String question, int k, Filter filter) {
      return index().words(question, k, filter);
    }

    @Override
    public Ranking nearest(float[] query, int k, Filter filter) {
      return index().nearest(query, k, filter);
    }

    @Override
    public Map<String, Double> cosines(float[] query, Collection<String> ids) {
      return index().cosines(query, ids);
    }

    @Override
    public List<Passage> passages(List<String> ids) {
      return index().passages(ids);
    }

    @Override
    public List<Passage> passages() {
      return index().passages();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        held.letGo();
      }
    }
  }
}
