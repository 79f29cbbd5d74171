package dev.whetstone.store.s3;

/// A bucket's prefix, and how to speak with it.
///
/// @param prefix empty, or ended by `/`
/// @param endpoint as a person reads it, for messages
record Bucket(Dialect dialect, String name, String prefix, String endpoint, String region) {
  String uri() {
    return scheme() + name + "/" + prefix;
  }

  private String scheme() {
    return dialect == Dialect.OSS ? "oss://" : "s3://";
  }
}
