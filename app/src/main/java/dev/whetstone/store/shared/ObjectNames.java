package dev.whetstone.store.shared;

import java.util.UUID;

/// The keys under which a folder's files stand: each under its path, except those below the folder
/// of others' objects ([FolderLayout#foreign()]). There people put objects of theirs with whatever
/// tool, so the folder's own files of such paths stand below [FolderLayout#HIDDEN].
final class ObjectNames {
  private static final int DIGITS = 8;

  private final String foreign;

  ObjectNames(String foreign) {
    this.foreign = foreign;
  }

  /// The key of a file's first content.
  String first(String path) {
    return foreign(path) ? FolderLayout.HIDDEN + path : path;
  }

  /// Whether an object stands where people put theirs.
  boolean foreign(String key) {
    return key.startsWith(foreign);
  }

  /// `models/a/1/model.safetensors` of other content is `models/a/1/model.0123abcd.safetensors`.
  String next(String path, String sha256) {
    return with(first(path), sha256.substring(0, DIGITS));
  }

  /// A key that no other writer has.
  String unique(String path, String sha256) {
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
