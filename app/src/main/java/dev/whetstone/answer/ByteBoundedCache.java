package dev.whetstone.answer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps values up to a number of bytes; beyond it the ones used longest ago go. Safe for many
/// threads. A value is made outside of any lock, so two threads that miss the same key both make
/// it.
final class ByteBoundedCache<K, V> {
  private record Entry<V>(V value, long bytes) {}

  private final long most;
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, .75f, true); // guarded by this
  private long held; // guarded by this

  /// @param most bytes of all values together
  ByteBoundedCache(long most) {
    this.most = most;
  }

  synchronized @Nullable V get(K key) {
    Entry<V> entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  /// Keeps a value in place of one before; one that is larger than all values may be is not kept.
  ///
  /// @param bytes that it takes, estimated
  synchronized void put(K key, V value, long bytes) {
    Entry<V> before = entries.remove(key);
    held -= before == null ? 0 : before.bytes();
    if (bytes > most) {
      return;
    }
    entries.put(key, new Entry<>(value, bytes));
    held += bytes;
    var oldest = entries.values().iterator();
    while (held > most) {
      held -= oldest.next().bytes();
      oldest.remove();
    }
  }

  /// The bytes of the values that are kept.
  synchronized long bytes() {
    return held;
  }
}
