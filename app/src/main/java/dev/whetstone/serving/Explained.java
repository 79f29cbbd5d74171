package dev.whetstone.serving;

import dev.whetstone.search.Explanation;

/// What a question found, with the reasons.
///
/// @param retrieval the same passages that are found without asking for reasons
public record Explained(Retrieval retrieval, Explanation explanation) {}
