package dev.whetstone.encode;

import dev.whetstone.core.LengthBatches;
import java.util.List;
import java.util.function.BiConsumer;

/// Token sequences and the batches of like length in which a runtime embeds them.
final class TextBatches {
  private final List<int[]> ids;
  private final List<List<Integer>> batches;

  /// Bounds as of [LengthBatches#of].
  TextBatches(List<int[]> ids, int maxTokens, int maxTexts) {
    this.ids = ids;
    this.batches = LengthBatches.of(ids.size(), row -> ids.get(row).length, maxTokens, maxTexts);
  }

  /// Embeds all.
  ///
  /// @param finished gets the rows of a batch and their number, one call at a time
  /// @return row `i` for sequence `i`: `[size * width]`
  float[] embed(BatchRuntime runtime, int width, BiConsumer<float[], Integer> finished) {
    var rows = new float[Math.multiplyExact(ids.size(), width)];
    runtime.embedAll(
        batches.stream().map(batch -> batch.stream().map(ids::get).toList()).toList(),
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
