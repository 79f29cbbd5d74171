package dev.whetstone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.WordEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    assertThat(made.made()).isTrue();
    assertThat(kept.made()).isFalse();
    assertThat(kept.vectors().data()).isEqualTo(made.vectors().data());
    assertThat(kept.vectors().ids()).containsExactly("salt", "pepper");
  }

  @Test
  void otherTextsAreEmbeddedAnew() {
    var encoder = new WordEncoder();
    new VectorCache(folder, passages("salt")).of(encoder, Progress.NONE);

    assertThat(new VectorCache(folder, passages("sugar")).of(encoder, Progress.NONE).made())
        .isTrue();
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

    assertThat(again.made()).isTrue();
    assertThat(again.vectors().data()).isEqualTo(made.vectors().data());
  }
}
