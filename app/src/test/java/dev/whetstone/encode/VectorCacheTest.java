package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorCacheTest {
  @TempDir Path folder;

  private static List<Passage> passages(String... texts) {
    return Arrays.stream(texts)
        .map(t -> new Passage(t, t, List.of(), t, 0, t.length(), 0, 0, Map.of()))
        .toList();
  }

  @Test
  void whatWasEmbeddedInASpaceIsNotEmbeddedAgain() {
    var encoder = new WordEncoder();
    var made = new VectorCache(folder, passages("salt", "pepper")).of(encoder, Progress.NONE);

    var kept = new VectorCache(folder, passages("salt", "pepper")).of(encoder, Progress.NONE);

    assertThat(made.made()).isEqualTo(2);
    assertThat(kept.made()).isZero();
    assertThat(kept.vectors().data()).isEqualTo(made.vectors().data());
    assertThat(kept.vectors().ids()).containsExactly("salt", "pepper");
  }

  @Test
  void otherTextsAreEmbeddedAnew() {
    var encoder = new WordEncoder();
    new VectorCache(folder, passages("salt")).of(encoder, Progress.NONE);

    assertThat(new VectorCache(folder, passages("sugar")).of(encoder, Progress.NONE).made())
        .isEqualTo(1);
  }

  @Test
  void partsThatAnInterruptedRunMadeAreUsed() {
    var words = new WordEncoder();
    List<Passage> many =
        passages(IntStream.range(0, 2500).mapToObj(i -> "text " + i).toArray(String[]::new));
    var calls = new AtomicInteger();
    var dies =
        new Encoder() {
          @Override
          public SpaceId space() {
            return words.space();
          }

          @Override
          public int dimension() {
            return words.dimension();
          }

          @Override
          public TokenCounter tokens() {
            return words.tokens();
          }

          @Override
          public List<float[]> queries(List<String> questions) {
            return words.queries(questions);
          }

          @Override
          public Vectors texts(List<String> ids, List<String> texts, Progress progress) {
            if (calls.incrementAndGet() == 3) {
              throw new IllegalStateException("killed");
            }
            return words.texts(ids, texts, progress);
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(() -> new VectorCache(folder, many).of(dies, Progress.NONE))
        .hasMessage("killed");

    var resumed = new VectorCache(folder, many).of(words, Progress.NONE);

    assertThat(resumed.made()).isEqualTo(2500 - 2048);
    assertThat(resumed.vectors().data()).isEqualTo(words.passages(many, Progress.NONE).data());
  }

  @Test
  void aDamagedEntryIsNoticedAndMadeAnew() throws IOException {
    var encoder = new WordEncoder();
    var cache = new VectorCache(folder, passages("salt", "pepper"));
    var made = cache.of(encoder, Progress.NONE);
    try (var files = Files.walk(folder)) {
      Path file = files.filter(f -> f.endsWith("vectors.f32")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[5] ^= 1;
      Files.write(file, bytes);
    }

    var again = cache.of(encoder, Progress.NONE);

    assertThat(again.made()).isEqualTo(2);
    assertThat(again.vectors().data()).isEqualTo(made.vectors().data());
  }
}
