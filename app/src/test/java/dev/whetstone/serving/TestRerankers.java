package dev.whetstone.serving;

import dev.whetstone.core.Failure;
import dev.whetstone.encode.PairScorer;
import dev.whetstone.encode.WordScorer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Rerankers named `manual` that need no weights, made when they are opened.
public final class TestRerankers implements RerankerSource {
  /// How often one was opened, or was to be.
  public final AtomicInteger opened = new AtomicInteger();

  /// The last one opened of each version.
  final Map<Version, WordScorer> scorers = new ConcurrentHashMap<>();

  /// The version that serves.
  public volatile @Nullable Version serving;

  /// Thrown in place of opening.
  volatile @Nullable Failure broken;

  public WordScorer scorer(String version) {
    WordScorer scorer = scorers.get(new Version("manual", version));
    if (scorer == null) {
      throw new AssertionError(version + " was not opened");
    }
    return scorer;
  }

  @Override
  public PairScorer open(Version version) {
    opened.incrementAndGet();
    Failure thrown = broken;
    if (thrown != null) {
      throw thrown;
    }
    var scorer = new WordScorer();
    scorers.put(version, scorer);
    return scorer;
  }

  @Override
  public Optional<Serving> serving() {
    return Optional.ofNullable(serving).map(one -> new Serving(one, Instant.EPOCH));
  }
}
