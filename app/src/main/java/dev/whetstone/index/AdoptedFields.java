package dev.whetstone.index;

import org.jspecify.annotations.Nullable;

/// The fields of an index that another program created, by purpose. Fields inside objects are named
/// with dots.
///
/// @param vector of type `dense_vector` or `knn_vector`
/// @param text of type `text`, as it was embedded
/// @param document names the document that a passage is of; null where each is its own
public record AdoptedFields(String vector, String text, @Nullable String document) {
  /// As the workflow makes an index by hand.
  public static final AdoptedFields WORKFLOW = new AdoptedFields("embedding", "content", null);
}
