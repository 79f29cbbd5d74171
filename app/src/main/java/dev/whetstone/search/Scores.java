package dev.whetstone.search;

import org.jspecify.annotations.Nullable;

/// What a passage was found by. Thresholds look at `bm25` and `cosine`, never at `fused`: that one
/// compares the passages of one question only.
///
/// @param bm25 null when the passage is not in the pool of the words
/// @param cosine with the question; known for every passage of an index that holds vectors
/// @param fused what the ranking is by
public record Scores(@Nullable Double bm25, @Nullable Double cosine, double fused) {}
