package dev.whetstone.vectors;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;

/// Reads what [RowWriter] wrote, a row group at a time, and checks it: the pages' checksums, each
/// row, and the hash of all content.
final class RowReader implements AutoCloseable {
  private static final String MEND = ". Delete it and run the step that writes it again";

  private final Path file;
  private final ParquetFileReader reader;
  private final Map<String, String> footer;

  private RowReader(Path file, ParquetFileReader reader) {
    this.file = file;
    this.reader = reader;
    this.footer = new TreeMap<>(reader.getFileMetaData().getKeyValueMetaData());
  }

  static RowReader open(Path file, String kind) {
    if (!Files.isRegularFile(file)) {
      throw new Failure.BadInput("no file " + file);
    }
    try {
      var options =
          ParquetReadOptions.builder(new PlainParquetConfiguration())
              .usePageChecksumVerification()
              .build();
      var opened = new RowReader(file, ParquetFileReader.open(new LocalInputFile(file), options));
      opened.check(kind);
      return opened;
    } catch (Failure e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, "in its footer", e);
    }
  }

  Map<String, String> footer() {
    return Map.copyOf(footer);
  }

  String text(String key) {
    String value = footer.get(key);
    if (value == null) {
      throw new Failure.CorruptArtifact(file + " has no " + key + " in its footer" + MEND);
    }
    return value;
  }

  int number(String key) {
    try {
      return Integer.parseInt(text(key));
    } catch (NumberFormatException e) {
      throw new Failure.CorruptArtifact(
          file + " is damaged: its " + key + " is no number: " + text(key) + MEND, e);
    }
  }

  /// How many numbers the vectors of all rows have, as far as the footer can be believed: no more
  /// than the file has bytes.
  int floats(int dimension) {
    try {
      double claimed = (double) reader.getRecordCount() * dimension;
      return (int)
          Math.clamp(claimed, 0, (double) Math.min(Files.size(file), Integer.MAX_VALUE - 8L));
    } catch (IOException e) {
      throw unreadable(file, "in its footer", e);
    }
  }

  /// Reads all rows; their vectors go to `vectors`, one after the other.
  ///
  /// @param dimension 0 for a file without vectors
  List<Passage> passages(int dimension, Floats vectors) {
    var passages = new ArrayList<Passage>();
    var ids = new HashSet<String>();
    var content = new RowFormat.ContentHash(footer);
    try {
      MessageType schema = RowFormat.schema(dimension > 0);
      var columns = new ColumnIOFactory().getColumnIO(schema, reader.getFileMetaData().getSchema());
      var row = new PassageRow(dimension);
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        var rows = columns.getRecordReader(pages, row);
        for (long i = 0; i < pages.getRowCount(); i++) {
          Passage passage = rows.read();
          check(row, passages.size(), dimension);
          if (!ids.add(passage.id())) {
            throw damaged(passages.size(), "its id " + passage.id() + " stands there twice");
          }
          vectors.add(row.vector());
          content.add(passage, row.vector());
          passages.add(passage);
        }
      }
    } catch (Failure e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(file, "at row " + passages.size(), e);
    }
    if (passages.size() != number(RowFormat.COUNT)) {
      throw new Failure.CorruptArtifact(
          file
              + " is damaged: "
              + passages.size()
              + " rows instead of "
              + text(RowFormat.COUNT)
              + MEND);
    }
    if (!content.hex().equals(text(RowFormat.CONTENT))) {
      throw new Failure.CorruptArtifact(
          file + " is damaged: the SHA-256 of its content is not the one written" + MEND);
    }
    return passages;
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot close " + file + ": " + e.getMessage(), e);
    }
  }

  private void check(String kind) {
    if (!text(RowFormat.KIND).equals(kind)) {
      throw new Failure.CorruptArtifact(file + " holds " + text(RowFormat.KIND) + ", not " + kind);
    }
    if (number(RowFormat.FORMAT) != RowFormat.VERSION) {
      throw new Failure.CorruptArtifact(
          file
              + " is of format "
              + text(RowFormat.FORMAT)
              + ", this program reads format "
              + RowFormat.VERSION
              + ": update the program, or write the file again");
    }
  }

  private void check(PassageRow row, int at, int dimension) {
    if (row.length() != dimension) {
      throw damaged(at, "a vector of " + row.length() + " numbers, not " + dimension);
    }
    if (dimension > 0 && !UnitVector.is(row.vector())) {
      throw damaged(at, "its vector is not of finite numbers and unit length");
    }
  }

  /// Parquet throws whatever a damaged byte leads it to, I/O exceptions too. Only where the bytes
  /// themselves cannot be read is it the disk's fault.
  private static Failure unreadable(Path file, String where, Exception e) {
    try {
      Sha256.of(file);
    } catch (IOException disk) {
      return new Failure.Unavailable("cannot read " + file + ": " + disk.getMessage(), disk);
    }
    return new Failure.CorruptArtifact(
        file + " is damaged " + where + ": " + firstLine(e) + MEND, e);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private Failure.CorruptArtifact damaged(int row, String what) {
    return new Failure.CorruptArtifact(file + " is damaged at row " + row + ": " + what + MEND);
  }
}
