package dev.whetstone.corpus;

import dev.whetstone.core.Document;

/// What became of one file: a document, or the reason why there is none.
public sealed interface Outcome {
  /// The id the file was given.
  String id();

  /// The file was read.
  record Parsed(Document document) implements Outcome {
    @Override
    public String id() {
      return document.id();
    }
  }

  /// The file could not be read; the other files are not affected.
  ///
  /// @param reason for people, without the file's name: what is wrong and, where possible, what to
  ///   do
  record Failed(String id, String reason) implements Outcome {}
}
