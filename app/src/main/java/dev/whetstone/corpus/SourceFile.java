package dev.whetstone.corpus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file to parse, and the id that its document gets.
///
/// @param text that is read in its place; null for none
public record SourceFile(Path file, String id, @Nullable TextBeside text) {
  public SourceFile(Path file, String id) {
    this(file, id, null);
  }
}
