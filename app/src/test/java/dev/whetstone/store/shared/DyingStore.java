package dev.whetstone.store.shared;

import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectStore;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A real store whose client dies at its n-th request that changes something, as if killed there.
final class DyingStore extends PassingStore {
  private final AtomicInteger left;
  private final Supplier<RuntimeException> death;

  DyingStore(ObjectStore store, int requests, Supplier<RuntimeException> death) {
    super(store);
    this.left = new AtomicInteger(requests);
    this.death = death;
  }

  private void step() {
    if (left.getAndDecrement() <= 0) {
      throw death.get();
    }
  }

  @Override
  public void put(String key, Content content, Acl acl) {
    step();
    super.put(key, content, acl);
  }

  @Override
  public boolean create(String key, Content content, Acl acl) {
    step();
    return super.create(key, content, acl);
  }

  @Override
  public void delete(Collection<String> keys) {
    step();
    super.delete(keys);
  }
}
