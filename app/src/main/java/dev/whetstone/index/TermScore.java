package dev.whetstone.index;

/// What one term of a question adds to a passage's BM25 score.
///
/// @param term as the analysis makes it: `invoic` of "invoices"
/// @param score above 0
public record TermScore(String term, double score) {}
