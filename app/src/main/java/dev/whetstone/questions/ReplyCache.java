package dev.whetstone.questions;

import java.nio.file.Path;

/// What the model replied, kept by passage: a run that was killed goes on, and a passage that did
/// not change is not asked about again.
public final class ReplyCache {
  private final Path file;

  /// @param file of lines, made by the first reply
  public ReplyCache(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }
}
