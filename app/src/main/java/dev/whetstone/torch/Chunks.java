package dev.whetstone.torch;

import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.PairTokens;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/// The sequences of a step that does not go through the network at once, dealt out to batches of
/// like length.
///
/// @param numbers of the sequences in each batch, each once
/// @param packed the batches
record Chunks(List<List<Integer>> numbers, List<PackedBatch> packed) {
  private static final int PADDING = 0;

  Chunks {
    numbers = numbers.stream().map(List::copyOf).toList();
    packed = List.copyOf(packed);
  }

  /// @param most tokens in a batch, padding included (a single sequence may have more)
  static Chunks of(List<int[]> sequences, int most) {
    return of(sequences, numbers(sequences, most));
  }

  /// @param numbers of the sequences in each batch
  static Chunks of(List<int[]> sequences, List<List<Integer>> numbers) {
    return of(numbers, some -> PackedBatch.of(some.stream().map(sequences::get).toList()));
  }

  /// @param most as of [#of(List, int)]
  static Chunks ofPairs(List<PairTokens> pairs, int most) {
    return of(
        numbers(pairs.stream().map(PairTokens::ids).toList(), most),
        some -> PackedBatch.ofPairs(some.stream().map(pairs::get).toList()));
  }

  private static List<List<Integer>> numbers(List<int[]> sequences, int most) {
    return LengthBatches.of(
        sequences.size(), i -> sequences.get(i).length, most, Integer.MAX_VALUE);
  }

  private static Chunks of(
      List<List<Integer>> numbers, Function<List<Integer>, PackedBatch> packing) {
    return new Chunks(numbers, numbers.stream().map(packing).toList());
  }

  int size() {
    return packed.size();
  }

  /// Sequences in all.
  int sequences() {
    return packed.stream().mapToInt(PackedBatch::size).sum();
  }

  /// The ids that occur, that of padding included: each once, rising.
  long[] distinct() {
    return LongStream.concat(
            LongStream.of(PADDING),
            packed.stream().flatMapToLong(each -> Arrays.stream(each.ids())))
        .distinct()
        .sorted()
        .toArray();
  }
}
