package dev.whetstone.documents;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of the documents, by name.
///
/// @param next the name that the next part begins behind; null where this is the last one
/// @param total of all documents, whatever their status
public record DocumentPage(List<DocumentState> documents, @Nullable String next, int total) {
  public DocumentPage {
    documents = List.copyOf(documents);
  }
}
