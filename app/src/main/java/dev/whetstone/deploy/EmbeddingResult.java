package dev.whetstone.deploy;

import dev.whetstone.core.Vectors;

/// What became of a request's texts.
///
/// @param vectors under the ids `"0"`, `"1"`, … in the order of the texts
/// @param tokens that the model read: prompts and special tokens counted, what was cut off not
public record EmbeddingResult(Vectors vectors, int tokens) {}
