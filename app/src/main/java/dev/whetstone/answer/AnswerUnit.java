package dev.whetstone.answer;

import java.util.Set;

/// A sentence, list item or table row of a passage that can stand alone in an answer.
///
/// @param terms its content terms
/// @param hit the position of its passage among the hits, from 0
/// @param order its position in the passage, from 0
record AnswerUnit(String text, Set<String> terms, int hit, int order) {}
