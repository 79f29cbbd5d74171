package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import java.util.List;
import java.util.Optional;

/// The generations of one named index at one engine, and the alias that says which of them serves.
/// A new space or mapping needs a new generation, which is built beside the one that serves and
/// takes its place in one operation; upserts and deletes of the same space go into the one that
/// serves. One writer at a time; readers take no lock. Every method throws [Failure.Unavailable]
/// when the engine or its storage does not answer.
public interface Indexes extends AutoCloseable {
  /// Begins a new generation, which nobody sees before it is committed and promoted. What a writer
  /// that was killed left unfinished is removed.
  ///
  /// @param dimension of the vectors
  /// @throws Failure.Refused if another writer is at work
  GenerationWriter begin(SpaceId space, int dimension);

  /// Opens the generation that serves for upserts and deletes.
  ///
  /// @param space of the vectors that will come
  /// @throws Failure.Refused if it holds another space, or another writer is at work
  GenerationWriter update(SpaceId space);

  /// Lets a committed generation serve, in one operation, after checking that it is whole. Close
  /// its writer first.
  void promote(String generation);

  /// Lets the generation that served before serve again.
  ///
  /// @return which that is
  /// @throws Failure.Refused if there is none
  String rollback();

  /// Removes all generations but the one that serves and the `k - 1` that served before it.
  ///
  /// @param k from 1
  void keep(int k);

  /// The generation that serves.
  Optional<String> current();

  /// All that are there, oldest first, also those that do not serve.
  List<String> generations();

  /// Opens the generation that serves.
  ///
  /// @throws Failure.BadInput if none was promoted yet
  /// @throws Failure.CorruptArtifact naming what is damaged
  PassageIndex open();

  /// Opens one generation, whether it serves or not.
  PassageIndex open(String generation);

  /// Whether `open`, opened earlier, still shows all that its generation holds now.
  boolean isCurrent(PassageIndex open);

  @Override
  void close();
}
