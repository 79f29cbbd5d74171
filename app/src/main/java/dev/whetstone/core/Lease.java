package dev.whetstone.core;

import java.util.Optional;

/// A shared value, held open until this is closed. Safe for many threads.
///
/// @param <V> the value's type
public interface Lease<V> extends AutoCloseable {
  /// The value. It must not be used after this lease was closed.
  V value();

  /// Another lease of the same value, independent of this one; empty when this one is closed.
  Optional<Lease<V>> share();

  /// Lets go of the value: its last lease closes it. Closing a lease again does nothing.
  @Override
  void close();
}
