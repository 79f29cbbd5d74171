package dev.whetstone.torch;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.PairTokens;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/// A text encoder, or a scorer of pairs, of any [NetworkDescription]; its weights live in native
/// memory, fp32. Safe for many threads: any number of them embed and score at once, so that a
/// question does not wait for a long job; what changes the weights waits for them, and they for it.
/// Texts that are embedded as one batch have their products in fp32 computed on the calling thread
/// ([Threads]); many batches ([#embedAll], [#scoreAll]) use all cores. Close it to free the
/// weights.
public final class Network implements AutoCloseable {
  private final NetworkDescription description;
  private final Weights weights;
  private final Map<Precision, Inference> inferences = new EnumMap<>(Precision.class);
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private Network(NetworkDescription description, Weights weights) {
    this.description = description;
    this.weights = weights;
  }

  /// Copies the weights into native memory.
  ///
  /// @param tensors may hold others too; those are ignored
  /// @throws Failure.CorruptArtifact naming a tensor that is missing or of another size
  public static Network of(NetworkDescription description, NamedTensors tensors) {
    return new Network(description, Weights.of(new ParameterLayout(description), tensors));
  }

  public NetworkDescription description() {
    return description;
  }

  /// Embeds token sequences as one batch, without gradients. Lengths may differ; padding is of no
  /// consequence for the vectors, but a batch of like lengths is faster.
  ///
  /// @param ids each with its special tokens, from 1 to `description().maxTokens()` of them
  /// @return row `i`, of unit length, for `ids.get(i)`: `[ids.size() * dimension]`, row-major
  public float[] embed(List<int[]> ids, Precision precision) {
    requireOutput(false);
    if (ids.isEmpty()) {
      return new float[0];
    }
    check(ids);
    return compute(packed(ids, precision), precision);
  }

  /// Scores pairs, dealt out to all cores, without gradients.
  ///
  /// @param pairs each from 1 to `description().maxTokens()` tokens
  /// @return the raw logit of each, in order: `[pairs.size()]`
  public float[] score(List<PairTokens> pairs, Precision precision) {
    int each = Math.max(1, Math.ceilDiv(pairs.size(), Threads.CORES));
    return new BatchedRows<>(pairs, PairTokens::length, Integer.MAX_VALUE, each)
        .compute((batches, finished) -> scoreAll(batches, precision, finished), 1, (_, _) -> {});
  }

  private void requireOutput(boolean scores) {
    if (description.scores() != scores) {
      throw new IllegalArgumentException(
          description.scores()
              ? "the network scores pairs; it embeds no texts"
              : "the network embeds texts; it has no head that scores pairs");
    }
  }

  /// Embeds batches, or computes one on each core at a time: a core that shares no product with
  /// others waits for none. Without gradients.
  ///
  /// @param batches as for [#embed]
  /// @param finished gets the number of a batch and its rows, as [#embed] returns them, in any
  ///   order but one call at a time
  public void embedAll(
      List<List<int[]>> batches, Precision precision, BiConsumer<Integer, float[]> finished) {
    requireOutput(false);
    batches.forEach(this::check);
    computeAll(batches.size(), i -> packed(batches.get(i), precision), precision, finished);
  }

  /// Scores batches, one on each core at a time, as [#embedAll].
  ///
  /// @param batches as for [#score]
  /// @param finished gets the number of a batch and its scores, in any order but one call at a time
  public void scoreAll(
      List<List<PairTokens>> batches, Precision precision, BiConsumer<Integer, float[]> finished) {
    requireOutput(true);
    batches.forEach(batch -> check(batch.stream().map(PairTokens::ids).toList()));
    computeAll(batches.size(), i -> PackedBatch.ofPairs(batches.get(i)), precision, finished);
  }

  private void computeAll(
      int batches,
      IntFunction<PackedBatch> batch,
      Precision precision,
      BiConsumer<Integer, float[]> finished) {
    lock.readLock().lock();
    try {
      requireOpen();
      Inference inference = inference(precision);
      var one = new Object();
      Threads.forEach(
          batches,
          i -> {
            float[] rows = inference.compute(batch.apply(i));
            synchronized (one) {
              finished.accept(i, rows);
            }
          });
    } finally {
      lock.readLock().unlock();
    }
  }

  private PackedBatch packed(List<int[]> ids, Precision precision) {
    return switch (precision) {
      case FP32, INT8 -> PackedBatch.of(ids);
      case BF16 -> PackedBatch.aligned(ids, description.maxTokens());
    };
  }

  private float[] compute(PackedBatch batch, Precision precision) {
    lock.readLock().lock();
    try {
      requireOpen();
      return inference(precision).compute(batch);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Whether libtorch multiplies 8-bit numbers on this machine, as [Precision#INT8] needs.
  public static boolean computesInt8() {
    return Kernels.multipliesInt8();
  }

  /// A copy of the weights under the names of the description.
  public NamedTensors weights() {
    lock.readLock().lock();
    try (var _ = new Scope()) {
      requireOpen();
      return weights.export();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Replaces all weights by copies of these.
  public void load(NamedTensors tensors) {
    lock.writeLock().lock();
    try (var _ = new Scope()) {
      requireOpen();
      weights.load(tensors);
      changed();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Held by a training while it reads or writes the weights.
  Lock lock() {
    return lock.writeLock();
  }

  /// The fp32 weights themselves; call [#changed] after writing to them.
  Weights masters() {
    return weights;
  }

  /// Drops what was derived from the weights; with [#lock] held.
  synchronized void changed() {
    inferences.values().forEach(Inference::close);
    inferences.clear();
  }

  void check(List<int[]> sequences) {
    for (int[] ids : sequences) {
      if (ids.length < 1 || ids.length > description.maxTokens()) {
        throw new IllegalArgumentException(
            "a sequence of "
                + ids.length
                + " tokens; the encoder takes 1 to "
                + description.maxTokens());
      }
      for (int id : ids) {
        if (id < 0 || id >= description.vocabulary()) {
          throw new IllegalArgumentException(
              "token " + id + " in a vocabulary of " + description.vocabulary());
        }
      }
    }
  }

  private synchronized Inference inference(Precision precision) {
    return inferences.computeIfAbsent(precision, _ -> Inference.of(weights, precision));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the network is closed");
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        changed();
        weights.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
