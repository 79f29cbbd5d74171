/// Answers from retrieved passages: the extractive default, the language model's prompt, citations
/// and their check, and the decision to decline.
@NullMarked
package dev.whetstone.answer;

import org.jspecify.annotations.NullMarked;
