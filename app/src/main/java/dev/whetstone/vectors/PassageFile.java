package dev.whetstone.vectors;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Passages as one Parquet file: ZSTD, the columns `id`, `document`, `headings` list<string>,
/// `text`, `from`, `to`, `page`, `tokens`, `metadata` map<string, string>.
public final class PassageFile {
  private static final String KIND = "passages";

  private PassageFile() {}

  /// Writes the passages in their order. The file appears whole or not at all.
  ///
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public static void write(Path file, List<Passage> passages) {
    RowWriter.write(file, KIND, passages, null, Map.of());
  }

  /// Reads and checks all of a file.
  ///
  /// @throws Failure.CorruptArtifact naming file and row if it is not what was written
  /// @throws Failure.BadInput if there is no such file
  public static List<Passage> read(Path file) {
    try (var reader = RowReader.open(file, KIND)) {
      return List.copyOf(reader.passages(0, new Floats(0)));
    }
  }
}
