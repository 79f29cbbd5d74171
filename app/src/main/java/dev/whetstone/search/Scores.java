package dev.whetstone.search;

import org.jspecify.annotations.Nullable;

/// What a passage was found by. Thresholds look at `bm25`, `cosine` and `rerank`, never at `fused`:
/// that one compares the passages of one question only.
///
/// @param bm25 null when the passage is not in the pool of the words
/// @param cosine with the question; known for every passage of an index that holds vectors
/// @param fused of the arms
/// @param rerank the raw score of the plan's reranker; null where the passage was not reranked
public record Scores(
    @Nullable Double bm25, @Nullable Double cosine, double fused, @Nullable Double rerank) {}
