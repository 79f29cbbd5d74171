package dev.whetstone.encode;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A reranker for tests that needs no weights: a passage scores as many as it has words of the
/// question, less one. It counts its calls, can be held, and can fail.
public final class WordScorer implements PairScorer {
  /// How often it was asked.
  public final AtomicInteger calls = new AtomicInteger();

  /// How many passages it scored.
  public final AtomicInteger passages = new AtomicInteger();

  /// Whether it was closed.
  public volatile boolean closed;

  /// Thrown in place of scores.
  public volatile @Nullable RuntimeException failure;

  /// Calls wait for this where it is set.
  public volatile @Nullable CountDownLatch held;

  /// Returned in place of each score where it is set.
  public volatile @Nullable Float constant;

  @Override
  public float[] score(String question, List<String> texts) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    calls.incrementAndGet();
    passages.addAndGet(texts.size());
    CountDownLatch latch = held;
    if (latch != null) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
    Float same = constant;
    var scores = new float[texts.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = same == null ? common(question, texts.get(i)) - 1 : same;
    }
    return scores;
  }

  /// How many words of the question a text has.
  public static int common(String question, String text) {
    Set<String> both = words(question);
    both.retainAll(words(text));
    return both.size();
  }

  private static Set<String> words(String text) {
    return new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
  }

  @Override
  public void close() {
    closed = true;
  }
}
