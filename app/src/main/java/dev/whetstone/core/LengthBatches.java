package dev.whetstone.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Batches of sequences of like length.
///
/// Problem: a network computes a batch as a rectangle `[count, longest]`; what a shorter sequence
/// lacks is padding, which costs as much as tokens. In a batch of arbitrary texts half of the
/// tokens are padding.
///
/// Method: the sequences are sorted by length and cut into runs. A run ends when one more sequence
/// would make its rectangle larger than `maxTokens`, or when it has `maxTexts`. A sequence that is
/// longer than `maxTokens` is a run of its own. The runs come in a fixed random order, so that the
/// speed so far predicts the rest; from short to long it would fall all the time.
///
/// Example: lengths 9, 3, 8, 3 and at most 18 tokens give the runs {1, 3} with a rectangle of 2 × 3
/// and {2, 0} with one of 2 × 9, of which one token is padding.
///
/// Cost: one sort.
public final class LengthBatches {
  private LengthBatches() {}

  /// Rows `0 … count - 1` from the shortest to the longest; equal ones keep their order.
  ///
  /// @param length of a row; negated for an order from the longest to the shortest
  public static List<Integer> order(int count, IntUnaryOperator length) {
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingInt(length::applyAsInt))
        .toList();
  }

  /// Every row stands in exactly one batch.
  ///
  /// @param length of a row in tokens
  /// @param maxTokens of a batch, padding included
  /// @param maxTexts of a batch, from 1
  /// @return rows, batch by batch; in each batch ascending by length
  public static List<List<Integer>> of(
      int count, IntUnaryOperator length, int maxTokens, int maxTexts) {
    List<Integer> order = order(count, length);
    var batches = new ArrayList<List<Integer>>();
    int from = 0;
    for (int to = 1; to <= count; to++) {
      boolean full =
          to == count
              || to - from == maxTexts
              || (long) (to + 1 - from) * length.applyAsInt(order.get(to)) > maxTokens;
      if (full) {
        batches.add(order.subList(from, to));
        from = to;
      }
    }
    Collections.shuffle(batches, new Random(1));
    return batches;
  }
}
