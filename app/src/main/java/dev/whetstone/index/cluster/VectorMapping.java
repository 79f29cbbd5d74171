package dev.whetstone.index.cluster;

/// What the mapping of a vector field says.
///
/// @param dimension 0 when the mapping leaves it open
/// @param similarity as the engine calls it
/// @param exact whether a neighbour's score `s` is its cosine: `2 s - 1`
public record VectorMapping(int dimension, String similarity, boolean exact) {}
