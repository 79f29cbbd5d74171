package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import java.util.OptionalDouble;

/// A passage found for a question, with what each search arm says of it.
///
/// @param fused what the hits are ordered by; says nothing about how good the best one is
/// @param words its BM25 score; empty where that arm did not return it
/// @param cosine of question and passage; empty where the dense arm did not return it
public record Retrieved(
    Passage passage, double fused, OptionalDouble words, OptionalDouble cosine) {}
