package dev.whetstone.store.shared;

import com.google.errorprone.annotations.MustBeClosed;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/// Passes every request on to a real store; tests override those in which something happens.
public abstract class PassingStore implements ObjectStore {
  private final ObjectStore store;

  protected PassingStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public final String uri() {
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
    store.delete(keys);
  }

  @Override
  public final void close() {
    store.close();
  }
}
