package dev.whetstone.torch;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The rows of the word table that occur in a step, that of padding included: a step sees a tenth
/// of a small encoder's table. Belongs to the open [Scope].
final class StepWords {
  private static final int PADDING = 0;

  private final long[] ids; // each once, rising
  private final Tensor rows;
  private final Tensor table;

  private StepWords(long[] ids, Tensor rows, Tensor table) {
    this.ids = ids;
    this.rows = rows;
    this.table = table;
  }

  /// @param words the whole table
  static StepWords of(Sequences<?> sequences, Tensor words) {
    long[] ids =
        LongStream.concat(
                LongStream.of(PADDING),
                IntStream.range(0, sequences.size())
                    .mapToObj(sequences::ids)
                    .flatMapToInt(Arrays::stream)
                    .asLongStream())
            .distinct()
            .sorted()
            .toArray();
    Tensor rows = Device.indices(ids);
    return new StepWords(ids, rows, torch.index_select(words, 0, rows));
  }

  /// Their ids: `[u]`.
  Tensor rows() {
    return rows;
  }

  /// Their rows of the word table: `[u, hidden]`.
  Tensor table() {
    return table;
  }

  /// The row of [#table] of each token: `[tokens]`.
  long[] of(PackedBatch batch) {
    return Arrays.stream(batch.ids()).map(id -> Arrays.binarySearch(ids, id)).toArray();
  }
}
