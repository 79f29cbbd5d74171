package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import java.util.List;
import java.util.Optional;

/// The generations of one named index at one engine, and the alias that names the one that serves.
/// One writer at a time on a generation; readers take no lock. Every method throws
/// [Failure.Unavailable] when the engine or its storage does not answer.
///
/// **Problem.** Vectors of two spaces cannot be compared, and neither can terms of two analysers or
/// mappings. When the model is trained again, every passage needs a new vector, which takes hours
/// on a large corpus; searches must be answered meanwhile, and an answer must never mix old vectors
/// with new ones. If the new index proves to be worse or damaged, the old one must be there still.
///
/// **Method.** An index is a series of generations, numbered from 000001, each complete and of one
/// space, and an alias that names one of them:
///
/// - *Build.* [#begin] creates the next generation beside the one that serves. Its writer upserts
///   passages and vectors; [GenerationWriter#commit] makes them durable.
/// - *Swap.* [#promote] checks that the generation is committed and whole, then points the alias at
///   it in one operation: the replacement of one file (embedded engine), or one request that
///   removes the alias from one index and adds it to the other (cluster). The generation that
///   served before becomes the first entry of the history.
/// - *Update.* A change in the same space needs no new generation: [#update] opens a writer for the
///   one that serves.
/// - *Rollback.* [#rollback] checks the first generation of the history and points the alias back
///   at it, in one operation too.
/// - *Removal.* [#keep] deletes what is neither serving nor among the `k - 1` newest of the
///   history.
///
/// **Invariants.**
///
/// - The alias names no generation or exactly one, and that one was committed and whole when the
///   alias was pointed at it.
/// - All vectors of a generation are of one space.
/// - A reader that opened a generation goes on reading that generation when the alias moves.
/// - The number of a generation that has served is never given to another.
/// - At most one writer works on a generation. The embedded engine locks the whole index by a file;
///   a cluster has a lease in the metadata of each generation, which expires if its process was
///   killed.
///
/// **Example.** Generation 000001 of space A serves. A training gives space B: `begin` creates
/// 000002, and searches go on in 000001. `promote("000002")` moves the alias; the history is
/// [000001]. Searches that opened 000001 finish there. The new model disappoints: `rollback` moves
/// the alias back to 000001, and the history is empty. The next `begin` creates 000003.
///
/// **Failure cases.**
///
/// - *Killed while building:* the alias is unchanged. The next `begin` removes the uncommitted
///   generation; a cluster resumes it where space, dimension, analysers and quantization are equal.
/// - *Killed between commit and promotion:* the generation is listed in [#generations] and can be
///   promoted later, as long as [#keep] has not removed it.
/// - *Damaged or incomplete:* `promote` and `rollback` throw [Failure.CorruptArtifact], and the
///   alias stays where it was.
/// - *Another machine moves the alias at the same time:* on a cluster the request names the index
///   that the alias must be on, so the second of two moves fails with [Failure.Refused].
/// - *Removed while it is being opened:* [#open()] reads the alias again and opens the generation
///   that serves by then.
public interface Indexes extends AutoCloseable {
  /// Begins a new generation, which no search reads before it is committed and promoted. What a
  /// writer that was killed left unfinished is removed, or resumed.
  ///
  /// @param dimension of the vectors
  /// @throws Failure.Refused if another writer is at work
  GenerationWriter begin(SpaceId space, int dimension);

  /// Opens the generation that serves for upserts and deletes.
  ///
  /// @param space of the vectors that will come
  /// @throws Failure.Refused if it holds another space, or another writer is at work
  GenerationWriter update(SpaceId space);

  /// Points the alias at a committed generation, in one operation, after checking that it is whole.
  /// Close its writer first.
  void promote(String generation);

  /// Points the alias back at the generation that served before.
  ///
  /// @return the generation that serves now
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
