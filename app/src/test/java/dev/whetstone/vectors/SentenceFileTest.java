package dev.whetstone.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceFileTest {
  private static final int DIMENSION = 384;
  private static final long SEED = 7;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);

  private float[] unit() {
    var vector = new float[DIMENSION];
    double square = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
      square += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= (float) Math.sqrt(square);
    }
    return vector;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private List<List<float[]>> vectors(int passages) {
    var all = new ArrayList<List<float[]>>();
    for (int i = 0; i < passages; i++) {
      var rows = new ArrayList<float[]>();
      for (int j = 0; j < i % 5; j++) { // some have none
        rows.add(unit());
      }
      all.add(rows);
    }
    return all;
  }

  private Path written(String name, List<List<float[]>> vectors) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      var writer = new SentenceFile.Writer(out, DIMENSION);
      for (int i = 0; i < vectors.size(); i++) {
        writer.add("passage " + i, vectors.get(i));
      }
      writer.finish();
    }
    return file;
  }

  /// The error of a cosine: 384 rounding errors, each uniform in half a step, of a row whose
  /// largest of 384 numbers of a unit vector is near .17: a step of .17/127, so a standard
  /// deviation of .17/127/√12 = .0004. Six of them.
  @Test
  void cosinesAreThoseOfTheVectorsWithinTheRoundingError() throws IOException {
    List<List<float[]>> vectors = vectors(40);
    try (SentenceFile file = SentenceFile.open(written("s.bin", vectors))) {
      float[] question = unit();

      for (int i = 0; i < vectors.size(); i++) {
        double[] cosines = file.cosines(question, "passage " + i).orElseThrow();

        assertThat(cosines).hasSize(vectors.get(i).size());
        for (int j = 0; j < cosines.length; j++) {
          assertThat(cosines[j]).isCloseTo(dot(question, vectors.get(i).get(j)), within(.0024));
        }
      }
      assertThat(file.cosines(question, "another")).isEmpty();
      assertThat(file.passages()).isEqualTo(40);
      assertThat(file.rows()).isEqualTo(80);
    }
  }

  @Test
  void passagesAreTakenOverFromAnotherFileAsTheyAre() throws IOException {
    Path first = written("s.bin", vectors(20));
    Path second = folder.resolve("t.bin");
    float[] question = unit();
    try (SentenceFile before = SentenceFile.open(first);
        OutputStream out = Files.newOutputStream(second)) {
      var writer = new SentenceFile.Writer(out, DIMENSION);

      assertThat(writer.addFrom(before, "passage 9")).isTrue();
      assertThat(writer.addFrom(before, "another")).isFalse();

      writer.finish();
      try (SentenceFile after = SentenceFile.open(second)) {
        assertThat(after.passages()).isEqualTo(1);
        assertThat(after.cosines(question, "passage 9").orElseThrow())
            .containsExactly(before.cosines(question, "passage 9").orElseThrow());
      }
    }
  }

  @Test
  void aFileThatIsCutOrOfAnotherFormIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(written("s.bin", vectors(10)));
    for (int bytes : new int[] {0, 10, 23, 24, whole.length / 2, whole.length - 1}) {
      Path cut = folder.resolve("cut" + bytes);
      Files.write(cut, Arrays.copyOf(whole, bytes));

      assertThatThrownBy(() -> SentenceFile.open(cut))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining("cut" + bytes);
    }
    for (int at = whole.length - 24; at < whole.length; at++) { // each byte of the footer
      byte[] changed = whole.clone();
      changed[at] ^= 0x40;
      Path file = folder.resolve("changed" + at);
      Files.write(file, changed);

      assertThatThrownBy(() -> SentenceFile.open(file)).isInstanceOf(Failure.CorruptArtifact.class);
    }
  }
}
