package dev.whetstone.torch;

import dev.whetstone.core.PairTokens;
import java.util.List;
import java.util.function.Function;

/// What goes through a network in a step, each text or pair of texts as token ids with special
/// tokens.
///
/// @param all in order
/// @param idsOf the token ids of one
/// @param packing of some
record Sequences<T>(List<T> all, Function<T, int[]> idsOf, Function<List<T>, PackedBatch> packing) {
  static Sequences<int[]> of(List<int[]> texts) {
    return new Sequences<>(texts, Function.identity(), PackedBatch::of);
  }

  static Sequences<PairTokens> ofPairs(List<PairTokens> pairs) {
    return new Sequences<>(pairs, PairTokens::ids, PackedBatch::ofPairs);
  }

  int size() {
    return all.size();
  }

  /// @param number from 0
  int[] ids(int number) {
    return idsOf.apply(all.get(number));
  }

  PackedBatch pack(List<Integer> numbers) {
    return packing.apply(numbers.stream().map(all::get).toList());
  }
}
