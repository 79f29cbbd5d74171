package dev.whetstone.vectors;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Passages with their vectors as one Parquet file that any reader of Parquet opens: ZSTD, the
/// columns of [PassageFile] and `embedding` list<float>. The space, the dimension and the number of
/// rows stand in the key-value footer, with a SHA-256 over all content.
public final class VectorFile {
  /// Footer keys of every vector file; a caller's own keys do not begin with `whetstone.`.
  public static final String SPACE = "whetstone.space";

  public static final String DIMENSION = "whetstone.dimension";

  private static final String KIND = "vectors";
  private static final int MAX_DIMENSION = 1 << 16;

  private VectorFile() {}

  /// A file's content.
  ///
  /// @param passages in the file's order
  /// @param vectors of all of them, in the same order
  /// @param footer every key of the footer, ours and the writer's
  public record FileContent(List<Passage> passages, Vectors vectors, Map<String, String> footer) {
    public FileContent {
      passages = List.copyOf(passages);
      footer = Map.copyOf(footer);
    }
  }

  /// Writes a row for each passage, streaming: memory beyond the arguments stays bounded by a row
  /// group. The file appears whole or not at all.
  ///
  /// @param vectors hold one for each passage; others are not written
  /// @param footer further keys, for example provenance
  /// @throws Failure.BadInput if a passage has no vector of unit length
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public static void write(
      Path file, List<Passage> passages, Vectors vectors, Map<String, String> footer) {
    for (String key : footer.keySet()) {
      if (key.startsWith(RowFormat.OWN)) {
        throw new IllegalArgumentException("a footer key of our own: " + key);
      }
    }
    var keys = new TreeMap<>(footer);
    keys.put(SPACE, vectors.space().value());
    keys.put(DIMENSION, Integer.toString(vectors.dimension()));
    RowWriter.write(file, KIND, passages, vectors, keys);
  }

  /// Reads and checks all of a file.
  ///
  /// @throws Failure.CorruptArtifact naming file and row if it is not what was written
  /// @throws Failure.BadInput if there is no such file
  public static FileContent read(Path file) {
    try (var reader = RowReader.open(file, KIND)) {
      int dimension = reader.number(DIMENSION);
      if (dimension < 1 || dimension > MAX_DIMENSION) {
        throw new Failure.CorruptArtifact(
            file + " is damaged: " + DIMENSION + " is " + dimension + " in its footer");
      }
      SpaceId space = space(file, reader);
      var data = new Floats(reader.floats(dimension));
      List<Passage> passages = reader.passages(dimension, data);
      List<String> ids = passages.stream().map(Passage::id).toList();
      var vectors = new Vectors(space, ids, dimension, data.toArray());
      return new FileContent(passages, vectors, reader.footer());
    }
  }

  private static SpaceId space(Path file, RowReader reader) {
    try {
      return new SpaceId(reader.text(SPACE));
    } catch (IllegalArgumentException e) {
      throw new Failure.CorruptArtifact(file + " is damaged: its " + SPACE + " is no space id", e);
    }
  }
}
