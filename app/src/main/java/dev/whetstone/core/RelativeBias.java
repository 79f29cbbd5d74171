package dev.whetstone.core;

/// A number added to a pair's attention score, by head and by how far apart the two tokens are (T5;
/// Raffel et al., JMLR 2020). Distances are put into buckets: near ones have a bucket each, farther
/// ones share buckets that grow with the logarithm of the distance, and all from `maxDistance` on
/// share the last. Half of the buckets are for keys at or before the query, half for keys after it.
///
/// With 32 buckets and 128 tokens (MPNet): distances 0 to 7 are buckets 0 to 7, 8 to 11 bucket 8,
/// 91 and more bucket 15; the same plus 16 for keys after the query.
///
/// @param table `[buckets, heads]`, an even number of buckets from 4
/// @param maxDistance above a quarter of the buckets
public record RelativeBias(NetworkDescription.EmbeddingTable table, int maxDistance) {
  public RelativeBias {
    if (table.rows() < 4 || table.rows() % 2 != 0 || maxDistance <= table.rows() / 4) {
      throw new IllegalArgumentException(table.rows() + " buckets for distances to " + maxDistance);
    }
  }

  /// The row of the table for a pair. Computed in floats, as Hugging Face's implementations do.
  ///
  /// @param distance the key's place less the query's
  public int bucket(int distance) {
    int half = table.rows() / 2;
    int exact = half / 2;
    int apart = Math.abs(distance);
    int first = distance > 0 ? half : 0;
    if (apart < exact) {
      return first + apart;
    }
    float logarithm = (float) Math.log((float) apart / exact);
    float share = logarithm / (float) Math.log((double) maxDistance / exact);
    return first + Math.min(exact + (int) (share * (half - exact)), half - 1);
  }
}
