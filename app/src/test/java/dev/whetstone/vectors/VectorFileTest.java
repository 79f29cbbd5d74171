package dev.whetstone.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorFileTest {
  private static final SpaceId SPACE = new SpaceId("0123456789abcdef");
  private static final int DIMENSION = 24;
  private static final Map<String, String> FOOTER = Map.of("model", "pebble");

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackToTheBit() {
    List<Passage> passages = passages(300);
    Vectors vectors = vectors(passages, 1);
    Path file = folder.resolve("a/vectors.parquet");

    VectorFile.write(file, passages, vectors, FOOTER);

    VectorFile.FileContent content = VectorFile.read(file);
    assertThat(content.passages()).isEqualTo(passages);
    assertThat(content.vectors().ids()).isEqualTo(vectors.ids());
    assertThat(content.vectors().data()).isEqualTo(vectors.data());
    assertThat(content.vectors().space()).isEqualTo(SPACE);
    assertThat(content.footer())
        .containsEntry("model", "pebble")
        .containsEntry(VectorFile.SPACE, SPACE.value())
        .containsEntry(VectorFile.DIMENSION, "24")
        .containsEntry("whetstone.count", "300");
  }

  @Test
  void aFileOfNoRowsIsAFile() {
    Path file = folder.resolve("empty.parquet");

    VectorFile.write(file, List.of(), vectors(List.of(), 1), Map.of());

    VectorFile.FileContent content = VectorFile.read(file);
    assertThat(content.passages()).isEmpty();
    assertThat(content.vectors().size()).isZero();
  }

  @Test
  void theSameRowsMakeTheSameBytes() throws IOException {
    List<Passage> passages = passages(40);

    VectorFile.write(folder.resolve("1"), passages, vectors(passages, 2), FOOTER);
    VectorFile.write(folder.resolve("2"), passages, vectors(passages, 2), FOOTER);

    assertThat(folder.resolve("2")).hasSameBinaryContentAs(folder.resolve("1"));
  }

  @Test
  void duckDbReadsTheSameRows() throws SQLException {
    List<Passage> passages = passages(200);
    Vectors vectors = vectors(passages, 3);
    Path file = folder.resolve("vectors.parquet");

    VectorFile.write(file, passages, vectors, FOOTER);

    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      try (var rows = statement.executeQuery("SELECT * FROM '" + file + "'")) {
        for (int i = 0; i < passages.size(); i++) {
          Passage passage = passages.get(i);
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString("id")).isEqualTo(passage.id());
          assertThat(rows.getString("document")).isEqualTo(passage.document());
          assertThat(list(rows.getArray("headings"))).isEqualTo(passage.headings());
          assertThat(rows.getString("text")).isEqualTo(passage.text());
          assertThat(rows.getInt("from")).isEqualTo(passage.from());
          assertThat(rows.getInt("to")).isEqualTo(passage.to());
          assertThat(rows.getInt("page")).isEqualTo(passage.page());
          assertThat(rows.getInt("tokens")).isEqualTo(passage.tokens());
          assertThat(rows.getObject("metadata")).isEqualTo(passage.metadata());
          List<Object> expected = new ArrayList<>();
          for (float value : vectors.vector(i)) {
            expected.add(value);
          }
          assertThat(list(rows.getArray("embedding"))).isEqualTo(expected);
        }
        assertThat(rows.next()).isFalse();
      }
      try (var cosine =
          statement.executeQuery(
              "SELECT list_cosine_similarity(a.embedding, b.embedding) FROM '%s' a, '%s' b WHERE a.id = 'p1' AND b.id = 'p7'"
                  .formatted(file, file))) {
        assertThat(cosine.next()).isTrue();
        assertThat(cosine.getDouble(1)).isCloseTo(vectors.dot(1, vectors.vector(7)), within(1e-5));
      }
      try (var footer =
          statement.executeQuery(
              "SELECT decode(value) FROM parquet_kv_metadata('%s') WHERE decode(key) = 'whetstone.space'"
                  .formatted(file))) {
        assertThat(footer.next()).isTrue();
        assertThat(footer.getString(1)).isEqualTo(SPACE.value());
      }
    }
  }

  @Test
  void rowsAreZstd() throws IOException {
    List<Passage> passages = passages(50);
    Path file = folder.resolve("vectors.parquet");

    VectorFile.write(file, passages, vectors(passages, 4), Map.of());

    var options = ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (var reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      assertThat(reader.getRowGroups().getFirst().getColumns())
          .allSatisfy(column -> assertThat(column.getCodec().name()).isEqualTo("ZSTD"));
    }
  }

  @Test
  void aFlippedByteIsAnErrorOrChangesNothingThatIsRead() throws IOException {
    List<Passage> passages = passages(12);
    Vectors vectors = vectors(passages, 5);
    Path file = folder.resolve("vectors.parquet");
    VectorFile.write(file, passages, vectors, FOOTER);
    byte[] good = Files.readAllBytes(file);
    VectorFile.FileContent expected = VectorFile.read(file);

    int errors = 0;
    for (int at = 0; at < good.length; at += 1 + at % 3) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << at % 8);
      Files.write(file, bad);
      try {
        VectorFile.FileContent content = VectorFile.read(file);
        assertThat(content.passages()).as("byte %d", at).isEqualTo(expected.passages());
        assertThat(content.vectors().data()).isEqualTo(expected.vectors().data());
        assertThat(content.vectors().space()).isEqualTo(SPACE);
        assertThat(content.footer()).isEqualTo(expected.footer());
      } catch (Failure.CorruptArtifact e) {
        assertThat(e).hasMessageContaining(file.toString());
        errors++;
      }
    }

    assertThat(errors).as("of %d bytes", good.length).isGreaterThan(good.length / 4);
  }

  @Test
  void aFlippedByteOfAFileInAnArtifactIsAlwaysAnError() throws IOException {
    List<Passage> passages = passages(12);
    Path artifact = folder.resolve("artifact");
    var provenance = new Provenance("vectors", 1, Map.of(), Map.of(), 0);
    Artifact.create(
        artifact,
        provenance,
        into ->
            VectorFile.write(
                into.resolve("vectors.parquet"), passages, vectors(passages, 5), FOOTER));
    Path file = artifact.resolve("vectors.parquet");
    byte[] good = Files.readAllBytes(file);

    for (int at = 0; at < good.length; at += 1 + good.length / 100) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      Files.write(file, bad);

      assertThatThrownBy(() -> Artifact.open(artifact))
          .as("byte %d", at)
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aTruncatedFileIsAnError() throws IOException {
    List<Passage> passages = passages(12);
    Path file = folder.resolve("vectors.parquet");
    VectorFile.write(file, passages, vectors(passages, 6), FOOTER);
    byte[] good = Files.readAllBytes(file);

    for (int length : new int[] {0, 3, 11, 12, good.length / 2, good.length - 1}) {
      Files.write(file, Arrays.copyOf(good, length));

      assertThatThrownBy(() -> VectorFile.read(file))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aVectorThatIsNoDirectionIsNotWritten() {
    List<Passage> passages = passages(3);
    Path file = folder.resolve("vectors.parquet");
    VectorFile.write(file, passages, vectors(passages, 7), Map.of());
    List<float[]> impossible =
        List.of(
            new float[DIMENSION], filled(Float.NaN), filled(Float.POSITIVE_INFINITY), filled(3));

    for (float[] vector : impossible) {
      float[] data = vectors(passages, 8).data();
      System.arraycopy(vector, 0, data, DIMENSION, DIMENSION);
      var vectors = new Vectors(SPACE, ids(passages), DIMENSION, data);

      assertThatThrownBy(() -> VectorFile.write(file, passages, vectors, Map.of()))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessage("the vector of passage p1 (row 1) is not of unit length");
    }

    assertThat(VectorFile.read(file).vectors().data()).isEqualTo(vectors(passages, 7).data());
    assertThat(filesIn(folder)).containsExactly("vectors.parquet"); // nothing left beside it
  }

  @Test
  void aPassageWithoutAVectorIsNotWritten() {
    assertThatThrownBy(
            () ->
                VectorFile.write(
                    folder.resolve("v"), passages(3), vectors(passages(2), 9), Map.of()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage("no vector for passage p2: embed the passages again");
    assertThat(filesIn(folder)).isEmpty();
  }

  @Test
  void aFileWithoutOurFooterIsNotRead() throws SQLException {
    Path file = folder.resolve("other.parquet");
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute("COPY (SELECT 'p' AS id) TO '" + file + "' (FORMAT parquet)");
    }

    assertThatThrownBy(() -> VectorFile.read(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageStartingWith(file + " has no whetstone.kind in its footer");
  }

  @Test
  void passagesAloneAreReadBackAndAreNoVectorFile() {
    List<Passage> passages = passages(100);
    Path file = folder.resolve("passages.parquet");

    PassageFile.write(file, passages);

    assertThat(PassageFile.read(file)).isEqualTo(passages);
    assertThatThrownBy(() -> VectorFile.read(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessage(file + " holds passages, not vectors");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> PassageFile.read(folder.resolve("none")))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage("no file " + folder.resolve("none"));
  }

  private static List<Passage> passages(int count) {
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < count; i++) {
      passages.add(
          new Passage(
              "p" + i,
              "docs/d" + i / 4 + ".md",
              i % 5 == 0 ? List.of() : List.of("Guide", "第" + i + "章"),
              i % 7 == 0 ? "" : "Text of " + i + ": naïve, 民法典, \uD83E\uDD9C\nline",
              i,
              i + 20,
              i % 3,
              i % 11,
              i % 6 == 0 ? Map.of() : Map.of("language", "en", "title", "T" + i)));
    }
    return passages;
  }

  private static Vectors vectors(List<Passage> passages, long seed) {
    var random = new Random(seed);
    var data = new float[passages.size() * DIMENSION];
    for (int row = 0; row < passages.size(); row++) {
      double squares = 0;
      for (int i = row * DIMENSION; i < (row + 1) * DIMENSION; i++) {
        data[i] = (float) random.nextGaussian();
        squares += data[i] * data[i];
      }
      for (int i = row * DIMENSION; i < (row + 1) * DIMENSION; i++) {
        data[i] /= (float) Math.sqrt(squares);
      }
    }
    return new Vectors(SPACE, ids(passages), DIMENSION, data);
  }

  private static List<String> ids(List<Passage> passages) {
    return passages.stream().map(Passage::id).toList();
  }

  private static float[] filled(float value) {
    var vector = new float[DIMENSION];
    Arrays.fill(vector, value);
    return vector;
  }

  private static List<Object> list(Array array) throws SQLException {
    return List.of((Object[]) array.getArray());
  }

  private static List<String> filesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
