package dev.whetstone.index.cluster;

/// What the mapping of a vector field says.
///
/// @param dimension 0 when the mapping leaves it open
/// @param similarity as the engine calls it
/// @param indexed whether neighbours can be looked up
public record VectorMapping(int dimension, String similarity, boolean indexed) {}
