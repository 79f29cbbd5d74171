package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// One cluster, and what its engine does in a way of its own; all else is written once for both.
/// Safe for many threads.
public interface ClusterClient extends ClusterConnection {
  /// The engine as people call it.
  String engine();

  /// The version of the node that answered first, as 9.5.3.
  String version();

  ClusterSettings settings();

  /// Puts what an index with vectors needs into its settings.
  void vectorSettings(ObjectNode index);

  /// The mapping of a field of vectors, compared by their cosine.
  ObjectNode vectorField(int dimension);

  /// How a vector is written in a document.
  VectorForm vectorForm();

  /// Puts the search for the `k` nearest into the body of a request.
  ///
  /// @param candidates looked at in each shard, at least `k`
  /// @param filter a query; null for none
  void nearest(
      ObjectNode body,
      String field,
      float[] query,
      int k,
      int candidates,
      @Nullable ObjectNode filter,
      boolean quantized);

  /// What the cluster lacks to fuse words and vectors itself, to be read after "it lacks "; empty
  /// if nothing. It is asked once.
  String lacksForHybrid();

  /// Puts a search into the body of a request whose hits the cluster fuses itself: the best `pool`
  /// of each arm, their scores brought to [0, 1] by min-max, `w · dense + (1 - w) · words`.
  ///
  /// @param words a query
  /// @param nearest what [#nearest] put into a body
  void hybrid(ObjectNode body, ObjectNode words, ObjectNode nearest, double denseWeight, int pool);

  /// Whether the scores of a quantized field's neighbours are those of the whole vectors.
  boolean rescores();

  /// What the engine's BM25 is divided by to be the formula's.
  double wordsScale();

  /// The properties of a vector field in the mapping of an index that another program created.
  ///
  /// @param field the field's own mapping
  /// @return null if it is not a vector field
  @Nullable VectorMapping vectorMapping(ObjectNode field);

  /// How a vector is written in a document.
  enum VectorForm {
    /// A list of numbers.
    NUMBERS,

    /// Base64 of big-endian floats.
    BASE64
  }
}
