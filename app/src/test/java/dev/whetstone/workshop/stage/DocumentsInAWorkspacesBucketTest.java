package dev.whetstone.workshop.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/// The workflow's own layout, on a real S3 server: a workspace at the bucket, and the documents
/// that it is made from in the same bucket's `raw/`.
class DocumentsInAWorkspacesBucketTest {
  @TempDir private Path folder;
  private RealBucket bucket;
  private Path docs;

  @BeforeEach
  void aWorkspaceMadeFromRaw() throws IOException {
    bucket = RealBucket.make();
    docs = Files.createDirectories(folder.resolve("docs"));
    Files.writeString(docs.resolve("x.md"), "# X");
    Files.writeString(docs.resolve("y.md"), "# Y");
    try (var client = bucket.client()) { // by another tool, which leaves no SHA-256 there
      client.putObject(r -> r.bucket(bucket.name()).key("raw/z.md"), RequestBody.fromString("# Z"));
    }
    try (var shared = shared("a")) {
      shared.create(copy -> Workspace.create(copy, "test"), Progress.NONE);
    }
    toBucket("raw/");
    fromBucket("a", "raw/");
  }

  private ObjectStore store(String place) {
    return ObjectStores.open(bucket.uri(place), bucket.environment(), folder.resolve("journal"));
  }

  private SharedWorkspace shared(String machine) {
    return new SharedWorkspace(
        new SharedFolder(store(""), folder.resolve(machine), SharedWorkspace.LAYOUT));
  }

  private StagingElsewhere.Result toBucket(String place) {
    try (var there = store(place)) {
      return StagingElsewhere.stage(docs, there, Acl.PRIVATE, Progress.NONE);
    }
  }

  /// Stages into the workspace as a machine does, and saves.
  private Staging.Result fromBucket(String machine, String place) {
    try (var shared = shared(machine);
        var source = new BucketSource(store(place), 1_000_000)) {
      Workspace workspace = shared.open(Progress.NONE);
      try (var _ = WorkspaceLock.take(workspace.folder(), "test")) {
        var staged = new Staging(workspace).stage(source, Progress.NONE);
        shared.save("test", Progress.NONE);
        return staged;
      }
    }
  }

  private List<String> keys(String prefix) {
    try (var all = store("")) {
      return all.list(prefix).map(ObjectInfo::key).toList();
    }
  }

  private String text(String key) throws IOException {
    try (var all = store("");
        var in = all.read(key)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aDocumentThatIsPutThereAnewLeavesTheWorkspaceWholeForAFreshMachine() throws IOException {
    Files.writeString(docs.resolve("x.md"), "# X, edited");
    toBucket("raw/");

    try (var fresh = shared("b")) {
      Workspace workspace = fresh.open(Progress.NONE);

      assertThat(Files.readString(workspace.raw().resolve("x.md"))).isEqualTo("# X");
      assertThat(Manifest.read(workspace).documents()).hasSize(3);
    }
  }

  @Test
  void stagedAgainAfterAnEditThereIsOneChangeAndNoNewDocument() throws IOException {
    Files.writeString(docs.resolve("x.md"), "# X, edited");
    toBucket("raw/");

    var edited = fromBucket("a", "raw/");
    var again = fromBucket("b", "raw/");

    assertThat(edited.added()).isZero();
    assertThat(edited.changed()).isEqualTo(1);
    assertThat(again.added()).isZero();
    assertThat(again.manifest().documents())
        .extracting(Manifest.Entry::path)
        .containsExactly("x.md", "y.md", "z.md");
    assertThat(keys("raw/")).containsExactly("raw/x.md", "raw/y.md", "raw/z.md");
  }

  @Test
  void whatTheUserPutThereIsNeverSwept() throws IOException {
    for (int i = 0; i < 13; i++) {
      Files.writeString(docs.resolve("x.md"), "# X" + ", edited".repeat(i));
      toBucket("raw/");
      fromBucket("a", "raw/");
    }

    assertThat(keys("raw/")).containsExactly("raw/x.md", "raw/y.md", "raw/z.md");
    assertThat(text("raw/x.md")).isEqualTo("# X" + ", edited".repeat(12));
    assertThat(keys(".whetstone/raw/x")).hasSize(10); // what the ten states kept hold
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".whetstone/raw/", "manifests/"})
  void aPlaceWhereTheWorkspaceKeepsItsOwnFilesIsRefusedForDocuments(String place) {
    assertThatThrownBy(() -> toBucket(place))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(bucket.uri(place))
        .hasMessageContaining("into the workspace " + bucket.uri(""));
    assertThatThrownBy(() -> fromBucket("a", place))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(bucket.uri(place));
  }

  @Test
  void aPlaceAboveAWorkspaceIsRefusedForDocuments() {
    try (var below =
        new SharedWorkspace(
            new SharedFolder(
                store("other/handbook"), folder.resolve("c"), SharedWorkspace.LAYOUT))) {
      below.create(copy -> Workspace.create(copy, "below"), Progress.NONE);
    }

    assertThatThrownBy(() -> toBucket("other/"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("holds the workspace " + bucket.uri("other/handbook/"));
    assertThatThrownBy(() -> fromBucket("a", "other/"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("holds the workspace " + bucket.uri("other/handbook/"));
  }
}
