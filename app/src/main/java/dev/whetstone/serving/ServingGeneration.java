package dev.whetstone.serving;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.PassageReadings;
import dev.whetstone.answer.PassageSentences;
import dev.whetstone.answer.SentenceRows;
import dev.whetstone.answer.TermWeights;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.vectors.SentenceFile;
import dev.whetstone.workspace.SentenceStore;
import dev.whetstone.workspace.SharedEncoders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One generation of an index, open, with what answers from it need: the encoder of its space, the
/// weights of its terms, the vectors of its sentences. Safe for many threads until it is closed.
final class ServingGeneration implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServingGeneration.class.getName());

  /// Passages that come and go in one generation hardly change what its terms weigh.
  private static final Duration COUNT_AGAIN = Duration.ofSeconds(30);

  /// Counting takes no more of the time than one part in so many.
  private static final int COUNT_SELDOM = 50;

  /// The terms of a larger index are weighed by so many of its passages.
  private static final int MOST_COUNTED = 200_000;

  private final PassageIndex index;
  private final Lease<Encoder> encoder;
  private final Counted counted;
  private final Optional<SentenceFile> sentences;
  private final PassageReadings readings;
  private final Map<AnswerKind, Answerer> answerers = new ConcurrentHashMap<>();

  /// Why nothing is answered from it any more.
  private volatile @Nullable Failure damage;

  /// What answerers differ in.
  private record AnswerKind(Abstention abstention, AnswerSettings settings) {}

  /// The weights of the terms.
  ///
  /// @param at when they were counted, in nanoseconds
  /// @param pause until they are worth being counted again, in nanoseconds
  /// @param due whether they were counted on an earlier state of the generation
  private record Counted(TermWeights terms, long at, long pause, boolean due) {
    long age() {
      return System.nanoTime() - at;
    }
  }

  private ServingGeneration(
      PassageIndex index,
      Lease<Encoder> encoder,
      Counted counted,
      Optional<SentenceFile> sentences,
      PassageReadings readings) {
    this.index = index;
    this.encoder = encoder;
    this.counted = counted;
    this.sentences = sentences;
    this.readings = readings;
  }

  /// Opens generations.
  ///
  /// @param sentences of the workspace
  /// @param readings of passages, which count for every generation
  record Opening(SharedEncoders encoders, SentenceStore sentences, PassageReadings readings) {
    /// Takes `index` over.
    ServingGeneration open(PassageIndex index) {
      return open(index, () -> count(index));
    }

    /// Opens what comes after `before`; an update of the same generation keeps the weights of its
    /// terms for a while. Takes `index` over.
    ServingGeneration reopen(PassageIndex index, ServingGeneration before) {
      Counted last = before.counted;
      boolean reusable =
          before.index.generation().equals(index.generation()) && last.age() < last.pause();
      return open(
          index,
          () -> reusable ? new Counted(last.terms(), last.at(), last.pause(), true) : count(index));
    }

    private ServingGeneration open(PassageIndex index, Supplier<Counted> counted) {
      @Nullable Lease<Encoder> encoder = null;
      try {
        encoder = encoders.take(index.space());
        Counted weights = counted.get();
        return new ServingGeneration(index, encoder, weights, sentences(index), readings);
      } catch (RuntimeException e) {
        if (encoder != null) {
          encoder.close();
        }
        index.close();
        throw e;
      }
    }

    /// Damaged ones are not used: answers are slower without them, and the same.
    private Optional<SentenceFile> sentences(PassageIndex index) {
      try {
        return sentences.open(index.space(), PassageSentences.VERSION);
      } catch (Failure e) {
        LOG.log(System.Logger.Level.WARNING, "answers embed sentences: {0}", e.getMessage());
        return Optional.empty();
      }
    }

    private static Counted count(PassageIndex index) {
      long began = System.nanoTime();
      var terms =
          TermWeights.counted(
              each -> index.forEach(MOST_COUNTED, each), index.size() <= MOST_COUNTED);
      long now = System.nanoTime();
      return new Counted(terms, now, pause(now - began), false);
    }
  }

  /// How long the count of a generation that is updated counts, by how long it took.
  static long pause(long nanoseconds) {
    return Math.max(COUNT_AGAIN.toNanos(), COUNT_SELDOM * nanoseconds);
  }

  PassageIndex index() {
    return index;
  }

  Encoder encoder() {
    return encoder.value();
  }

  TermWeights terms() {
    return counted.terms();
  }

  /// Why nothing is answered from it any more; null while it is whole.
  @Nullable Failure damage() {
    return damage;
  }

  /// Whether the terms should be counted again.
  boolean isDue() {
    return counted.due() && counted.age() > counted.pause();
  }

  /// Checks its files.
  ///
  /// @throws Failure.CorruptArtifact naming what is damaged
  void verify() {
    try {
      index.verify();
      damage = null;
    } catch (Failure.CorruptArtifact e) {
      damage = e;
      throw e;
    }
  }

  /// What makes answers from it slow; empty when nothing does.
  String note() {
    int known = sentences.map(SentenceFile::passages).orElse(0);
    return known >= index.size()
        ? ""
        : "sentence vectors are there for %,d of %,d passages: answers from the others embed their sentences, which is slower"
            .formatted(known, index.size());
  }

  /// The answerer of apps with this abstention and these settings, made once.
  ///
  /// @param chat null for extractive answers
  Answerer answerer(Abstention abstention, AnswerSettings settings, @Nullable ChatModel chat) {
    return answerers.computeIfAbsent(
        new AnswerKind(abstention, settings),
        kind ->
            new Answerer(
                encoder(),
                readings,
                sentences.map(ServingGeneration::rows),
                counted.terms(),
                kind.abstention(),
                kind.settings(),
                chat));
  }

  private static SentenceRows rows(SentenceFile file) {
    return (question, passage) -> file.cosines(question, passage).orElse(SentenceRows.ABSENT);
  }

  @Override
  public void close() {
    try (encoder;
        index) {
      sentences.ifPresent(SentenceFile::close);
    }
  }
}
