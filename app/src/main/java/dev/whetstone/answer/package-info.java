/// Answers from retrieved passages: the extractive default, the language model's prompt, citations
/// and their check, and the decision to decline. A question and the passages found for it enter, an
/// [dev.whetstone.answer.Answer] leaves. Never: a sentence without a citation, a citation that a
/// document or a model forged, a wait longer than the language model's budget.
@NullMarked
package dev.whetstone.answer;

import org.jspecify.annotations.NullMarked;
