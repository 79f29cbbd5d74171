package dev.whetstone.questions;

import dev.whetstone.core.Passage;

/// A question that a model wrote, before the checks.
///
/// @param language of the passage's text
record Candidate(String question, QuestionKind kind, Passage passage, String language) {}
