package dev.whetstone.encode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Cuts many token sequences into batches of like length.
final class Batches {
  private Batches() {}

  /// Every row stands in exactly one batch. The batches come in a fixed random order, so that the
  /// rate seen so far foretells the rest.
  ///
  /// @return rows of `ids`, batch by batch; in each batch ascending by length
  static List<List<Integer>> of(List<int[]> ids, int maxTokens, int maxTexts) {
    List<Integer> order =
        IntStream.range(0, ids.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> ids.get(row).length))
            .toList();
    var batches = new ArrayList<List<Integer>>();
    int from = 0;
    for (int to = 1; to <= order.size(); to++) {
      boolean full =
          to == order.size()
              || to - from == maxTexts
              || (long) (to + 1 - from) * ids.get(order.get(to)).length > maxTokens;
      if (full) {
        batches.add(order.subList(from, to));
        from = to;
      }
    }
    Collections.shuffle(batches, new Random(1));
    return batches;
  }
}
