package dev.whetstone.corpus;

import dev.whetstone.core.Document;
import java.util.List;

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
  /// @param pictures as of [Document]
  record Failed(String id, String reason, List<Integer> pictures) implements ParseOutcome {
    public Failed {
      pictures = List.copyOf(pictures);
    }

    public Failed(String id, String reason) {
      this(id, reason, List.of());
    }
  }
}
