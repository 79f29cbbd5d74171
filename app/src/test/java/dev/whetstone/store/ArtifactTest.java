package dev.whetstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
  private static final Provenance PROVENANCE =
      new Provenance("test", 1, Map.of("from", "abc"), Map.of("tokens", "256"), 7);

  @TempDir private Path folder;
  private Path place;

  @BeforeEach
  void makeOne() {
    place = folder.resolve("thing");
    create("first");
  }

  private void create(String text) {
    Artifact.create(
        place,
        PROVENANCE,
        into -> {
          Files.writeString(into.resolve("a.txt"), text);
          Files.createDirectories(into.resolve("sub"));
          Files.writeString(into.resolve("sub").resolve("b.txt"), "b");
        });
  }

  @Test
  void whatWasWrittenIsReadWithItsProvenance() throws IOException {
    Artifact artifact = Artifact.open(place);

    assertThat(Files.readString(artifact.file("a.txt"))).isEqualTo("first");
    assertThat(artifact.provenance()).isEqualTo(PROVENANCE);
    assertThat(artifact.writtenBy()).startsWith("whetstone ");
  }

  @Test
  void equalContentHasAnEqualHashAndOtherContentAnother() {
    String first = Artifact.open(place).contentHash();

    create("first");
    String same = Artifact.open(place).contentHash();
    create("second");
    String other = Artifact.open(place).contentHash();

    assertThat(same).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void everyKindOfDamageNamesItsFile() throws IOException {
    record Damage(String file, Spoil spoil) {}
    var damages =
        List.of(
            new Damage("a.txt", path -> Files.writeString(path, "fIrst")),
            new Damage("a.txt", path -> Files.writeString(path, "fir")),
            new Damage("sub/b.txt", Files::delete),
            new Damage("stray.txt", path -> Files.writeString(path, "x")),
            new Damage("manifest.json", path -> Files.writeString(path, "{")),
            new Damage("manifest.json", Files::delete));
    for (Damage damage : damages) {
      create("first");
      damage.spoil().at(place.resolve(damage.file()));

      assertThatThrownBy(() -> Artifact.open(place))
          .as(damage.toString())
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(damage.file());
    }
  }

  private interface Spoil {
    void at(Path file) throws IOException;
  }

  @Test
  void aFailedWriteLeavesTheOldOneAndNothingElse() throws IOException {
    assertThatThrownBy(
            () ->
                Artifact.create(
                    place,
                    PROVENANCE,
                    into -> {
                      Files.writeString(into.resolve("a.txt"), "half");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("thing");

    assertThat(Files.readString(Artifact.open(place).file("a.txt"))).isEqualTo("first");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(place);
    }
  }

  @Test
  void aSecondWriterIsRefusedByName() {
    try (var _ = WorkspaceLock.take(folder, "whet run")) {
      assertThatThrownBy(() -> WorkspaceLock.take(folder, "whet train"))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("whet run")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }

    try (var lock = WorkspaceLock.take(folder, "whet train")) {
      assertThat(lock).isNotNull();
    }
  }
}
