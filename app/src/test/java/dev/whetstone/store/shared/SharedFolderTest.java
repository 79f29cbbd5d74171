package dev.whetstone.store.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.workspace.SharedWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/// One folder in a bucket of a real S3 server, with two working copies.
class SharedFolderTest {
  private static RealBucket bucket;

  @TempDir private Path folder;
  private String prefix = "";
  private Path a;
  private Path b;

  @BeforeAll
  static void makeBucket() {
    bucket = RealBucket.make();
  }

  @BeforeEach
  void twoCopies() throws IOException {
    prefix = "workspaces/" + System.nanoTime() + "/";
    a = Files.createDirectories(folder.resolve("a"));
    b = Files.createDirectories(folder.resolve("b"));
    write(a, "whetstone.yaml", "name: x");
    write(a, "models/m/1/model.bin", "one");
    write(a, "raw/Über uns.md", "# Wir");
  }

  private ObjectStore store() {
    return ObjectStores.open(bucket.uri(prefix), bucket.environment(), folder.resolve("journal"));
  }

  private boolean save(Path copy) {
    try (var shared = new SharedFolder(store(), copy, SharedWorkspace.LAYOUT)) {
      return shared.save("test", Progress.NONE);
    }
  }

  private SharedFolder.Brought bring(Path copy) {
    try (var shared = new SharedFolder(store(), copy, SharedWorkspace.LAYOUT)) {
      return shared.bring(Progress.NONE);
    }
  }

  private static void write(Path copy, String path, String text) throws IOException {
    Path file = copy.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /// The shared files of a copy, and what they hold.
  private static Map<String, String> files(Path copy) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(copy)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = copy.relativize(file).toString();
        if (!path.startsWith(".whetstone/shared") && !path.startsWith(".whetstone/work")) {
          files.put(path, Files.readString(file));
        }
      }
    }
    return files;
  }

  @Test
  void whatOneSavesTheOtherSeesAndGoesOnWith() throws IOException {
    assertThat(save(a)).isTrue();

    var brought = bring(b);
    assertThat(brought.number()).isEqualTo(1);
    assertThat(brought.files()).isEqualTo(3);
    assertThat(files(b)).isEqualTo(files(a));

    write(b, "models/m/1/model.bin", "two");
    Files.delete(b.resolve("raw/Über uns.md"));
    write(b, "vectors/s/vectors.parquet", "v");
    assertThat(save(b)).isTrue();

    assertThat(bring(a).files()).isEqualTo(2);
    assertThat(files(a)).isEqualTo(files(b)).doesNotContainKey("raw/Über uns.md");
    assertThat(bring(a).files()).isZero();
    assertThat(save(a)).isFalse();
  }

  @Test
  void objectsStandUnderTheirPathAndAreNeverOverwrittenAndDocumentsApart() throws IOException {
    save(a);
    write(a, "models/m/1/model.bin", "two");
    save(a);

    try (var store = store()) {
      // printf two | sha256sum: 3fc4ccfe...
      assertThat(store.list("").map(ObjectInfo::key))
          .containsExactly(
              ".whetstone/raw/Über uns.md",
              "manifests/00000001.json",
              "manifests/00000002.json",
              "models/m/1/model.3fc4ccfe.bin",
              "models/m/1/model.bin",
              "whetstone.yaml");
      var first = FolderManifest.read(store, 1).files().get("models/m/1/model.bin");
      var second = FolderManifest.read(store, 2).files().get("models/m/1/model.bin");
      assertThat(first)
          .extracting(FolderManifest.SavedFile::key, FolderManifest.SavedFile::bytes)
          .containsExactly("models/m/1/model.bin", 3L);
      assertThat(second)
          .extracting(FolderManifest.SavedFile::key, FolderManifest.SavedFile::bytes)
          .containsExactly("models/m/1/model.3fc4ccfe.bin", 3L);
    }
    bring(b);
    assertThat(files(b)).containsEntry("models/m/1/model.bin", "two");
  }

  @Test
  void whatBelongsToOneMachineIsNotShared() throws IOException {
    write(a, ".whetstone/writer.lock", "me");
    write(a, ".whetstone/work/train-1/step.bin", "under way");
    write(a, "raw/.b.md.123.part", "half");
    write(a, ".whetstone/deployed/.incoming-1.123.part/model/model.bin", "half");
    write(a, ".whetstone/deployed/space.zip", "made again when it is needed");
    write(a, ".whetstone/steps/stage.json", "{}");
    save(a);

    bring(b);

    assertThat(files(b))
        .containsOnlyKeys(
            "whetstone.yaml",
            "models/m/1/model.bin",
            "raw/Über uns.md",
            ".whetstone/steps/stage.json");
  }

  @Test
  void killedAtAnyRequestTheOtherSeesTheStateBeforeOrAfterAndTheWriterGoesOn() throws IOException {
    save(a);
    var before = files(a);
    write(a, "models/m/1/model.bin", "two");
    write(a, "models/m/2/model.bin", "three");
    write(a, "whetstone.yaml", "name: killed");
    write(a, "serving.json", "{\"version\": 2}");
    var after = files(a);
    int killed = 0;
    for (int tries = 0; ; tries++) {
      boolean died = false;
      int requests = Math.min(1, tries); // what stood before is not sent again, so one more stands
      var store = new DyingStore(store(), requests, () -> new IllegalStateException("killed"));
      try (var shared = new SharedFolder(store, a, SharedWorkspace.LAYOUT)) {
        shared.save("test", Progress.NONE);
      } catch (IllegalStateException e) {
        died = true;
        killed++;
      }
      Path fresh = folder.resolve("fresh-" + tries);
      bring(fresh);
      assertThat(files(fresh)).isIn(before, after);
      assertThat(files(a)).isEqualTo(after);
      if (!died) {
        assertThat(files(fresh)).isEqualTo(after);
        break;
      }
    }
    assertThat(killed).isGreaterThan(4); // before each of four files, and before the manifest
    save(a);
    try (var store = store()) { // nothing is there that no manifest names
      assertThat(store.list("models/").map(ObjectInfo::key))
          .containsExactly(
              "models/m/1/model.3fc4ccfe.bin", "models/m/1/model.bin", "models/m/2/model.bin");
    }
  }

  @Test
  void whatAKilledSaveLeftIsSweptByTheNextThatDoesNotNeedIt() throws IOException {
    save(a);
    write(a, "models/m/2/model.bin", "abandoned");
    var store = new DyingStore(store(), 1, () -> new IllegalStateException("killed"));
    try (var shared = new SharedFolder(store, a, SharedWorkspace.LAYOUT)) {
      assertThatThrownBy(() -> shared.save("test", Progress.NONE)).hasMessage("killed");
    }
    Files.delete(a.resolve("models/m/2/model.bin"));
    write(a, "whetstone.yaml", "name: y");

    save(a);

    try (var there = store()) {
      assertThat(there.stat("models/m/2/model.bin")).isEmpty();
    }
  }

  @Test
  void ofTwoWritersTheLoserIsToldAndLosesNothing() throws IOException {
    save(a);
    bring(b);
    write(a, "whetstone.yaml", "name: from a");
    write(b, "whetstone.yaml", "name: from b");
    write(b, "models/m/2/model.bin", "b's model");
    save(a);

    assertThatThrownBy(() -> save(b))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("was written by someone else meanwhile (manifest 2)")
        .hasMessageContaining(b.toString());
    assertThat(files(b)).containsEntry("models/m/2/model.bin", "b's model");

    var brought = bring(b);
    assertThat(files(b)).isEqualTo(files(a));
    Path aside = brought.setAside().orElseThrow();
    assertThat(files(aside))
        .containsOnly(
            Map.entry("whetstone.yaml", "name: from b"),
            Map.entry("models/m/2/model.bin", "b's model"));
  }

  @Test
  void ofTwoWhoSaveAtTheSameMomentOneSucceeds() throws Exception {
    save(a);
    bring(b);
    write(a, "whetstone.yaml", "name: from a");
    write(b, "whetstone.yaml", "name: from b");

    int won = 0;
    try (var threads = java.util.concurrent.Executors.newFixedThreadPool(2)) {
      for (var one : threads.invokeAll(java.util.List.of(() -> save(a), () -> save(b)))) {
        try {
          one.get();
          won++;
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(Failure.Refused.class);
        }
      }
    }

    assertThat(won).isEqualTo(1);
    try (var store = store()) {
      assertThat(FolderManifest.numbers(store)).containsExactly(1L, 2L);
    }
  }

  @Test
  void aFlippedByteInTheBucketIsNamedAndTheCopyStaysAsItWas() throws IOException {
    save(a);
    bring(b);
    write(a, "models/m/1/model.bin", "two");
    save(a);
    var before = files(b);
    try (var client = bucket.client()) {
      client.putObject(
          r -> r.bucket(bucket.name()).key(prefix + "models/m/1/model.3fc4ccfe.bin"),
          RequestBody.fromString("twp"));
    }

    assertThatThrownBy(() -> bring(b))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(bucket.uri(prefix) + "models/m/1/model.3fc4ccfe.bin is damaged");

    assertThat(files(b)).isEqualTo(before);
  }

  @Test
  void aDamagedManifestIsNamed() throws IOException {
    save(a);
    String text;
    try (var store = store();
        var in = store.read(FolderManifest.key(1))) {
      text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    try (var client = bucket.client()) {
      client.putObject(
          r -> r.bucket(bucket.name()).key(prefix + "manifests/00000001.json"),
          RequestBody.fromString(text.replace("whetstone.yaml\" :", "whetstone.yamm\" :")));
    }

    assertThatThrownBy(() -> bring(b))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("manifests/00000001.json is damaged");
  }

  @Test
  void oldStatesAreSweptAndWhatOthersPutThereStays() throws IOException {
    try (var client = bucket.client()) {
      client.putObject(
          r -> r.bucket(bucket.name()).key(prefix + "notes/mine.txt"),
          RequestBody.fromString("not whetstone's"));
    }
    for (int i = 0; i < FolderSweep.KEPT + 3; i++) {
      write(a, "whetstone.yaml", "name: n" + i);
      save(a);
    }

    try (var store = store()) {
      assertThat(FolderManifest.numbers(store)).hasSize(FolderSweep.KEPT).startsWith(4L);
      for (long number : FolderManifest.numbers(store)) { // each kept state is whole
        for (var entry : FolderManifest.read(store, number).files().values()) {
          assertThat(store.stat(entry.key())).as(entry.key()).isPresent();
        }
      }
      assertThat(store.list("whetstone")).hasSize(FolderSweep.KEPT);
      assertThat(store.stat("notes/mine.txt")).isPresent();
    }
    bring(b);
    assertThat(files(b)).isEqualTo(files(a));
  }

  @Test
  void anObjectOfAnothersWithTheSameContentIsNeitherTakenNorSwept() throws IOException {
    write(a, "notes.txt", "same");
    try (var client = bucket.client();
        var store = store()) {
      client.putObject(
          r -> r.bucket(bucket.name()).key(prefix + "notes.txt"), RequestBody.fromString("same"));
      store.create("models/m/1/model.bin", Content.of("one"), Acl.DEFAULT);
      save(a);
      Files.delete(a.resolve("notes.txt"));
      Files.delete(a.resolve("models/m/1/model.bin"));
      for (int i = 0; i < FolderSweep.KEPT + 1; i++) {
        write(a, "whetstone.yaml", "name: n" + i);
        save(a);
      }

      // printf same | sha256sum: 0967115f...; printf one | sha256sum: 7692c3ad...
      assertThat(store.list("notes")).extracting(ObjectInfo::key).containsExactly("notes.txt");
      assertThat(store.list("models/"))
          .extracting(ObjectInfo::key)
          .containsExactly("models/m/1/model.bin");
    }
  }

  @Test
  void aContentThatComesBackIsSafeFromTheSweepOfWhoSavedBefore() throws IOException {
    save(a); // manifest 1 names models/m/1/model.bin, the content "one"
    for (int i = 0; i < FolderSweep.KEPT - 1; i++) {
      write(a, "models/m/1/model.bin", "other " + i);
      save(a);
    }
    write(a, "models/m/1/model.bin", "the last of a");
    Runnable between = // a's manifest 11 and its sweep, which drops the first
        () -> {
          try {
            bring(b);
            write(b, "models/m/1/model.bin", "one");
            save(b);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    try (var shared =
        new SharedFolder(new WatchedStore(store(), between), a, SharedWorkspace.LAYOUT)) {
      shared.save("test", Progress.NONE);
    }

    Path fresh = folder.resolve("fresh");
    assertThat(bring(fresh).number()).isEqualTo(12);
    assertThat(files(fresh)).containsEntry("models/m/1/model.bin", "one");
  }

  @Test
  void aSaveLooksAtEachChangedFileOnceAndAtNoneThatIsAsBefore() throws IOException {
    save(a);
    write(a, "models/m/1/model.bin", "two");
    write(a, "models/m/2/model.bin", "three");
    var watched = new WatchedStore(store(), () -> {});

    try (var shared = new SharedFolder(watched, a, SharedWorkspace.LAYOUT)) {
      shared.save("test", Progress.NONE);
    }

    assertThat(watched.looks()).isEqualTo(2);
  }

  @Test
  void whatCountsByItselfStaysWhenOthersSaveAndIsSavedNext() throws IOException {
    write(a, ".whetstone/jobs/run-1.json", "sent");
    save(a);
    bring(b);
    write(b, "whetstone.yaml", "name: from b");
    save(b);
    write(a, ".whetstone/jobs/run-1.json", "sent as job 7");
    write(a, ".whetstone/jobs/run-2.json", "sent");
    write(a, ".whetstone/deployed/s-1/model.bin", "brought for a deployment");
    write(a, "reports/1/report.json", "of a step that lost");

    Path aside = bring(a).setAside().orElseThrow();
    save(a);

    assertThat(files(aside)).containsOnlyKeys("reports/1/report.json");
    bring(b);
    assertThat(files(b))
        .isEqualTo(files(a))
        .containsEntry("whetstone.yaml", "name: from b")
        .containsEntry(".whetstone/jobs/run-1.json", "sent as job 7")
        .containsEntry(".whetstone/jobs/run-2.json", "sent")
        .containsEntry(".whetstone/deployed/s-1/model.bin", "brought for a deployment");
  }

  @Test
  void whatCountsByItselfAndOthersChangedTooIsTheirsAndOursIsSetAside() throws IOException {
    write(a, ".whetstone/jobs/run-1.json", "sent");
    save(a);
    bring(b);
    write(b, ".whetstone/jobs/run-1.json", "ended by b");
    save(b);
    write(a, ".whetstone/jobs/run-1.json", "seen by a");

    Path aside = bring(a).setAside().orElseThrow();

    assertThat(files(a)).isEqualTo(files(b));
    assertThat(files(aside)).containsOnly(Map.entry(".whetstone/jobs/run-1.json", "seen by a"));
  }

  @Test
  void aStoreThatDoesNotAnswerHarmsNothingAndTheNextSaveSendsAll() throws IOException {
    save(a);
    write(a, "models/m/2/model.bin", "three");
    var offline = new DyingStore(store(), 0, () -> new Failure.Unavailable("does not answer"));
    try (var shared = new SharedFolder(offline, a, SharedWorkspace.LAYOUT)) {
      assertThatThrownBy(() -> shared.save("test", Progress.NONE))
          .isInstanceOf(Failure.Unavailable.class);
    }
    assertThat(bring(a).setAside()).isEmpty();
    assertThat(files(a)).containsEntry("models/m/2/model.bin", "three");

    assertThat(save(a)).isTrue();

    bring(b);
    assertThat(files(b)).isEqualTo(files(a));
  }

  /// As somebody writes it who can write to the bucket.
  private void manifest(String... paths) {
    var files = new TreeMap<String, FolderManifest.SavedFile>();
    String sum = Sha256.of("evil".getBytes(UTF_8));
    for (String path : paths) {
      files.put(path, new FolderManifest.SavedFile("evil", 4, sum));
    }
    var manifest = FolderManifest.of(1, "w", "test", "2026-01-01T00:00:00Z", files);
    try (var store = store()) {
      store.put("evil", Content.of("evil"), Acl.DEFAULT);
      store.put(FolderManifest.key(1), Content.of(manifest.text()), Acl.DEFAULT);
    }
  }

  @Test
  void aManifestPutsNothingWhereACopyKeepsWhatBelongsToItsMachine() throws IOException {
    write(b, ".whetstone/shared/address", "mine");
    manifest(".whetstone/shared/address", ".whetstone/work/x", "good.txt");

    bring(b);

    assertThat(b.resolve("good.txt")).hasContent("evil");
    assertThat(b.resolve(".whetstone/shared/address")).hasContent("mine");
    assertThat(b.resolve(".whetstone/work/x")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../out", "/etc/out", "a/../../out", "a//b", "x\\y", "./x", "", ".", "..", "a\nb"})
  void aManifestWhosePathLeadsOutOfTheCopyIsRefusedWhole(String path) throws IOException {
    manifest("good.txt", path);

    assertThatThrownBy(() -> bring(b)).isInstanceOf(Failure.BadInput.class);
    assertThat(files(folder)).doesNotContainKey("out").doesNotContainKey("b/good.txt");
  }
}
