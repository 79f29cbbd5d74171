package dev.whetstone.store.shared;

import com.google.errorprone.annotations.MustBeClosed;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// A real store that counts how often single objects are looked up, and lets something happen just
/// before the first deletion.
final class WatchedStore implements ObjectStore {
  private final ObjectStore store;
  private final AtomicReference<Runnable> beforeDeleting;
  private final AtomicInteger looks = new AtomicInteger();

  WatchedStore(ObjectStore store, Runnable beforeDeleting) {
    this.store = store;
    this.beforeDeleting = new AtomicReference<>(beforeDeleting);
  }

  int looks() {
    return looks.get();
  }

  @Override
  public String uri() {
    return store.uri();
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    looks.incrementAndGet();
    return store.stat(key);
  }

  @Override
  @MustBeClosed
  public InputStream read(String key) {
    return store.read(key);
  }

  @Override
  @MustBeClosed
  public InputStream read(String key, long from, long length) {
    return store.read(key, from, length);
  }

  @Override
  public void put(String key, Content content, Acl acl) {
    store.put(key, content, acl);
  }

  @Override
  public boolean create(String key, Content content, Acl acl) {
    return store.create(key, content, acl);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix) {
    return store.list(prefix);
  }

  @Override
  public void delete(Collection<String> keys) {
    beforeDeleting.getAndSet(() -> {}).run();
    store.delete(keys);
  }

  @Override
  public void close() {
    store.close();
  }
}
