package dev.whetstone.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a killed writer leaves, and what the next one makes of it.
class LeftoversTest {
  /// No process has it: Linux ends at 4,194,304.
  private static final String NOBODY = "999999999";

  @TempDir private Path workspace;

  private Path written(String name) throws IOException {
    Path file = workspace.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  @Test
  void halfWrittenFilesAndFoldersOfADeadWriterGoAndAllElseStays() throws IOException {
    Path file = written("steps/.train.json." + NOBODY + ".part");
    Path inFolder = written("vectors/.space." + NOBODY + ".part/vectors.parquet");
    Path whole = written("steps/train.json");
    Path document = written("raw/notes.part");

    try (var _ = WorkspaceLock.take(workspace, "test")) {
      assertThat(file).doesNotExist();
      assertThat(inFolder.getParent()).doesNotExist();
      assertThat(whole).exists();
      assertThat(document).exists();
    }
  }

  @Test
  void anArtifactThatHadSteppedAsideForOneThatNeverCameIsPutBack() throws IOException {
    written("vectors/.space.old.part/vectors.parquet");

    try (var _ = WorkspaceLock.take(workspace, "test")) {
      assertThat(workspace.resolve("vectors/space/vectors.parquet")).exists();
      assertThat(workspace.resolve("vectors/.space.old.part")).doesNotExist();
    }
  }

  @Test
  void anArtifactThatWasReplacedAlreadyStays() throws IOException {
    written("vectors/.space.old.part/old.parquet");
    Path now = written("vectors/space/new.parquet");

    try (var _ = WorkspaceLock.take(workspace, "test")) {
      assertThat(now).exists();
      assertThat(workspace.resolve("vectors/.space.old.part")).doesNotExist();
    }
  }

  @Test
  void whereNoLockIsTheNextWriterOfTheSameArtifactTidiesForItAlone() throws IOException {
    Path dead = written("exports/.rag-index." + NOBODY + ".part/bulk-00001.ndjson");
    Path other = written("exports/.rag-index-2." + NOBODY + ".part/bulk-00001.ndjson");
    written("exports/.rag-index.old.part/old.ndjson");
    Path export = workspace.resolve("exports/rag-index");

    Artifact.create(
        export,
        new Provenance("test", 1, Map.of(), Map.of(), 0),
        folder -> Files.writeString(folder.resolve("new.ndjson"), "new"));

    assertThat(dead.getParent()).doesNotExist();
    assertThat(other).exists();
    assertThat(workspace.resolve("exports/.rag-index.old.part")).doesNotExist();
    assertThat(Artifact.open(export).file("new.ndjson")).hasContent("new");
  }
}
