package dev.whetstone.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Shares values that are costly to open: each is opened once, counted while it is used, and closed
/// when its last user lets go. Safe for many threads.
///
/// **Problem.** A model takes a second to open and holds hundreds of megabytes of native memory. A
/// search, an answer and an embedding may need the same one at the same moment; none of them may
/// open it twice, and none may close it under the others. The same holds for an index generation
/// that is replaced while requests read it.
///
/// **Method.** [#take] returns a [Lease]. The first caller of a key opens its value, without any
/// lock, so callers of other keys go on; callers of the same key wait for it, as long as `patience`
/// says. What failed to open is forgotten at once: every waiting caller gets the failure, and the
/// next [#take] tries again. A value without leases is *idle*. Idle values stay open as long as no
/// more than `most` values are open, used ones counted; else the one used longest ago is closed.
/// With 0 the last lease closes its value. [#forget] drops keys: an idle value is closed at once, a
/// used one with its last lease, one that is being opened when its opener and those who waited for
/// it let go. The next [#take] of such a key opens a new value.
///
/// **Invariants.**
/// 1. A key that was not forgotten has at most one open value.
/// 2. A value is closed exactly once, after its last lease and outside of every lock.
/// 3. While a lease is open its value is open.
///
/// **Example.** `most` is 0. A takes "m" and opens it; B takes "m" and gets the same value. A
/// closes its lease: B still holds the value. `forget("m"::equals)`; C takes "m" and opens a second
/// value. B closes its lease, and with it the first value.
///
/// **Cost.** A map look-up under one lock for each take and each close; opening and closing values
/// happen outside of it.
public final class Leases<K, V> implements AutoCloseable {
  private final int most;
  private final Duration patience;
  private final Consumer<V> closing;

  /// The one used longest ago first; guarded by this.
  private final Map<K, SharedValue> entries = new LinkedHashMap<>(8, .75f, true);

  private boolean closed; // guarded by this

  /// @param most open values up to which idle ones stay open, from 0
  /// @param patience how long a caller waits for another that opens the value
  /// @param closing closes a value; called once for each
  public Leases(int most, Duration patience, Consumer<V> closing) {
    if (most < 0) {
      throw new IllegalArgumentException(most + " open values");
    }
    this.most = most;
    this.patience = patience;
    this.closing = closing;
  }

  /// One key's value, with the number of its users. Fields are guarded by the enclosing object.
  private final class SharedValue {
    private final K key;
    private final CompletableFuture<V> value = new CompletableFuture<>();
    private int users = 1; // the opener
    private boolean forgotten;

    SharedValue(K key) {
      this.key = key;
    }

    boolean open() {
      return value.isDone() && !value.isCompletedExceptionally();
    }
  }

  private final class Hold implements Lease<V> {
    private final SharedValue entry;
    private boolean over; // guarded by the enclosing object

    private Hold(SharedValue entry) {
      this.entry = entry;
    }

    @Override
    public V value() {
      return entry.value.join();
    }

    @Override
    public Optional<Lease<V>> share() {
      synchronized (Leases.this) {
        if (over) {
          return Optional.empty();
        }
        entry.users++;
        return Optional.of(new Hold(entry));
      }
    }

    @Override
    public void close() {
      synchronized (Leases.this) {
        if (over) {
          return;
        }
        over = true;
      }
      release(entry);
    }
  }

  /// Returns a lease of the key's value, opening it when it is not open.
  ///
  /// @param open opens the value; called without a lock, on this thread
  /// @throws Failure.Unavailable if another caller is still opening it after the patience, or this
  ///   is closed
  /// @throws RuntimeException what `open` throws, here or at the caller that this one waited for
  public Lease<V> take(K key, Supplier<V> open) {
    SharedValue entry;
    boolean opener = false;
    synchronized (this) {
      if (closed) {
        throw new Failure.Unavailable("it stops: nothing more is opened");
      }
      entry = entries.get(key);
      if (entry == null) {
        entry = new SharedValue(key);
        entries.put(key, entry);
        opener = true;
      } else {
        entry.users++;
      }
    }
    if (opener) {
      open(entry, open);
    } else {
      await(entry);
    }
    return new Hold(entry);
  }

  /// A lease of the key's value if it is open; opens and waits for nothing.
  public synchronized Optional<Lease<V>> ifOpen(K key) {
    SharedValue entry = entries.get(key);
    if (entry == null || !entry.open()) {
      return Optional.empty();
    }
    entry.users++;
    return Optional.of(new Hold(entry));
  }

  private void open(SharedValue entry, Supplier<V> open) {
    try {
      entry.value.complete(Objects.requireNonNull(open.get(), "nothing was opened"));
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        entries.remove(entry.key, entry);
      }
      entry.value.completeExceptionally(e);
      throw e;
    }
    var unused = new ArrayList<SharedValue>();
    synchronized (this) {
      shrink(unused);
    }
    close(unused);
  }

  private void await(SharedValue entry) {
    try {
      var _ = entry.value.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      release(entry);
      throw new Failure.Unavailable("it is still being opened after " + patience, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("opening failed", e.getCause());
    } catch (InterruptedException e) {
      release(entry);
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("interrupted while it was opened", e);
    }
  }

  private void release(SharedValue entry) {
    var unused = new ArrayList<SharedValue>();
    synchronized (this) {
      entry.users--;
      if (entry.users == 0 && entry.forgotten && entry.open()) {
        unused.add(entry);
      }
      shrink(unused);
    }
    close(unused);
  }

  /// Takes idle values out of the map while too many values are open.
  private void shrink(List<SharedValue> unused) {
    long open = entries.values().stream().filter(SharedValue::open).count();
    var each = entries.values().iterator();
    while (open > most && each.hasNext()) {
      SharedValue oldest = each.next();
      if (isIdle(oldest)) {
        each.remove();
        unused.add(oldest);
        open--;
      }
    }
  }

  private boolean isIdle(SharedValue entry) {
    return entry.users == 0 && entry.open();
  }

  /// Drops the values of these keys: idle ones are closed now, used ones with their last lease.
  public void forget(Predicate<K> which) {
    var unused = new ArrayList<SharedValue>();
    synchronized (this) {
      entries
          .values()
          .removeIf(
              entry -> {
                if (!which.test(entry.key)) {
                  return false;
                }
                entry.forgotten = true;
                if (isIdle(entry)) {
                  unused.add(entry);
                }
                return true;
              });
    }
    close(unused);
  }

  /// How many keys have a value, open or being opened.
  public synchronized int size() {
    return entries.size();
  }

  /// The keys that have a value, open or being opened.
  public synchronized Set<K> keys() {
    return Set.copyOf(entries.keySet());
  }

  private void close(List<SharedValue> unused) {
    for (SharedValue entry : unused) {
      closing.accept(entry.value.join());
    }
  }

  /// Refuses further leases. Idle values are closed now, values in use when their last lease is
  /// closed.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    forget(_ -> true);
  }
}
