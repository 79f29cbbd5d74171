package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.vectors.SentenceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceStoreTest {
  @TempDir private Path folder;
  private final WordEncoder encoder = new WordEncoder();
  private final List<String> taken = new ArrayList<>(); // passages taken apart
  private SentenceStore store;

  @BeforeEach
  void workspace() {
    store = new SentenceStore(Workspace.create(folder, "manual"));
  }

  private static Passage passage(int number) {
    String text = "Pump " + number + " stops. Valve " + number + " opens at four bar.";
    return new Passage("p" + number, "d", List.of(), text, 0, text.length(), 0, 12, Map.of());
  }

  private SentenceStore.SentenceSource source(int version) {
    return new SentenceStore.SentenceSource(
        version,
        passage -> {
          taken.add(passage.id());
          return List.of(passage.text().split("(?<=[.]) "));
        });
  }

  private SentenceStore.Made make(int version, int from, int to) {
    taken.clear();
    return store.make(
        Stream.iterate(from, i -> i < to, i -> i + 1).map(SentenceStoreTest::passage).toList(),
        source(version),
        encoder,
        Progress.NONE);
  }

  private void assertHolds(int from, int to) {
    try (SentenceFile file = store.open(encoder.space(), 1).orElseThrow()) {
      assertThat(file.passages()).isEqualTo(to - from);
      for (int i = from; i < to; i++) {
        float[] question = encoder.query("Valve " + i + " opens at four bar.");
        double[] cosines = file.cosines(question, "p" + i).orElseThrow();
        assertThat(cosines).hasSize(2);
        assertThat(cosines[1]).isCloseTo(1, within(.01)); // of 8 bits
      }
      assertThat(file.contains("p" + to)).isFalse();
    }
  }

  @Test
  void onlyNewPassagesAreEmbeddedAndGoneOnesLeave() {
    assertThat(make(1, 0, 6).passages()).isEqualTo(6);
    assertHolds(0, 6);

    SentenceStore.Made more = make(1, 2, 9);

    assertThat(taken).containsExactly("p6", "p7", "p8");
    assertThat(more.sentences()).isEqualTo(14);
    assertHolds(2, 9);
    assertThat(make(1, 2, 9).passages()).isZero();
    assertThat(taken).isEmpty();
  }

  @Test
  void vectorsOfAnotherSplitterAreNotUsed() {
    make(1, 0, 3);

    assertThat(store.exists(encoder.space(), 1)).isTrue();
    assertThat(store.exists(encoder.space(), 2)).isFalse();
    assertThat(store.open(encoder.space(), 2)).isEmpty();
    assertThat(make(2, 0, 3).passages()).isEqualTo(3);
  }

  @Test
  void aFlippedBitIsFoundWhenTheyAreOpenedAndMadeAnewByTheStep() throws IOException {
    make(1, 0, 3);
    Path file =
        folder.resolve("sentences").resolve(encoder.space().value()).resolve("sentences.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[5] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> store.open(encoder.space(), 1))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("sentences.bin");

    assertThat(make(1, 0, 3).passages()).isEqualTo(3);
    assertHolds(0, 3);
  }

  @Test
  void aKilledRunGoesOnWithItsParts() {
    int passages = 3000;
    var source =
        new SentenceStore.SentenceSource(
            1,
            passage -> {
              if (passage.id().equals("p2500")) {
                throw new IllegalStateException("killed");
              }
              return List.of(passage.text().split("(?<=[.]) "));
            });
    List<Passage> all =
        Stream.iterate(0, i -> i < passages, i -> i + 1).map(SentenceStoreTest::passage).toList();
    assertThatThrownBy(() -> store.make(all, source, encoder, Progress.NONE)).hasMessage("killed");
    assertThat(store.exists(encoder.space(), 1)).as("whole or absent").isFalse();

    SentenceStore.Made made = make(1, 0, passages);

    assertThat(made.passages()).as("two parts of 1024 were there").isEqualTo(passages - 2048);
    assertThat(made.sentences()).isEqualTo(2L * passages);
  }
}
