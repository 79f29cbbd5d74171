package dev.whetstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
  @TempDir private Path folder;

  public record Kept(String name, List<Double> figures) {}

  private static final Kept KEPT = new Kept("Größe\n\"x\"", List.of(.1, -0.0, 1e300));

  private Path sealed() {
    Path file = folder.resolve("kept.json");
    WholeFile.write(file, Json.sealed(Json.pretty(KEPT)));
    return file;
  }

  @Test
  void aSealedValueIsReadAsItWasAndAnyReaderOfJsonReadsItToo() throws IOException {
    Path file = sealed();

    assertThat(Json.read(file, Kept.class)).isEqualTo(KEPT);
    assertThat(Json.MAPPER.readTree(Files.readString(file)).path("name").asText())
        .isEqualTo(KEPT.name());
    WholeFile.write(file, Json.sealed(Json.line(KEPT)));
    assertThat(Json.read(file, Kept.class)).isEqualTo(KEPT);
  }

  @Test
  void eachFlippedBitAndEachCutIsAnErrorThatNamesTheFileAndWhatToDo() throws IOException {
    Path file = sealed();
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused(file, flipped);
    }
    for (int length = 0; length < whole.length; length++) {
      refused(file, java.util.Arrays.copyOf(whole, length));
    }
  }

  private static void refused(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(() -> Json.read(file, Kept.class, "Make it anew"))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("kept.json is damaged")
        .hasMessageEndingWith(". Make it anew");
  }

  @Test
  void whatCanBeMadeAnewIsAbsentWhenItIsDamaged() throws IOException {
    Path file = sealed();
    assertThat(Json.kept(file, Kept.class)).contains(KEPT);

    Files.writeString(file, Files.readString(file).replace("Gr", "gr"));
    assertThat(Json.kept(file, Kept.class)).isEmpty();
    assertThat(Json.kept(folder.resolve("none.json"), Kept.class)).isEmpty();
  }

  @Test
  void aFileOfAnEarlierBuildThatBearsNoSealIsRead() {
    Path file = folder.resolve("kept.json");
    WholeFile.write(file, Json.pretty(KEPT));

    assertThat(Json.read(file, Kept.class)).isEqualTo(KEPT);
  }
}
