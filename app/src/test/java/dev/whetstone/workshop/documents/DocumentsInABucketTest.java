package dev.whetstone.workshop.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.documents.Receipt;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workshop.DocumentUpdate;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Documents that the servers of two machines take for a workspace that stands at one store.
@Timeout(60)
class DocumentsInABucketTest {
  @TempDir private Path folder;

  /// The place that the machines share, opened for one of them.
  ObjectStore bucket(Path machine) {
    return ObjectStores.open(folder.resolve("bucket").toString());
  }

  private SharedWorkspace machine(String name) {
    Path copy = folder.resolve(name);
    return new SharedWorkspace(new SharedFolder(bucket(copy), copy, SharedWorkspace.LAYOUT));
  }

  private static UploadedDocuments documents(SharedWorkspace machine) {
    var follower =
        new IndexFollower(
            () -> new IndexFollower.Outcome(DocumentUpdate.Result.UP_TO_DATE, Map.of(), ""));
    return new UploadedDocuments(
        machine.open(Progress.NONE), machine.writes("whet serve"), follower);
  }

  private static Receipt put(UploadedDocuments documents, String name, String text) {
    return documents.put(
        name,
        "https://docs.example/" + name,
        out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aDocumentIsInTheBucketBeforeTheAnswerAndSoIsItsRemoval() throws Exception {
    try (var anna = machine("anna");
        var ben = machine("ben")) {
      anna.create(copy -> Workspace.create(copy, "manual"), Progress.NONE);
      UploadedDocuments here = documents(anna);
      UploadedDocuments there = documents(ben);

      assertThat(put(here, "a/pump.md", "# Pump")).isInstanceOf(Receipt.Kept.class);
      assertThat(put(there, "b.md", "# B")).isInstanceOf(Receipt.Kept.class);

      assertThat(there.find("a/pump.md").orElseThrow().content().url())
          .isEqualTo("https://docs.example/a/pump.md");
      assertThat(Files.readString(ben.copy().resolve("uploads/a/pump.md"))).isEqualTo("# Pump");
      assertThat(there.remove("a/pump.md")).isInstanceOf(Receipt.Removed.class);
      anna.refresh(Progress.NONE);
      assertThat(here.find("a/pump.md")).isEmpty();
      assertThat(here.find("b.md")).isPresent();
    }
  }

  @Test
  void whileAStepHoldsTheWorkspaceNothingIsTakenAndNothingIsLeft() {
    try (var anna = machine("anna")) {
      anna.create(copy -> Workspace.create(copy, "manual"), Progress.NONE);
      UploadedDocuments here = documents(anna);
      try (var _ = WorkspaceLock.take(anna.copy(), "whet train")) {
        assertThatThrownBy(() -> put(here, "late.md", "# Late"))
            .isInstanceOf(Failure.Unavailable.class);
      }
      assertThat(here.find("late.md")).isEmpty();
      assertThat(anna.copy().resolve("uploads")).doesNotExist();
    }
  }
}
