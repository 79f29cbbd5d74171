package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Passages read for answers, the latest ones kept: the same passages answer many questions. Safe
/// for many threads.
///
/// **Problem.** To read a passage (its sentences, their terms, what the check of citations compares
/// with) takes a millisecond, and an answer reads up to a pool of them; the question changes
/// nothing of it.
///
/// **Method.** Readings are kept by the passage's id, up to a number of bytes. A kept one counts
/// only for an equal passage: an adopted index may give other text under the same id, and so the
/// readings may outlive the generation whose passages they are of.
public final class PassageReadings {
  /// Of the memory of the process, all readings together.
  private static final int SHARE = 32;

  private static final long MOST_BYTES = 64 << 20;

  private final ByteBoundedCache<String, PassageReading> readings;
  private final ByteBoundedCache<String, Claim.Source> sources;

  public PassageReadings() {
    this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE));
  }

  /// @param bytes that the readings may take, estimated
  PassageReadings(long bytes) {
    this.readings = new ByteBoundedCache<>(bytes / 2);
    this.sources = new ByteBoundedCache<>(bytes / 2);
  }

  PassageReading of(Passage passage) {
    return kept(
        readings, passage, PassageReading::passage, PassageReading::of, PassageReading::bytes);
  }

  /// What sentences that cite the passage are compared with.
  Claim.Source source(Passage passage) {
    return kept(
        sources,
        passage,
        Claim.Source::passage,
        each -> Claim.Source.of(of(each)),
        Claim.Source::bytes);
  }

  private static <T> T kept(
      ByteBoundedCache<String, T> cache,
      Passage passage,
      Function<T, Passage> of,
      Function<Passage, T> read,
      ToLongFunction<T> bytes) {
    T known = cache.get(passage.id());
    if (known != null && of.apply(known).equals(passage)) {
      return known;
    }
    T made = read.apply(passage);
    cache.put(passage.id(), made, bytes.applyAsLong(made));
    return made;
  }

  /// The memory that the readings take, estimated.
  long bytes() {
    return readings.bytes() + sources.bytes();
  }
}
