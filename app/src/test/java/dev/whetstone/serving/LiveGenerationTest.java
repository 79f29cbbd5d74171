package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.answer.PassageReadings;
import dev.whetstone.core.Failure;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.index.lucene.LuceneWriter;
import dev.whetstone.workshop.TwoSpaces;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workspace.SentenceStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveGenerationTest {
  @TempDir private static Path folder;
  private static TwoSpaces two;

  @TempDir private Path place;
  private LuceneIndexes indexes;

  @BeforeAll
  static void twoSpaces() throws IOException {
    two = new TwoSpaces(folder);
  }

  @AfterAll
  static void end() {
    two.close();
  }

  @BeforeEach
  void aGenerationOfTheFirstSpaceServes() {
    indexes = new LuceneIndexes(place.resolve("manual"));
    two.load(indexes, 0, 3, IndexOptions.DEFAULT);
  }

  private LiveGeneration live() {
    var opening =
        new ServingGeneration.Opening(
            two.encoders, new SentenceStore(two.workspace), new PassageReadings());
    return new LiveGeneration(indexes, opening);
  }

  @Test
  void aRequestEndsOnTheGenerationAndTheEncoderItBeganOn() {
    try (var live = live()) {
      var begun = live.pin();
      two.load(indexes, 1, 3, IndexOptions.DEFAULT);

      assertThat(live.refresh()).isTrue();

      try (var next = live.pin()) {
        assertThat(next.value().index().space()).isEqualTo(two.space(1));
        assertThat(next.value().encoder().space()).isEqualTo(two.space(1));
      }
      assertThat(begun.value().index().space()).isEqualTo(two.space(0));
      assertThat(begun.value().encoder().space()).isEqualTo(two.space(0));
      assertThat(begun.value().index().passages()).hasSize(two.passages.size());
      begun.close();
      assertThat(live.refresh()).isFalse();
    }
  }

  @Test
  void anUpdateOfTheServingGenerationIsFollowed() {
    String gone = two.passages.getFirst().id();
    try (var live = live()) {
      try (LuceneWriter writer = indexes.update(two.space(0))) {
        writer.delete(List.of(gone));
        writer.commit(Map.of());
      }

      assertThat(live.refresh()).isTrue();

      try (var now = live.pin()) {
        assertThat(now.value().index().passages(List.of(gone))).isEmpty();
        assertThat(now.value().index().size()).isEqualTo(two.passages.size() - 1);
      }
    }
  }

  @Test
  void whatTookLongToCountIsNotCountedAgainSoon() {
    assertThat(ServingGeneration.pause(Duration.ofMillis(100).toNanos()))
        .isEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(ServingGeneration.pause(Duration.ofMinutes(1).toNanos()))
        .isEqualTo(Duration.ofMinutes(50).toNanos());
  }

  @Test
  void theOldGenerationServesOnWhenTheNewOneIsDamaged() throws IOException {
    try (var live = live()) {
      String next = two.load(indexes, 1, 3, IndexOptions.DEFAULT).generation();
      try (Stream<Path> files = Files.list(place.resolve("manual").resolve(next))) {
        Files.delete(
            files.filter(f -> !f.toString().endsWith(".lock")).sorted().findFirst().orElseThrow());
      }

      assertThatThrownBy(live::refresh).isInstanceOf(Failure.CorruptArtifact.class);

      try (var now = live.pin()) {
        assertThat(now.value().index().space()).isEqualTo(two.space(0));
        assertThat(
                now.value()
                    .index()
                    .words(two.questions.getFirst(), 5, dev.whetstone.core.Filter.ALL)
                    .ids())
            .isNotEmpty();
      }
    }
  }
}
