package dev.whetstone.store;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/// Objects below one place: a folder, or a prefix of a bucket. Safe for many threads.
///
/// A key is relative to the place, of `/`-separated names; [Keys] says which are refused. Methods
/// throw [dev.whetstone.core.Failure.Unavailable] where the place does not answer,
/// [dev.whetstone.core.Failure.Refused] where it does not let us, and
/// [dev.whetstone.core.Failure.BadInput] where there is no such bucket or object.
public interface ObjectStore extends AutoCloseable {
  /// The place as a user names it, ended by `/`: `s3://bucket/prefix/`.
  String uri();

  /// Where `key` stands, for messages.
  default String uri(String key) {
    return uri() + key;
  }

  /// What is known of an object without reading it; empty where there is none.
  Optional<ObjectInfo> stat(String key);

  /// A whole object. A lost connection is taken up again where it broke. Where the store keeps a
  /// SHA-256 (see [ObjectInfo]), the last read throws [dev.whetstone.core.Failure.CorruptArtifact]
  /// if the bytes are not those that were written.
  @MustBeClosed
  InputStream read(String key);

  /// Some bytes of an object, unchecked.
  ///
  /// @param from of the first byte, from 0
  /// @param length at least 1; what lies behind the object's end is left out
  @MustBeClosed
  InputStream read(String key, long from, long length);

  /// Writes an object, in place of what stands there. It is there whole or not at all. Large
  /// content goes up in parts; a put that was killed goes on with the parts that are there.
  void put(String key, Content content, Acl acl);

  /// Writes an object where none stands; of many who try at once, one succeeds.
  ///
  /// @return false if another stands there, which is left alone. An object of the very same bytes
  ///   counts as ours: a request that was sent twice cannot be told from two requests
  boolean create(String key, Content content, Acl acl);

  /// The objects whose keys begin with `prefix`, by key, fetched page by page as the stream is
  /// read; without the empty ones that consoles make to show a folder. In a bucket others may have
  /// put keys of any form: a caller that makes a file's name of one checks it with [Keys].
  Stream<ObjectInfo> list(String prefix);

  /// The place one name up, seen with the same eyes; empty at a bucket's root, and for a folder. It
  /// ends with this one, and is not closed by itself.
  default Optional<ObjectStore> above() {
    return Optional.empty();
  }

  /// Deletes objects; those that are not there are fine.
  void delete(Collection<String> keys);

  @Override
  void close();
}
