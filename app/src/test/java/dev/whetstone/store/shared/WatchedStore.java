package dev.whetstone.store.shared;

import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// A real store that counts how often single objects are looked up, and lets something happen just
/// before the first deletion.
final class WatchedStore extends PassingStore {
  private final AtomicReference<Runnable> beforeDeleting;
  private final AtomicInteger looks = new AtomicInteger();

  WatchedStore(ObjectStore store, Runnable beforeDeleting) {
    super(store);
    this.beforeDeleting = new AtomicReference<>(beforeDeleting);
  }

  int looks() {
    return looks.get();
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    looks.incrementAndGet();
    return super.stat(key);
  }

  @Override
  public void delete(Collection<String> keys) {
    beforeDeleting.getAndSet(() -> {}).run();
    super.delete(keys);
  }
}
