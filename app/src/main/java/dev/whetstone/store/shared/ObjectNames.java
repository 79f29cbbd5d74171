package dev.whetstone.store.shared;

import java.util.UUID;

/// Under which keys a folder's files stand: each under its path, but for those of `raw/`. There,
/// people put the documents that a workspace is made from, with whatever tool, so its own copies of
/// them stand apart; what is in `raw/` is theirs, and is neither written nor deleted.
final class ObjectNames {
  private static final String THEIRS = "raw/";
  private static final String APART = ".whetstone/";
  private static final int DIGITS = 8;

  private ObjectNames() {}

  /// The key of a file's first content.
  static String first(String path) {
    return theirs(path) ? APART + path : path;
  }

  /// Whether an object is where people put theirs.
  static boolean theirs(String key) {
    return key.startsWith(THEIRS);
  }

  /// `models/a/1/model.safetensors` of other content is `models/a/1/model.0123abcd.safetensors`.
  static String next(String path, String sha256) {
    return with(first(path), sha256.substring(0, DIGITS));
  }

  /// A key that nobody else has.
  static String unique(String path, String sha256) {
    return with(
        first(path),
        sha256.substring(0, DIGITS) + "-" + UUID.randomUUID().toString().substring(0, DIGITS));
  }

  private static String with(String key, String mark) {
    int slash = key.lastIndexOf('/');
    int dot = key.lastIndexOf('.');
    return dot > slash + 1
        ? key.substring(0, dot) + "." + mark + key.substring(dot)
        : key + "." + mark;
  }
}
