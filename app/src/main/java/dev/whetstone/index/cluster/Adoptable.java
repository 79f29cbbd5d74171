package dev.whetstone.index.cluster;

import dev.whetstone.core.Vectors;
import java.util.Map;

/// What an index that others made looks like, for whoever decides whether a model fits to it.
///
/// @param passages how many documents it holds
/// @param dimension of its vectors
/// @param similarity as the engine calls it
/// @param texts of a random sample, by id
/// @param vectors of the same sample, brought to unit length
/// @param shortest length of a vector in the sample, as it is stored
/// @param longest length of a vector in the sample, as it is stored
public record Adoptable(
    int passages,
    int dimension,
    String similarity,
    Map<String, String> texts,
    Vectors vectors,
    double shortest,
    double longest) {
  public Adoptable {
    texts = Map.copyOf(texts);
  }
}
