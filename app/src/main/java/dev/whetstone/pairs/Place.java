package dev.whetstone.pairs;

import org.jspecify.annotations.Nullable;

/// Where a question is answered. It names words rather than a passage, so that it survives another
/// splitter.
///
/// @param document the document's id, or as much of its end as is unique
/// @param phrase words of the passage that answers; null for the whole page or document
/// @param page from 1; 0 for any
public record Place(String document, @Nullable String phrase, int page) {
  public Place {
    if (document.isBlank()) {
      throw new IllegalArgumentException("a place without a document");
    }
    if (page < 0) {
      throw new IllegalArgumentException("page " + page);
    }
  }
}
