package dev.whetstone.corpus;

import dev.whetstone.core.Document;

/// Reads files that another file holds, such as the attachments of a message, with the reader of
/// their format. Files within them are read to a limited depth.
public interface InnerFiles {
  /// @param name whose ending tells the format
  /// @throws dev.whetstone.core.Failure.BadInput if it cannot be read, or is nested too deeply
  Document read(String name, byte[] content);

  /// Whether nothing further down is read.
  boolean isDeepest();

  /// For what is one level further down.
  InnerFiles deeper();
}
