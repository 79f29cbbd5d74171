package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// One generation of an index, open for searching. Safe for many threads.
public interface PassageIndex extends AutoCloseable {
  /// The space of its vectors.
  SpaceId space();

  /// Which generation this is, as a user reads it.
  String generation();

  /// What the writer of its last commit said about its inputs; empty where nothing is known.
  Map<String, String> provenance();

  /// Checks that what it answers from is still what was written. Cheap enough for every second.
  /// Engines with a process of their own check their files themselves.
  ///
  /// @throws Failure.CorruptArtifact naming what is damaged
  default void verify() {}

  /// How many passages it holds.
  int size();

  /// Whether its terms were made by the analysis that this program writes with. One of an earlier
  /// analysis is asked with that, and is built anew before anything is written to it.
  default boolean termsAreCurrent() {
    return true;
  }

  /// BM25 (k1 .9, b .4) over [Passage#embedded()]. Only passages that share a term are returned.
  ///
  /// @param k from 1 to 1000
  /// @throws Failure.Unavailable if the engine does not answer
  Ranking words(String question, int k, Filter filter);

  /// What each term of the question adds to the BM25 score of a passage, the greatest first: by
  /// what [#words] ranks, whether it found the passage or not. A list without entries: the passage
  /// shares no term, or is not here. Empty: the engine does not tell, and the caller may estimate.
  ///
  /// @throws Failure.Unavailable if the engine does not answer
  default Optional<List<TermScore>> termScores(String question, String id) {
    return Optional.empty();
  }

  /// Approximate nearest neighbours by cosine; scores are cosines in [-1, 1].
  ///
  /// @param query of unit length, of this index's space
  /// @param k from 1 to 1000
  Ranking nearest(float[] query, int k, Filter filter);

  /// One ranking of words and vectors made by the engine itself, where it can and is set to: scores
  /// brought to [0, 1] by min-max over the best `pool` of each arm, `w · dense + (1 - w) · words`.
  /// Empty where the two are fused by the caller, which is the rule.
  ///
  /// @param query of unit length, of this index's space
  /// @param denseWeight between 0 and 1
  /// @param k from 1 to 1000
  /// @throws Failure.Refused if the engine is set to it and lacks what it takes
  default Optional<Ranking> hybrid(
      String question, float[] query, double denseWeight, int k, int pool, Filter filter) {
    return Optional.empty();
  }

  /// The cosines of these passages with `query`, also of those that [#nearest] did not find; ids
  /// that are not here are left out.
  ///
  /// @param query of unit length, of this index's space
  Map<String, Double> cosines(float[] query, Collection<String> ids);

  /// The passages of these ids in the order given; ids that are not here are left out.
  List<Passage> passages(List<String> ids);

  /// All passages that it holds, in no order.
  default List<Passage> passages() {
    var all = new ArrayList<Passage>(size());
    forEach(Integer.MAX_VALUE, all::add);
    return all;
  }

  /// Hands passages over one by one, in no order: all of them, or about `most`, drawn at random,
  /// where it holds more.
  ///
  /// @param most from 1
  void forEach(int most, Consumer<Passage> each);

  @Override
  void close();
}
