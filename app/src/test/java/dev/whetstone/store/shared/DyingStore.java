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
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A real store whose client dies at its n-th request that changes something, as if killed there.
final class DyingStore implements ObjectStore {
  private final ObjectStore store;
  private final AtomicInteger left;
  private final Supplier<RuntimeException> death;

  DyingStore(ObjectStore store, int requests, Supplier<RuntimeException> death) {
    this.store = store;
    this.left = new AtomicInteger(requests);
    this.death = death;
  }

  private void step() {
    if (left.getAndDecrement() <= 0) {
      throw death.get();
    }
  }

  @Override
  public String uri() {
    return store.uri();
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
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
    step();
    store.put(key, content, acl);
  }

  @Override
  public boolean create(String key, Content content, Acl acl) {
    step();
    return store.create(key, content, acl);
  }

  @Override
  public Stream<ObjectInfo> list(String prefix) {
    return store.list(prefix);
  }

  @Override
  public void delete(Collection<String> keys) {
    step();
    store.delete(keys);
  }

  @Override
  public void close() {
    store.close();
  }
}
