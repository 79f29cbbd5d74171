package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchedRowsTest {
  @Test
  void rowsStandInTheOrderOfTheSequencesWhicheverBatchEndsFirst() {
    List<int[]> sequences =
        new Random(3).ints(200, 1, 40).mapToObj(length -> new int[length]).toList();
    var counts = new ArrayList<Integer>();

    float[] rows =
        new BatchedRows<int[]>(sequences, each -> each.length, 100, 7)
            .compute(
                (batches, finished) -> {
                  for (int i = batches.size() - 1; i >= 0; i--) {
                    finished.accept(i, lengthsAndSquares(batches.get(i)));
                  }
                },
                2,
                (computed, count) -> {
                  assertThat(computed).hasSize(2 * count);
                  counts.add(count);
                });

    assertThat(rows).containsExactly(lengthsAndSquares(sequences));
    assertThat(counts).allMatch(count -> count <= 7);
    assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(200);
  }

  private static float[] lengthsAndSquares(List<int[]> sequences) {
    var rows = new float[2 * sequences.size()];
    IntStream.range(0, sequences.size())
        .forEach(
            i -> {
              int length = sequences.get(i).length;
              rows[2 * i] = length;
              rows[2 * i + 1] = length * length;
            });
    return rows;
  }
}
