package dev.whetstone.questions;

/// Looks for one fault in a question by its text and its passage's. Safe for many threads.
@FunctionalInterface
interface QuestionCheck {
  /// Whether the question has the fault.
  boolean refuses(Candidate candidate);
}
