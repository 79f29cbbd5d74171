package dev.whetstone.vectors;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Vectors of the sentences of passages, as one memory-mapped file: 8 bits a number, found by the
/// passage's id. Safe for many threads until it is closed.
///
/// **Problem.** An answer quotes sentences, so it compares the question with up to twenty of them.
/// To embed those for each question takes ten times as long as to find the passages. Their vectors
/// are made once, when the index is built; there are several times as many as passages, so they
/// must be small, and must not be read into the heap.
///
/// **Quantization.** A row `x` is stored as a scale `s = max |x_i| / 127` and the bytes `q_i =
/// round(x_i / s)`. The cosine with a question `y` is taken as `s · Σ q_i y_i`. The error of each
/// number is at most `s / 2`, independent and without bias, so that of a cosine has a standard
/// deviation of about `s / √12`: .001 for a row of 384 numbers whose largest is .4. Sentences that
/// close are as good as each other.
///
/// **Layout**, little-endian:
///
/// | part | form |
/// |---|---|
/// | rows | each 4 bytes scale (float) and `dimension` bytes |
/// | index | for each passage, ascending: 16 bytes, the head of its id's SHA-256; 8 bytes, its first row; 4 bytes, its number of rows |
/// | footer | 8 bytes rows, 4 bytes passages, 4 bytes dimension, 4 bytes format, 4 bytes magic |
///
/// A look-up is a binary search in the mapped index: no memory but the pages that are read. The
/// file's checksum stands in the manifest of its artifact; here only its form is checked.
public final class SentenceFile implements AutoCloseable {
  public static final int FORMAT = 1;
  private static final int MAGIC = 0x53544857; // "WHTS"
  private static final int ENTRY = 28;
  private static final int FOOTER = 24;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final MemorySegment bytes;
  private final int dimension;
  private final int passages;
  private final long rows;

  private SentenceFile(Arena arena, MemorySegment bytes, long rows, int passages, int dimension) {
    this.arena = arena;
    this.bytes = bytes;
    this.rows = rows;
    this.passages = passages;
    this.dimension = dimension;
  }

  /// Where a passage's rows are.
  private record Entry(long head, long tail, long firstRow, int rows) {
    static final Comparator<Entry> ORDER =
        Comparator.<Entry>comparingLong(Entry::head).thenComparingLong(Entry::tail);

    static Entry of(String id, long firstRow, int rows) {
      String hash = Sha256.of(id.getBytes(StandardCharsets.UTF_8));
      return new Entry(
          Long.parseUnsignedLong(hash.substring(0, 16), 16),
          Long.parseUnsignedLong(hash.substring(16, 32), 16),
          firstRow,
          rows);
    }
  }

  /// Maps a file.
  ///
  /// @throws Failure.CorruptArtifact if it has not this form
  /// @throws Failure.Unavailable if it cannot be read
  public static SentenceFile open(Path file) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long end = bytes.byteSize() - FOOTER;
      if (end < 0 || bytes.get(INT, end + 20) != MAGIC || bytes.get(INT, end + 16) != FORMAT) {
        throw corrupt(file);
      }
      long rows = bytes.get(LONG, end);
      int passages = bytes.get(INT, end + 8);
      int dimension = bytes.get(INT, end + 12);
      if (rows < 0
          || passages < 0
          || dimension < 1
          || rows > end / (4 + dimension)
          || rows * (4 + dimension) + (long) passages * ENTRY != end) {
        throw corrupt(file);
      }
      return new SentenceFile(arena, bytes, rows, passages, dimension);
    } catch (IOException e) {
      arena.close();
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static Failure corrupt(Path file) {
    return new Failure.CorruptArtifact(
        file + " holds no sentence vectors of this version: delete its folder",
        Remedy.step("embed"));
  }

  public int dimension() {
    return dimension;
  }

  /// How many passages it holds.
  public int passages() {
    return passages;
  }

  /// How many sentences it holds.
  public long rows() {
    return rows;
  }

  public boolean contains(String id) {
    return find(id).isPresent();
  }

  /// The cosines of `question` (`[dimension]`, of unit length) with each sentence of a passage, in
  /// order; empty where the passage is not here.
  public Optional<double[]> cosines(float[] question, String id) {
    if (question.length != dimension) {
      throw new IllegalArgumentException(question.length + " numbers instead of " + dimension);
    }
    return find(id)
        .map(
            entry -> {
              var cosines = new double[entry.rows()];
              for (int i = 0; i < cosines.length; i++) {
                cosines[i] = cosine(question, entry.firstRow() + i);
              }
              return cosines;
            });
  }

  private double cosine(float[] question, long row) {
    long at = row * (4 + dimension);
    double scale = bytes.get(FLOAT, at);
    float sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += question[i] * bytes.get(ValueLayout.JAVA_BYTE, at + 4 + i);
    }
    return scale * sum;
  }

  private Optional<Entry> find(String id) {
    Entry wanted = Entry.of(id, 0, 0);
    int low = 0;
    int high = passages - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Entry there = entry(middle);
      int order = Entry.ORDER.compare(there, wanted);
      if (order == 0) {
        return Optional.of(there);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  private Entry entry(int number) {
    long at = rows * (4 + dimension) + (long) number * ENTRY;
    return new Entry(
        bytes.get(LONG, at),
        bytes.get(LONG, at + 8),
        bytes.get(LONG, at + 16),
        bytes.get(INT, at + 24));
  }

  /// Unmaps it. No other call may be under way.
  @Override
  public void close() {
    arena.close();
  }

  /// Writes a file, passage by passage. Not safe for several threads.
  public static final class Writer {
    private final int dimension;
    private final OutputStream out;
    private final List<Entry> index = new ArrayList<>();
    private final byte[] row;
    private long rows;

    /// @param out flushed by [#finish]; owned by the caller
    public Writer(OutputStream out, int dimension) {
      this.dimension = dimension;
      this.row = new byte[4 + dimension];
      this.out = new BufferedOutputStream(out, 1 << 16);
    }

    /// Adds a passage with the vectors of its sentences, each `[dimension]` and of unit length.
    public void add(String id, List<float[]> vectors) throws IOException {
      index.add(Entry.of(id, rows, vectors.size()));
      for (float[] vector : vectors) {
        quantize(vector);
        out.write(row);
      }
      rows += vectors.size();
    }

    private void quantize(float[] vector) {
      float largest = 0;
      for (float x : vector) {
        largest = Math.max(largest, Math.abs(x));
      }
      float scale = largest == 0 ? 1 : largest / 127;
      ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).putFloat(scale);
      for (int i = 0; i < dimension; i++) {
        row[4 + i] = (byte) Math.round(vector[i] / scale);
      }
    }

    /// Adds a passage as another file has it.
    ///
    /// @return false if the other has none of that id: nothing was added
    public boolean addFrom(SentenceFile other, String id) throws IOException {
      Optional<Entry> entry = other.find(id);
      if (entry.isEmpty() || other.dimension != dimension) {
        return false;
      }
      index.add(Entry.of(id, rows, entry.get().rows()));
      long from = entry.get().firstRow() * row.length;
      for (int i = 0; i < entry.get().rows(); i++, from += row.length) {
        MemorySegment.copy(other.bytes, ValueLayout.JAVA_BYTE, from, row, 0, row.length);
        out.write(row);
      }
      rows += entry.get().rows();
      return true;
    }

    /// Writes the index. The file is whole when this returns.
    public void finish() throws IOException {
      index.sort(Entry.ORDER);
      var buffer = ByteBuffer.allocate(ENTRY).order(ByteOrder.LITTLE_ENDIAN);
      for (Entry entry : index) {
        buffer.clear();
        buffer.putLong(entry.head()).putLong(entry.tail());
        buffer.putLong(entry.firstRow()).putInt(entry.rows());
        out.write(buffer.array());
      }
      var footer = ByteBuffer.allocate(FOOTER).order(ByteOrder.LITTLE_ENDIAN);
      footer.putLong(rows).putInt(index.size()).putInt(dimension).putInt(FORMAT).putInt(MAGIC);
      out.write(footer.array());
      out.flush();
    }
  }
}
