package dev.whetstone.corpus;

import dev.whetstone.core.Document;

/// The result of parsing one file: a document, or the reason why there is none.
public sealed interface ParseOutcome {
  /// The id the file was given.
  String id();

  /// The file was read.
  record Parsed(Document document) implements ParseOutcome {
    @Override
    public String id() {
      return document.id();
    }
  }

  /// The file could not be read; the other files are not affected.
  ///
  /// @param reason for people, without the file's name: the fault and, where possible, its remedy
  record Failed(String id, String reason) implements ParseOutcome {}
}
