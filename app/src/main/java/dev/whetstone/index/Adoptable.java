package dev.whetstone.index;

import dev.whetstone.core.Vectors;
import java.util.Map;

/// The properties of an existing index, by which it is decided whether a model fits it.
///
/// @param passages how many documents it holds
/// @param dimension of its vectors
/// @param similarity as the engine calls it
/// @param texts of a random sample, by id
/// @param vectors of the same sample, brought to unit length
/// @param lengths of the vectors in the sample, as they are stored
/// @param derived whether its engine takes vectors out of the documents' source, and may lose them
public record Adoptable(
    int passages,
    int dimension,
    String similarity,
    Map<String, String> texts,
    Vectors vectors,
    Lengths lengths,
    boolean derived) {
  /// The shortest and the longest vector's length.
  public record Lengths(double shortest, double longest) {}

  public Adoptable {
    texts = Map.copyOf(texts);
  }

  /// The same, of an index whose engine takes vectors out of the documents' source.
  public Adoptable withDerived() {
    return new Adoptable(passages, dimension, similarity, texts, vectors, lengths, true);
  }
}
