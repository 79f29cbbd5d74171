package dev.whetstone.workshop.index;

import org.jspecify.annotations.Nullable;

/// How the index step is asked to work.
///
/// @param engine `lucene`, `elasticsearch` or `opensearch`; null for that of the settings
/// @param fresh builds a new generation in any case
/// @param force lets it serve also when its search finds too little
/// @param promote lets a new generation serve; otherwise one is built and left beside
public record IndexOptions(@Nullable String engine, boolean fresh, boolean force, boolean promote) {
  public static final IndexOptions DEFAULT = new IndexOptions(null, false, false, true);
}
