package dev.whetstone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/// Documents that go into a bucket of a real S3 server, and from there into a workspace.
class BucketStagingTest {
  @TempDir private Path folder;
  private RealBucket bucket;
  private Path docs;
  private Workspace workspace;

  @BeforeEach
  void twoDocuments() throws IOException {
    bucket = RealBucket.make();
    docs = Files.createDirectories(folder.resolve("domain_docs"));
    Files.writeString(docs.resolve("a.md"), "# A");
    Files.createDirectories(docs.resolve("sub"));
    Files.writeString(docs.resolve("sub/b.txt"), "b");
    Files.writeString(docs.resolve("picture.png"), "no text");
    Files.writeString(docs.resolve(".hidden.md"), "hidden");
    workspace = Workspace.create(folder.resolve("workspace"), "test");
  }

  private ObjectStore raw() {
    return ObjectStores.open(bucket.uri("raw/"), bucket.environment(), folder.resolve("journal"));
  }

  private StagingElsewhere.Result toBucket() {
    try (var raw = raw()) {
      return StagingElsewhere.stage(docs, raw, Acl.PRIVATE, Progress.NONE);
    }
  }

  private Staging.Result fromBucket() {
    try (var source = new BucketSource(raw())) {
      return new Staging(workspace).stage(source, Progress.NONE);
    }
  }

  @Test
  void aFoldersDocumentsGoIntoTheBucketAndFromThereIntoTheWorkspace() throws IOException {
    var sent = toBucket();
    var staged = fromBucket();

    assertThat(sent.sent()).isEqualTo(2);
    assertThat(sent.leftOut().passedOver()).containsExactly(java.util.Map.entry(".png", 1));
    assertThat(staged.added()).isEqualTo(2);
    assertThat(Files.readString(workspace.raw().resolve("sub/b.txt"))).isEqualTo("b");
    var entry = Manifest.read(workspace).documents().getLast();
    assertThat(entry.source()).isEqualTo(bucket.uri("raw/"));
    // echo -n b | sha256sum
    assertThat(entry.sha256())
        .isEqualTo("3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d");
  }

  @Test
  void anObjectThatIsGoneWhenItIsFetchedIsToldAndTheOthersAreStaged() {
    toBucket();
    try (var raw = raw();
        var source = new BucketSource(raw())) {
      var result = new Staging(workspace).stage(new Vanishing(source, raw, "a.md"), Progress.NONE);

      assertThat(result.added()).isEqualTo(1);
      assertThat(result.leftOut().unread().get("a.md")).contains("there is no such object");
    }
    assertThat(workspace.raw().resolve("a.md")).doesNotExist();
    assertThat(workspace.raw().resolve("sub/b.txt")).exists();
  }

  /// One of the objects goes between the listing and the fetching.
  private record Vanishing(StagingSource source, ObjectStore store, String key)
      implements StagingSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public NavigableMap<String, Found> find(LeftOut leftOut) {
      return source.find(leftOut);
    }

    @Override
    public Map<String, String> fetch(
        SequencedMap<String, Wanted> wanted, LeftOut leftOut, Progress progress) {
      store.delete(List.of(key));
      return source.fetch(wanted, leftOut, progress);
    }

    @Override
    public void close() {}
  }

  @Test
  void whatIsThereIsNotSentAgainAndNothingIsDeletedThere() throws IOException {
    toBucket();
    Files.writeString(docs.resolve("a.md"), "# B"); // as long as before
    Files.delete(docs.resolve("sub/b.txt"));
    Files.writeString(docs.resolve("c.md"), "# C");

    var again = toBucket();

    assertThat(again.sent()).isEqualTo(2);
    assertThat(again.unchanged()).isZero();
    try (var raw = raw()) {
      assertThat(raw.list(""))
          .extracting(ObjectInfo::key)
          .containsExactly("a.md", "c.md", "sub/b.txt");
    }
    assertThat(toBucket().sent()).isZero();
  }

  @Test
  void stagedAgainOnlyWhatChangedInTheBucketIsFetchedAndWhatIsGoneGoes() throws IOException {
    toBucket();
    fromBucket();
    Path staged = workspace.raw().resolve("a.md");
    FileTime marked = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
    Files.setLastModifiedTime(staged, marked);
    try (var raw = raw()) {
      raw.delete(List.of("sub/b.txt"));
    }

    var again = fromBucket();

    assertThat(again.unchanged()).isEqualTo(1);
    assertThat(again.gone()).containsExactly("sub/b.txt");
    assertThat(Files.getLastModifiedTime(staged)).isEqualTo(marked);
    assertThat(workspace.raw().resolve("sub/b.txt")).doesNotExist();
  }

  @Test
  void aBucketThatHoldsNothingNowKeepsWhatWasStagedUntilItIsStagedByName() {
    toBucket();
    fromBucket();
    try (var raw = raw()) {
      raw.delete(List.of("a.md", "sub/b.txt"));
    }

    try (var source = new BucketSource(raw())) {
      assertThatThrownBy(() -> new Staging(workspace).again(source, Progress.NONE))
          .isInstanceOf(Staging.Kept.class)
          .hasMessageContainingAll(bucket.uri("raw/"), "no document now", "stays");
    }
    assertThat(Manifest.read(workspace).documents()).hasSize(2);
    assertThat(fromBucket().gone()).containsExactly("a.md", "sub/b.txt");
  }

  @Test
  void anObjectWhoseNameLeadsOutOfTheWorkspaceIsRefused() throws IOException {
    toBucket();
    fromBucket();
    Path bad = folder.resolve("store");
    Files.createDirectories(bad);
    try (var client = bucket.client()) {
      client.putObject(
          r -> r.bucket(bucket.name()).key("raw/..hidden/ok.md"), RequestBody.fromString("x"));
      client.putObject(
          r -> r.bucket(bucket.name()).key("raw/back\\slash.md"), RequestBody.fromString("x"));
    }

    assertThatThrownBy(this::fromBucket)
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("back\\slash.md' in " + bucket.uri("raw/"));
    assertThat(Manifest.read(workspace).documents()).hasSize(2);
  }
}
