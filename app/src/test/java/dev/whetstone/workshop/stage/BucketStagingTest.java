package dev.whetstone.workshop.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Progress;
import dev.whetstone.store.Acl;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.store.shared.PassingStore;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
    try (var source = new BucketSource(raw(), 1_000_000)) {
      return new Staging(workspace).stage(source, Progress.NONE);
    }
  }

  @Test
  void aFoldersDocumentsGoIntoTheBucketAndFromThereIntoTheWorkspace() throws IOException {
    var sent = toBucket();
    var staged = fromBucket();

    assertThat(sent.sent()).isEqualTo(2);
    assertThat(sent.skipped().pictures().named()).containsExactly("picture.png");
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
        var source = new BucketSource(raw(), 1_000_000)) {
      var result = new Staging(workspace).stage(new Vanishing(source, raw, "a.md"), Progress.NONE);

      assertThat(result.added()).isEqualTo(1);
      assertThat(result.skipped().unreadable().get("a.md")).contains("there is no such object");
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
    public byte[] sidecar(String path) throws IOException {
      return source.sidecar(path);
    }

    @Override
    public NavigableMap<String, SourceEntry> find(StagingFilter filter) {
      return source.find(filter);
    }

    @Override
    public Map<String, String> fetch(
        SequencedMap<String, CopyRequest> wanted, StagingFilter filter, Progress progress) {
      store.delete(List.of(key));
      return source.fetch(wanted, filter, progress);
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
    assertThat(again.removed()).containsExactly("sub/b.txt");
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

    try (var source = new BucketSource(raw(), 1_000_000)) {
      assertThatThrownBy(() -> new Staging(workspace).again(source, Progress.NONE))
          .isInstanceOf(Staging.SourceUnusable.class)
          .hasMessageContaining("no document now");
    }
    assertThat(Manifest.read(workspace).documents()).hasSize(2);
    assertThat(fromBucket().removed()).containsExactly("a.md", "sub/b.txt");
  }

  private void put(String key, String text) {
    try (var client = bucket.client()) {
      client.putObject(r -> r.bucket(bucket.name()).key(key), RequestBody.fromString(text));
    }
  }

  @Test
  void objectsWhoseNamesCannotBeFilesAreNamedAndTheOthersStaged() {
    toBucket();
    put("raw/..hidden/ok.md", "x");
    put("raw/back\\slash.md", "x");
    put("raw/tab\there.md", "x");
    put("raw/empty dir/", "");
    put("raw/q?x.md", "x");
    put("raw/a+b%2B.md", "x");
    put("raw/中文 文件.md", "x");
    put("raw/manifests/00000001.json", "{}");
    put("raw/a.mp3", "x");

    var staged = fromBucket();

    assertThat(staged.manifest().documents())
        .extracting(Manifest.Entry::path)
        .containsExactlyInAnyOrder(
            "a.md", "sub/b.txt", "q?x.md", "a+b%2B.md", "中文 文件.md", "manifests/00000001.json");
    assertThat(staged.skipped().rejected()).containsOnlyKeys("back\\slash.md", "tab\there.md");
    assertThat(staged.skipped().passedOver()).containsExactly(Map.entry(".mp3", 1));
    assertThat(staged.skipped().unreadable()).isEmpty();
  }

  /// Keys that a bucket holds, and that no client here can be made to send or no server to take.
  private static final class Listing extends PassingStore {
    private final Supplier<Stream<ObjectInfo>> more;

    private Listing(ObjectStore store, Supplier<Stream<ObjectInfo>> more) {
      super(store);
      this.more = more;
    }

    @Override
    public Stream<ObjectInfo> list(String prefix) {
      return Stream.concat(super.list(prefix), more.get())
          .filter(object -> object.key().startsWith(prefix));
    }
  }

  private Staging.Result staged(int most, List<ObjectInfo> more) {
    try (var source = new BucketSource(new Listing(raw(), more::stream), most)) {
      return new Staging(workspace).stage(source, Progress.NONE);
    }
  }

  private static ObjectInfo object(String key, long bytes) {
    return new ObjectInfo(key, bytes, null, Instant.EPOCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/double.md", "a//b.md", "./dot.md", "../up.md", "sub/../up.md", "sub/./b.md", "/etc/x.md",
        "x\\y.md", "line\nbreak.md", "nul\u0000.md", "a.md/", "/photo.png", "..", "//"
      })
  void aKeyThatIsNoPathIsNamedAndHarmsNoOther(String key) {
    toBucket();

    var staged = staged(1000, List.of(object(key, 3)));

    assertThat(staged.added()).isEqualTo(2);
    assertThat(staged.skipped().rejected()).containsOnlyKeys(key);
  }

  @Test
  void aKeyThatIsAFileAndAFolderGivesWayToTheDocumentsInIt() {
    toBucket();
    put("raw/d.md/inner.md", "# inner");

    var marked = staged(1000, List.of(object("d.md", 0)));
    var staged = staged(1000, List.of(object("d.md", 3)));

    assertThat(marked.skipped().rejected()).isEmpty();
    assertThat(staged.skipped().rejected()).containsOnlyKeys("d.md");
    assertThat(workspace.raw().resolve("d.md/inner.md")).hasContent("# inner");
  }

  @Test
  void anObjectAboveTheLimitIsNamedAndNotFetched() {
    toBucket();

    var staged = staged(1000, List.of(object("large.pdf", 600L << 20)));

    assertThat(staged.added()).isEqualTo(2);
    assertThat(Objects.requireNonNull(staged.skipped().rejected().get("large.pdf")).reason())
        .contains("parse.max_file_mb");
  }

  @Test
  void anObjectThatIsLongerThanItsListingSaysIsNotFetchedToItsEnd() {
    toBucket();
    put("raw/grown.md", "x".repeat(100_000));
    try (var raw = raw()) {
      var found = raw.stat("grown.md").orElseThrow();
      var listed = new ObjectInfo(found.key(), 10, null, found.modified());
      var file = workspace.raw().resolve("grown.md");
      var refused = new ArrayList<String>();
      var wanted = new Transfers.Download(listed.key(), file, listed.bytes(), null);

      var sums =
          Transfers.download(
              raw, List.of(wanted), "test", Progress.NONE, (key, why) -> refused.add(key));

      assertThat(sums).isEmpty();
      assertThat(refused).containsExactly("grown.md");
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void aListingWithoutEndIsRefusedAtTheSettingsLimitAndWhatWasStagedStays() {
    toBucket();
    fromBucket();
    Supplier<Stream<ObjectInfo>> endless =
        () -> Stream.iterate(0L, n -> n + 1).map(n -> object("%020d.png".formatted(n), 1));

    try (var source = new BucketSource(new Listing(raw(), endless), 10_000)) {
      assertThatThrownBy(() -> new Staging(workspace).again(source, Progress.NONE))
          .isInstanceOf(Staging.SourceUnusable.class)
          .hasMessageContainingAll("more than 10,000 objects", "stage.max_objects");
    }
    assertThat(Manifest.read(workspace).documents()).hasSize(2);
  }

  @Test
  void aSumThatAnotherToolWroteBesideAnObjectHarmsThatOneAlone() {
    toBucket();
    for (var sum : Map.of("c.md", "0".repeat(64), "d.md", "in a form of its own").entrySet()) {
      try (var client = bucket.client()) {
        client.putObject(
            r ->
                r.bucket(bucket.name())
                    .key("raw/" + sum.getKey())
                    .metadata(Map.of("sha256", sum.getValue())),
            RequestBody.fromString("# X"));
      }
    }

    var staged = fromBucket();

    assertThat(staged.added()).isEqualTo(3);
    assertThat(staged.skipped().unreadable()).containsOnlyKeys("c.md");
  }
}
