package dev.whetstone.store.s3;

import java.util.Optional;

/// A bucket's prefix, and how to speak with it.
///
/// @param prefix empty, or ended by `/`
/// @param endpoint as a person reads it, for messages
record Bucket(S3Dialect dialect, String name, String prefix, String endpoint, String region) {
  String uri() {
    return scheme() + name + "/" + prefix;
  }

  /// The prefix one name up; empty at the root.
  Optional<Bucket> above() {
    if (prefix.isEmpty()) {
      return Optional.empty();
    }
    String up = prefix.substring(0, prefix.lastIndexOf('/', prefix.length() - 2) + 1);
    return Optional.of(new Bucket(dialect, name, up, endpoint, region));
  }

  private String scheme() {
    return dialect == S3Dialect.OSS ? "oss://" : "s3://";
  }
}
