package dev.whetstone.core;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/// Computes rows of numbers for sequences, in [batches of like length][LengthBatches].
///
/// @param <T> a sequence
public final class BatchedRows<T> {
  private final List<T> sequences;
  private final List<List<Integer>> batches;

  /// What computes many batches. It gives the number of each and its rows, in any order but one
  /// call at a time.
  @FunctionalInterface
  public interface Computing<T> {
    void compute(List<List<T>> batches, BiConsumer<Integer, float[]> finished);
  }

  /// Other parameters as of [LengthBatches#of].
  ///
  /// @param length of a sequence in tokens
  public BatchedRows(List<T> sequences, ToIntFunction<T> length, int maxTokens, int maxTexts) {
    this.sequences = sequences;
    this.batches =
        LengthBatches.of(
            sequences.size(), row -> length.applyAsInt(sequences.get(row)), maxTokens, maxTexts);
  }

  /// Computes all.
  ///
  /// @param width numbers in a row
  /// @param finished gets the rows of a batch and their number, one call at a time
  /// @return row `i` for sequence `i`: `[size * width]`
  public float[] compute(Computing<T> computing, int width, BiConsumer<float[], Integer> finished) {
    var rows = new float[Math.multiplyExact(sequences.size(), width)];
    computing.compute(
        batches.stream().map(batch -> batch.stream().map(sequences::get).toList()).toList(),
        (number, computed) -> {
          List<Integer> batch = batches.get(number);
          for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(computed, i * width, rows, batch.get(i) * width, width);
          }
          finished.accept(computed, batch.size());
        });
    return rows;
  }
}
