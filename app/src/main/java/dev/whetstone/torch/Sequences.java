package dev.whetstone.torch;

import dev.whetstone.core.PairTokens;
import java.util.List;

/// What goes through a network in a step, each text or pair of texts as token ids with special
/// tokens.
interface Sequences {
  int size();

  /// @param number from 0
  int[] ids(int number);

  PackedBatch pack(List<Integer> numbers);

  static Sequences of(List<int[]> texts) {
    return new Sequences() {
      @Override
      public int size() {
        return texts.size();
      }

      @Override
      public int[] ids(int number) {
        return texts.get(number);
      }

      @Override
      public PackedBatch pack(List<Integer> numbers) {
        return PackedBatch.of(numbers.stream().map(texts::get).toList());
      }
    };
  }

  static Sequences ofPairs(List<PairTokens> pairs) {
    return new Sequences() {
      @Override
      public int size() {
        return pairs.size();
      }

      @Override
      public int[] ids(int number) {
        return pairs.get(number).ids();
      }

      @Override
      public PackedBatch pack(List<Integer> numbers) {
        return PackedBatch.ofPairs(numbers.stream().map(pairs::get).toList());
      }
    };
  }
}
