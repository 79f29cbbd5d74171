package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {
  @Test
  void everyTextStandsInOneBatchOfLikeLength() {
    var random = new Random(9);
    int[] lengths = random.ints(500, 1, 201).toArray();

    var batches = LengthBatches.of(500, row -> lengths[row], 1000, 32);

    assertThat(batches.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, 500).boxed().toList());
    for (List<Integer> batch : batches) {
      int longest = batch.stream().mapToInt(row -> lengths[row]).max().orElseThrow();
      assertThat(longest * batch.size()).isLessThanOrEqualTo(1000);
      assertThat(batch).hasSizeLessThanOrEqualTo(32);
    }
    assertThat(LengthBatches.of(1, _ -> 5000, 1000, 32)).hasSize(1);
    assertThat(LengthBatches.of(0, _ -> 1, 1000, 32)).isEmpty();
  }

  @Test
  void theExampleOfTheDocumentationHolds() {
    int[] lengths = {9, 3, 8, 3};

    assertThat(LengthBatches.of(4, row -> lengths[row], 18, 32))
        .containsExactlyInAnyOrder(List.of(1, 3), List.of(2, 0));
    assertThat(LengthBatches.order(4, row -> lengths[row])).containsExactly(1, 3, 2, 0);
    assertThat(LengthBatches.order(4, row -> -lengths[row])).containsExactly(0, 2, 1, 3);
  }
}
