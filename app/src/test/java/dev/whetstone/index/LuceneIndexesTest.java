package dev.whetstone.index;

import static dev.whetstone.index.Corpora.DIMENSION;
import static dev.whetstone.index.Corpora.OTHER_SPACE;
import static dev.whetstone.index.Corpora.SPACE;
import static dev.whetstone.index.Corpora.passage;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneIndexesTest {
  private static final List<Passage> OWLS = List.of(passage("owl", "red owls"));
  private static final List<Passage> FROGS = List.of(passage("frog", "green frogs"));

  @TempDir Path workspace;
  private Path folder;
  private LuceneIndexes indexes;

  @BeforeEach
  void open() {
    folder = workspace.resolve("indexes/rag");
    indexes = new LuceneIndexes(folder);
  }

  @Test
  void beforeTheFirstGenerationServesThereIsNothingToOpen() {
    assertThat(indexes.current()).isEmpty();
    assertThatThrownBy(() -> indexes.open())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage("no index serves in " + folder + ": run `whet index`");
  }

  @Test
  void aGenerationIsNotSeenBeforeItIsPromoted() {
    indexes.promote(built(OWLS));
    String next = built(FROGS);

    assertThat(serving()).containsExactly("owl");
    indexes.promote(next);
    assertThat(serving()).containsExactly("frog");
    assertThat(indexes.current()).contains(next);
  }

  @Test
  void rollingBackServesWhatServedBefore() {
    String first = built(OWLS);
    indexes.promote(first);
    indexes.promote(built(FROGS));

    assertThat(indexes.rollback()).isEqualTo(first);

    assertThat(serving()).containsExactly("owl");
    assertThatThrownBy(() -> indexes.rollback())
        .isInstanceOf(Failure.Refused.class)
        .hasMessage("no generation served before in " + folder);
  }

  @Test
  void aNumberIsNotGivenTwice() {
    indexes.promote(built(OWLS));
    String second = built(FROGS);
    indexes.promote(second);
    indexes.rollback();
    indexes.keep(1);

    assertThat(indexes.generations()).containsExactly("000001");
    assertThat(built(FROGS)).isEqualTo("000003");
  }

  @Test
  void keepingTwoLeavesTheServingOneAndTheOneBefore() {
    for (int i = 0; i < 4; i++) {
      indexes.promote(built(OWLS));
    }
    built(FROGS); // never promoted

    indexes.keep(2);

    assertThat(indexes.generations()).containsExactly("000003", "000004");
    assertThat(indexes.rollback()).isEqualTo("000003");
    assertThat(serving()).containsExactly("owl");
  }

  @Test
  void aWriterThatEndsWithoutCommittingLeavesTheOldGenerationServing() {
    indexes.promote(built(OWLS));

    try (LuceneWriter writer = indexes.begin(SPACE, DIMENSION)) {
      writer.upsert(FROGS, vectors(FROGS, 1));
    }
    try (LuceneWriter writer = indexes.update(SPACE)) {
      writer.upsert(FROGS, vectors(FROGS, 1));
      writer.delete(List.of("owl"));
    }

    assertThat(serving()).containsExactly("owl");
    assertThat(indexes.generations()).containsExactly("000001");
  }

  @Test
  void whatAKilledWriterLeftIsRemovedByTheNext() throws IOException {
    indexes.promote(built(OWLS));
    Path left = Files.createDirectories(folder.resolve("000002"));
    Files.write(left.resolve("_0.fdt"), new byte[] {1, 2, 3});

    String next = built(FROGS);

    assertThat(next).isEqualTo("000002");
    indexes.promote(next);
    assertThat(serving()).containsExactly("frog");
  }

  @Test
  void anUpdateIsSeenByWhoOpensAfterItsCommit() {
    indexes.promote(built(OWLS));
    try (LuceneIndex before = indexes.open()) {
      try (LuceneWriter writer = indexes.update(SPACE)) {
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.deleteDocument("d");
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.commit(Map.of("passages", "abc"));
      }

      assertThat(found(before)).containsExactly("owl");
    }
    assertThat(serving()).containsExactly("frog");
    try (LuceneIndex after = indexes.open()) {
      assertThat(after.provenance()).isEqualTo(Map.of("passages", "abc"));
    }
  }

  @Test
  void vectorsOfAnotherSpaceAreRefusedWithTheCommandThatMends() {
    indexes.promote(built(OWLS));

    assertThatThrownBy(() -> indexes.update(OTHER_SPACE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("holds space " + SPACE + ", not " + OTHER_SPACE)
        .hasMessageContaining("whet embed && whet index");
    try (LuceneWriter writer = indexes.update(SPACE)) {
      assertThatThrownBy(() -> writer.upsert(FROGS, vectors(OTHER_SPACE, FROGS, 1)))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("whet embed && whet index");
    }
  }

  @Test
  void vectorsThatNoCosineCanBeTakenOfAreRefused() {
    try (LuceneWriter writer = indexes.begin(SPACE, 2)) {
      for (float[] bad :
          List.of(new float[] {0, 0}, new float[] {Float.NaN, 1}, new float[] {2, 0})) {
        assertThatThrownBy(() -> writer.upsert(OWLS, new Vectors(SPACE, List.of("owl"), 2, bad)))
            .isInstanceOf(Failure.BadInput.class)
            .hasMessageContaining("passage owl (row 0) is not of unit length");
      }
      assertThatThrownBy(
              () -> writer.upsert(OWLS, new Vectors(SPACE, List.of("owl"), 1, new float[] {1})))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessage("vectors of 1 numbers for an index of 2");
      assertThatThrownBy(() -> writer.upsert(OWLS, new Vectors(SPACE, List.of(), 2, new float[0])))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessage("no vector for passage owl: embed the passages again");
    }
  }

  @Test
  void aSecondWriterIsRefused() {
    indexes.promote(built(OWLS));
    try (LuceneWriter writer = indexes.update(SPACE)) {
      assertThat(writer.generation()).isEqualTo("000001");
      for (Runnable second :
          List.<Runnable>of(
              () -> indexes.update(SPACE),
              () -> indexes.begin(SPACE, DIMENSION),
              () -> indexes.keep(1),
              () -> indexes.rollback())) {
        assertThatThrownBy(second::run)
            .isInstanceOf(Failure.Refused.class)
            .hasMessageContaining("is being written by another process");
      }
      assertThat(serving()).containsExactly("owl"); // readers take no lock
    }
    indexes.update(SPACE).close();
  }

  @Test
  void aFlippedBitInAnyFileIsAnErrorThatNamesTheGeneration() throws IOException {
    var random = new Random(12);
    List<Passage> passages = Corpora.random(60, random);
    indexes.promote(built(passages));
    for (Path file : filesOf(folder.resolve("000001"))) {
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < 12; i++) {
        byte[] bad = good.clone();
        int at = random.nextInt(bad.length);
        bad[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bad);

        assertThatThrownBy(() -> indexes.open().close())
            .as("%s, byte %d", file.getFileName(), at)
            .isInstanceOf(Failure.CorruptArtifact.class)
            .hasMessageContaining(folder.resolve("000001").toString());
      }
      Files.write(file, Arrays.copyOf(good, good.length / 2));
      assertThatThrownBy(() -> indexes.open().close()).isInstanceOf(Failure.CorruptArtifact.class);
      Files.delete(file);
      assertThatThrownBy(() -> indexes.open().close()).isInstanceOf(Failure.CorruptArtifact.class);
      Files.write(file, good);
    }
    assertThat(indexes.open().size()).isEqualTo(60);
  }

  @Test
  void aDamagedAliasIsAnErrorThatNamesIt() throws IOException {
    indexes.promote(built(OWLS));
    indexes.promote(built(FROGS));
    Path alias = folder.resolve("alias.json");
    Files.writeString(alias, Files.readString(alias).replace("000002", "000001"));

    assertThatThrownBy(() -> indexes.open())
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(alias.toString());
  }

  @Test
  void aDamagedGenerationIsNotPromoted() throws IOException {
    indexes.promote(built(OWLS));
    String next = built(FROGS);
    Files.delete(filesOf(folder.resolve(next)).getFirst());

    assertThatThrownBy(() -> indexes.promote(next)).isInstanceOf(Failure.CorruptArtifact.class);

    assertThat(serving()).containsExactly("owl");
  }

  private String built(List<Passage> passages) {
    try (LuceneWriter writer = indexes.begin(SPACE, DIMENSION)) {
      writer.upsert(passages, vectors(passages, 1));
      writer.commit(Map.of());
      return writer.generation();
    }
  }

  private List<String> serving() {
    try (LuceneIndex index = indexes.open()) {
      return found(index);
    }
  }

  private static List<String> found(PassageIndex index) {
    return index.words("owl frog", 10, Filter.ALL).ids();
  }

  private static List<Path> filesOf(Path generation) throws IOException {
    try (Stream<Path> files = Files.list(generation)) {
      return files
          .filter(file -> !file.getFileName().toString().equals("write.lock"))
          .sorted()
          .toList();
    }
  }
}
