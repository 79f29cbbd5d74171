package dev.whetstone.index.lucene;

import static dev.whetstone.index.Corpora.DIMENSION;
import static dev.whetstone.index.Corpora.SPACE;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.index.Corpora;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.IndexesContract;
import dev.whetstone.index.PassageIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneIndexesTest extends IndexesContract {
  @TempDir Path workspace;
  private Path folder;
  private LuceneIndexes indexes;

  @BeforeEach
  void open() {
    folder = workspace.resolve("indexes/rag");
    indexes = new LuceneIndexes(folder);
  }

  @Override
  protected Indexes indexes() {
    return indexes;
  }

  @Override
  protected Indexes others() {
    return new LuceneIndexes(folder);
  }

  @Override
  protected void analysed(String generation, int version) throws IOException {
    try (var directory = FSDirectory.open(folder.resolve(generation));
        var writer = new IndexWriter(directory, LuceneFormat.config())) {
      var data = new HashMap<String, String>();
      writer.getLiveCommitData().forEach(each -> data.put(each.getKey(), each.getValue()));
      data.put("analyzers", String.valueOf(version));
      writer.setLiveCommitData(data.entrySet());
      writer.commit();
    }
  }

  @Override
  protected String where() {
    return folder.toString();
  }

  /// The folder `index-of-analysis-1` was written by the program that knew no other.
  @Test
  void anIndexThatTheProgramOfAnalysis1WroteFindsWhatItFound() throws IOException {
    Path old = Path.of("src/test/resources/index-of-analysis-1");
    try (Stream<Path> files = Files.walk(old)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(old.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }

    try (PassageIndex index = indexes.open()) {
      assertThat(index.size()).isEqualTo(3);
      assertThat(index.words("cafés crêpe", 3, Filter.ALL).ids()).containsExactly("cafe");
      assertThat(index.words("tidegaugereader v2.1", 3, Filter.ALL).ids()).containsExactly("class");
      assertThat(index.words("Haus", 3, Filter.ALL).ids()).containsExactly("haus");
      assertThat(index.words("cafe crepes 2.1", 3, Filter.ALL).hits()).isEmpty();
    }
  }

  @Test
  void anUpdateThatIsNotCommittedIsNone() {
    indexes.promote(built(OWLS));

    try (LuceneWriter writer = indexes.update(SPACE)) {
      writer.upsert(FROGS, vectors(FROGS, 1));
      writer.delete(List.of("owl"));
    }

    assertThat(serving()).containsExactly("owl");
  }

  @Test
  void whatIsOpenShowsWhatWasThereWhenItWasOpened() {
    indexes.promote(built(OWLS));
    try (PassageIndex before = indexes.open()) {
      try (LuceneWriter writer = indexes.update(SPACE)) {
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.delete(List.of("owl"));
        writer.commit(Map.of());
      }

      assertThat(found(before)).containsExactly("owl");
      assertThat(serving()).containsExactly("frog");
    }
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
  void whileOneWritesNobodyElseChangesAnything() {
    indexes.promote(built(OWLS));
    try (LuceneWriter _ = indexes.update(SPACE)) {
      for (Runnable second :
          List.<Runnable>of(
              () -> indexes.begin(SPACE, DIMENSION),
              () -> indexes.keep(1),
              () -> indexes.rollback())) {
        assertThatThrownBy(second::run)
            .isInstanceOf(Failure.Refused.class)
            .hasMessageContaining("is being written by another process");
      }
    }
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

  private static List<Path> filesOf(Path generation) throws IOException {
    try (Stream<Path> files = Files.list(generation)) {
      return files
          .filter(file -> !file.getFileName().toString().equals("write.lock"))
          .sorted()
          .toList();
    }
  }
}
