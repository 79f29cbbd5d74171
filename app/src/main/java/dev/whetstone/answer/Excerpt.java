package dev.whetstone.answer;

/// A sentence, list item or table row of a passage that can stand alone in an answer.
///
/// @param text as a reader sees it: a table row with its columns named
/// @param hit the passage's position among the hits, from 0
/// @param order its position in the passage, from 0
record Excerpt(String text, int hit, int order) {}
