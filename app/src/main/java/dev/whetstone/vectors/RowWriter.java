package dev.whetstone.vectors;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import dev.whetstone.store.WholeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/// Writes passages, with or without vectors, as rows of a Parquet file.
final class RowWriter {
  private static final long ROW_GROUP = 32L << 20; // bytes held in memory before they are written
  private static final int PAGE = 1 << 20;
  private static final String EMBEDDING_COLUMN = "embedding.list.element";
  private static final float[] NONE = new float[0];

  private RowWriter() {}

  static void write(
      Path file,
      String kind,
      List<Passage> passages,
      @Nullable Vectors vectors,
      Map<String, String> footer) {
    var keys = new TreeMap<>(footer);
    keys.put(RowFormat.KIND, kind);
    keys.put(RowFormat.FORMAT, Integer.toString(RowFormat.VERSION));
    var ids = new HashSet<String>();
    WholeFile.write(
        file,
        out -> {
          var buffered = new BufferedOutputStream(out, 1 << 16);
          try (ParquetWriter<Passage> writer = open(file, buffered, vectors, keys)) {
            for (Passage passage : passages) {
              if (!ids.add(passage.id())) {
                throw new Failure.BadInput("two passages have the id " + passage.id());
              }
              writer.write(passage);
            }
          }
          buffered.flush();
        });
  }

  private static ParquetWriter<Passage> open(
      Path file, OutputStream out, @Nullable Vectors vectors, Map<String, String> keys)
      throws IOException {
    return new Builder(new Destination(file, out), new Rows(vectors, keys))
        .withConf(new PlainParquetConfiguration())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ROW_GROUP)
        .withPageSize(PAGE)
        .withPageWriteChecksumEnabled(true)
        .withDictionaryEncoding("id", false)
        .withDictionaryEncoding("text", false)
        .withDictionaryEncoding(EMBEDDING_COLUMN, false)
        .withByteStreamSplitEncoding(EMBEDDING_COLUMN, true)
        .build();
  }

  private static final class Builder extends ParquetWriter.Builder<Passage, Builder> {
    private final Rows rows;

    Builder(OutputFile file, Rows rows) {
      super(file);
      this.rows = rows;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract there; only called where Hadoop is
    protected WriteSupport<Passage> getWriteSupport(Configuration configuration) {
      return rows;
    }

    @Override
    protected WriteSupport<Passage> getWriteSupport(ParquetConfiguration configuration) {
      return rows;
    }
  }

  /// Lays passages out in columns.
  private static final class Rows extends WriteSupport<Passage> {
    private final @Nullable Vectors vectors;
    private final Map<String, String> keys;
    private final RowFormat.ContentHash content;
    private @Nullable RecordConsumer consumer;
    private long count;

    Rows(@Nullable Vectors vectors, Map<String, String> keys) {
      this.vectors = vectors;
      this.keys = keys;
      this.content = new RowFormat.ContentHash(keys);
    }

    @Override
    @SuppressWarnings("deprecation") // abstract there; only called where Hadoop is
    public WriteContext init(Configuration configuration) {
      return new WriteContext(RowFormat.schema(vectors != null), keys);
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(RowFormat.schema(vectors != null), keys);
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public FinalizedWriteContext finalizeWrite() {
      return new FinalizedWriteContext(
          Map.of(RowFormat.COUNT, Long.toString(count), RowFormat.CONTENT, content.hex()));
    }

    @Override
    public void write(Passage passage) {
      if (consumer == null) {
        throw new IllegalStateException("not prepared");
      }
      float[] vector = vectors == null ? NONE : vector(vectors, passage.id());
      var row = new Row(consumer);
      consumer.startMessage();
      row.text("id", passage.id());
      row.text("document", passage.document());
      row.texts("headings", passage.headings());
      row.text("text", passage.text());
      row.number("from", passage.from());
      row.number("to", passage.to());
      row.number("page", passage.page());
      row.number("tokens", passage.tokens());
      row.map("metadata", new TreeMap<>(passage.metadata()));
      if (vectors != null) {
        row.floats("embedding", vector);
      }
      consumer.endMessage();
      content.add(passage, vector);
      count++;
    }

    private static float[] vector(Vectors vectors, String id) {
      int at = vectors.row(id);
      if (at < 0) {
        throw new Failure.BadInput("no vector for passage " + id + ": embed the passages again");
      }
      float[] vector = vectors.vector(at);
      if (!UnitVector.is(vector)) {
        throw new Failure.BadInput(
            "the vector of passage " + id + " (row " + at + ") is not of unit length");
      }
      return vector;
    }
  }

  /// Writes the fields of one row in the schema's order.
  private static final class Row {
    private final RecordConsumer consumer;
    private int field;

    Row(RecordConsumer consumer) {
      this.consumer = consumer;
    }

    void text(String name, String value) {
      in(name, field++, () -> consumer.addBinary(Binary.fromString(value)));
    }

    void number(String name, int value) {
      in(name, field++, () -> consumer.addInteger(value));
    }

    void texts(String name, List<String> values) {
      repeated(
          name,
          "list",
          values.size(),
          i -> in("element", 0, () -> consumer.addBinary(Binary.fromString(values.get(i)))));
    }

    void floats(String name, float[] values) {
      repeated(
          name, "list", values.length, i -> in("element", 0, () -> consumer.addFloat(values[i])));
    }

    void map(String name, Map<String, String> values) {
      var keys = List.copyOf(values.keySet());
      repeated(
          name,
          "key_value",
          keys.size(),
          i -> {
            String key = keys.get(i);
            in("key", 0, () -> consumer.addBinary(Binary.fromString(key)));
            String value = values.getOrDefault(key, "");
            in("value", 1, () -> consumer.addBinary(Binary.fromString(value)));
          });
    }

    private interface Element {
      void write(int i);
    }

    private void repeated(String name, String group, int size, Element element) {
      int at = field++;
      consumer.startField(name, at);
      consumer.startGroup();
      if (size > 0) {
        consumer.startField(group, 0);
        for (int i = 0; i < size; i++) {
          consumer.startGroup();
          element.write(i);
          consumer.endGroup();
        }
        consumer.endField(group, 0);
      }
      consumer.endGroup();
      consumer.endField(name, at);
    }

    private void in(String name, int at, Runnable value) {
      consumer.startField(name, at);
      value.run();
      consumer.endField(name, at);
    }
  }

  /// A stream as Parquet wants to write to it. Closing it leaves the stream open: it is its
  /// owner's.
  private record Destination(Path file, OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int value) throws IOException {
          out.write(value);
          position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, length);
          position += length;
        }

        @Override
        public void flush() throws IOException {
          out.flush();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }

    @Override
    public String getPath() {
      return file.toString();
    }
  }
}
