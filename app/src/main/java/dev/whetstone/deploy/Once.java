package dev.whetstone.deploy;

import dev.whetstone.core.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Opens each thing once, and holds no lock meanwhile: who asks for the same thing waits for it,
/// all others go on. What could not be opened is tried again the next time. Safe for many threads.
final class Once<K, V> {
  private final int most;
  private final Duration patience;
  private final Consumer<V> dropped;

  /// The one used longest ago first; guarded by this.
  private final Map<K, CompletableFuture<V>> known = new LinkedHashMap<>(8, .75f, true);

  /// @param most to keep; those being opened come on top
  /// @param patience how long one waits for another to open it
  /// @param dropped takes each thing that is kept no longer
  Once(int most, Duration patience, Consumer<V> dropped) {
    this.most = most;
    this.patience = patience;
    this.dropped = dropped;
  }

  /// @throws Failure.Unavailable if another is still opening it
  V get(K key, Supplier<V> open) {
    var mine = new CompletableFuture<V>();
    CompletableFuture<V> earlier;
    synchronized (this) {
      earlier = known.putIfAbsent(key, mine);
    }
    if (earlier != null) {
      return await(earlier);
    }
    try {
      V value = open.get();
      mine.complete(value);
      shrink(key);
      return value;
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        known.remove(key, mine);
      }
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private V await(CompletableFuture<V> other) {
    try {
      return other.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Failure.Unavailable("it is still being opened after " + patience, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("opening failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("stopped while it was opened", e);
    }
  }

  /// Drops those used longest ago, but `newest`.
  private void shrink(K newest) {
    var old = new ArrayList<CompletableFuture<V>>();
    synchronized (this) {
      long kept = known.values().stream().filter(CompletableFuture::isDone).count();
      var each = known.entrySet().iterator();
      while (kept > most && each.hasNext()) {
        var entry = each.next();
        if (entry.getValue().isDone() && !entry.getKey().equals(newest)) {
          old.add(entry.getValue());
          each.remove();
          kept--;
        }
      }
    }
    drop(old);
  }

  /// Keeps what has such a key no longer; what is being opened is dropped when it is open.
  void forget(Predicate<K> which) {
    var old = new ArrayList<CompletableFuture<V>>();
    synchronized (this) {
      known.entrySet().removeIf(entry -> which.test(entry.getKey()) && old.add(entry.getValue()));
    }
    drop(old);
  }

  private void drop(List<CompletableFuture<V>> old) {
    for (CompletableFuture<V> each : old) {
      var _ = each.thenAccept(dropped);
    }
  }
}
