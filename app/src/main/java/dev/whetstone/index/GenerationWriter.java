package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Writes one generation. A new generation is not searched before [Indexes#promote]. Every write
/// can be repeated: ids say what is replaced. Safe for many threads.
public interface GenerationWriter extends AutoCloseable {
  /// The generation written to, for [Indexes#promote].
  String generation();

  /// Adds passages; one whose id is there already is replaced.
  ///
  /// @param vectors hold one for each passage, of this generation's space
  /// @throws Failure.Refused if the vectors are of another space
  /// @throws Failure.BadInput if a vector is missing, of another length or not of unit length
  void upsert(List<Passage> passages, Vectors vectors);

  /// Deletes passages; ids that are not there are fine.
  void delete(Collection<String> ids);

  /// Deletes all passages of a document.
  void deleteDocument(String document);

  /// Makes all changes so far durable and visible to those who open the generation from now on.
  ///
  /// @param provenance kept with the commit
  void commit(Map<String, String> provenance);

  /// Ends the writing. A new generation that was never committed is removed, now or by the next
  /// writer; the embedded engine also drops what was written to a serving one since its last
  /// commit.
  @Override
  void close();
}
