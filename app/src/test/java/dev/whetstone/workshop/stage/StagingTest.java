package dev.whetstone.workshop.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Acl;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagingTest {
  @TempDir private Path folder;
  private Path docs;
  private Workspace workspace;

  @BeforeEach
  void twoDocuments() throws IOException {
    docs = Files.createDirectories(folder.resolve("docs"));
    workspace = Workspace.create(folder.resolve("workspace"), "test");
    Files.writeString(docs.resolve("a.md"), "# A");
    Files.createDirectories(docs.resolve("sub"));
    Files.writeString(docs.resolve("sub").resolve("b.txt"), "b");
    Files.writeString(docs.resolve("picture.png"), "no text");
    Files.writeString(docs.resolve(".hidden.md"), "hidden");
  }

  private Staging.Result stage(Path source) {
    return new Staging(workspace).stage(source, Progress.NONE);
  }

  @Test
  void documentsAreCopiedWithHashSizeAndTimeAndOtherFilesCounted() throws IOException {
    var result = stage(docs);

    assertThat(result.added()).isEqualTo(2);
    assertThat(result.skipped().passedOver()).isEmpty();
    assertThat(result.skipped().pictures().named()).containsExactly("picture.png");
    var entry = Manifest.read(workspace).documents().getLast();
    assertThat(entry.path()).isEqualTo("sub/b.txt");
    assertThat(entry.bytes()).isEqualTo(1);
    // echo -n b | sha256sum
    assertThat(entry.sha256())
        .isEqualTo("3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d");
    assertThat(Files.readString(workspace.raw().resolve("sub/b.txt"))).isEqualTo("b");
  }

  @Test
  void whatIsNeitherStagedNorHiddenIsCountedOnceByWhatKeepsItOut() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("o.md"), "# O");
    Files.createSymbolicLink(docs.resolve("file.md"), outside.resolve("o.md"));
    Files.createSymbolicLink(docs.resolve("folder"), outside);
    Files.createSymbolicLink(docs.resolve("sub/loop"), docs);
    Files.createSymbolicLink(docs.resolve(".link.md"), outside.resolve("o.md"));
    String longest = "l".repeat(235) + ".md"; // 238 bytes
    Files.writeString(docs.resolve(longest), "# long");
    Files.writeString(docs.resolve("l" + longest), "# too long");

    var result = stage(docs);

    assertThat(result.skipped().passedOver()).isEqualTo(Map.of("link", 3));
    assertThat(result.skipped().rejected()).containsOnlyKeys("l" + longest);
    assertThat(result.skipped().rejected().values().iterator().next().reason())
        .contains("238 bytes");
    assertThat(result.skipped().passedOver()).containsEntry("link", 3);
    assertThat(result.manifest().documents())
        .extracting(Manifest.Entry::path)
        .containsExactlyInAnyOrder("a.md", "sub/b.txt", longest);
    Path elsewhere = folder.resolve("elsewhere");
    var sent = StagingElsewhere.stage(docs, elsewhere.toString(), Acl.DEFAULT, Progress.NONE);
    assertThat(sent.skipped().passedOver()).isEqualTo(result.skipped().passedOver());
    assertThat(elsewhere.resolve(longest)).hasContent("# long");
  }

  @Test
  void namesAreMeasuredInBytesAsFileSystemsDo() {
    var filter = new StagingFilter();

    assertThat(filter.accepts("文".repeat(78) + ".md", 1)).isTrue(); // 237 bytes
    assertThat(filter.accepts("文".repeat(79) + ".md", 1)).isFalse();
    assertThat(filter.accepts("f".repeat(255) + "/a.md", 1)).isTrue();
    assertThat(filter.accepts("f".repeat(256) + "/a.md", 1)).isFalse();
    assertThat(filter.accepts(("f".repeat(100) + "/").repeat(9) + "a.md", 1)).isFalse();
    assertThat(filter.skipped().rejected())
        .containsOnlyKeys(
            "文".repeat(79) + ".md",
            "f".repeat(256) + "/a.md",
            ("f".repeat(100) + "/").repeat(9) + "a.md");
  }

  @Test
  void theLockFileOfAnOpenDocumentIsPassedOverAndTold() throws IOException {
    Files.writeString(docs.resolve("~$report.docx"), "Ann");

    var result = stage(docs);

    assertThat(result.skipped().passedOver()).containsEntry("lock file of an open document", 1);
    assertThat(result.manifest().documents())
        .extracting(Manifest.Entry::path)
        .containsExactlyInAnyOrder("a.md", "sub/b.txt");
  }

  @Test
  void aFolderNamedByALinkIsStagedAndStaysWhenItBecomesOne() throws IOException {
    stage(docs);
    Path moved = Files.move(docs, folder.resolve("docs.v1"));
    Files.createSymbolicLink(docs, moved);

    var result = stage(docs);

    assertThat(result.removed()).isEmpty();
    assertThat(result.unchanged()).isEqualTo(2);
  }

  @Test
  void aFolderThatIsGoneOrEmptyIsToldAndNotTakenForRemovedDocuments() throws Exception {
    stage(docs);
    var staging = new Staging(workspace);

    Path moved = Files.move(docs, folder.resolve("docs.v1"));
    assertThatThrownBy(() -> staging.again(docs.toString(), Progress.NONE))
        .isInstanceOf(Staging.SourceUnusable.class)
        .hasMessageContaining("no such folder");
    Files.createDirectories(docs);
    assertThatThrownBy(() -> staging.again(docs.toString(), Progress.NONE))
        .isInstanceOf(Staging.SourceUnusable.class)
        .hasMessageContaining("no document");
    assertThat(Manifest.read(workspace).documents()).hasSize(2);
    Files.delete(docs);
    Files.move(moved, docs);
    assertThat(staging.again(docs.toString(), Progress.NONE).unchanged()).isEqualTo(2);
  }

  @Test
  void whatWasStagedFromAFolderThatMovedIsTakenOutAndTheRestStays() throws IOException {
    stage(docs);
    Path others = Files.createDirectories(folder.resolve("others"));
    Files.writeString(others.resolve("c.md"), "# C");
    stage(others);
    Path moved = Files.move(docs, folder.resolve("moved"));
    assertThatThrownBy(() -> stage(moved))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("a.md of " + docs)
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.Unstage(docs.toString())));

    var result = new Staging(workspace).remove(docs + "/");

    assertThat(result.removed()).containsExactly("a.md", "sub/b.txt");
    assertThat(Manifest.read(workspace).sources()).containsExactly(others.toString());
    assertThat(workspace.raw().resolve("a.md")).doesNotExist();
    assertThat(workspace.raw().resolve("c.md")).exists();
    assertThat(stage(moved).added()).isEqualTo(2);
  }

  @Test
  void onlyAPlaceThatWasStagedFromIsTakenOut() {
    stage(docs);

    assertThatThrownBy(() -> new Staging(workspace).remove(folder.resolve("doc").toString()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("nothing was staged from " + folder.resolve("doc"))
        .hasMessageContaining("Staged from: " + docs);
  }

  @Test
  void whatIsExcludedIsNeitherReadNorCountedFileByFileAndMayBeAllThereIs() throws IOException {
    Files.createDirectories(docs.resolve("node_modules/x"));
    Files.writeString(docs.resolve("node_modules/x/y.js"), "code");
    Files.writeString(docs.resolve("node_modules/x/z.bin"), "bytes");
    stage(docs);
    Files.writeString(
        workspace.folder().resolve("whetstone.yaml"),
        "stage: {exclude: [node_modules/, '*.md', '*.txt', '*.png']}\n");

    var result = excludingStage();

    assertThat(result.skipped().passedOver()).containsExactly(java.util.Map.entry("excluded", 4));
    assertThat(result.removed()).containsExactly("a.md", "sub/b.txt");
  }

  private static String reason(Staging.Result result, String path) {
    return Objects.requireNonNull(result.skipped().rejected().get(path)).reason();
  }

  /// As a run of all steps does.
  private Staging.Result excludingStage() {
    try {
      return new Staging(Workspace.open(workspace.folder())).again(docs.toString(), Progress.NONE);
    } catch (Staging.SourceUnusable e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFileNamedWithABackslashIsNotTakenForOneInAFolder() throws IOException {
    Files.writeString(docs.resolve("sub\\b.txt"), "another");

    var result = stage(docs);

    assertThat(result.added()).isEqualTo(2);
    assertThat(result.skipped().rejected()).containsOnlyKeys("sub\\b.txt");
    assertThat(reason(result, "sub\\b.txt")).contains("its name holds a backslash");
    assertThat(Files.readString(workspace.raw().resolve("sub/b.txt"))).isEqualTo("b");
  }

  @Test
  void whatTheSettingsExcludeIsNotStagedAndGoesWhenItWasBefore() throws IOException {
    stage(docs);
    Files.writeString(workspace.folder().resolve("whetstone.yaml"), "stage: {exclude: [sub/]}\n");

    var result = new Staging(Workspace.open(workspace.folder())).stage(docs, Progress.NONE);

    assertThat(result.removed()).containsExactly("sub/b.txt");
    assertThat(result.skipped().passedOver()).containsEntry("excluded", 1);
    assertThat(Manifest.read(workspace).documents())
        .extracting(Manifest.Entry::path)
        .containsExactly("a.md");
  }

  @Test
  void anUnchangedFileIsNotCopiedAgain() throws IOException {
    stage(docs);
    Path staged = workspace.raw().resolve("a.md");
    FileTime marked = FileTime.from(Instant.parse("2001-01-01T00:00:00Z"));
    Files.setLastModifiedTime(staged, marked);

    var result = stage(docs);

    assertThat(result.unchanged()).isEqualTo(2);
    assertThat(Files.getLastModifiedTime(staged)).isEqualTo(marked);
  }

  @Test
  void anEditedFileIsCopiedAloneAndARemovedOneGoes() throws IOException {
    stage(docs);
    Files.writeString(docs.resolve("a.md"), "# A, edited");
    Files.delete(docs.resolve("sub").resolve("b.txt"));

    var result = stage(docs);

    assertThat(result.changed()).isEqualTo(1);
    assertThat(result.removed()).containsExactly("sub/b.txt");
    assertThat(Files.readString(workspace.raw().resolve("a.md"))).isEqualTo("# A, edited");
    assertThat(workspace.raw().resolve("sub/b.txt")).doesNotExist();
    assertThat(result.manifest().documents()).hasSize(1);
  }

  @Test
  void aSecondFolderIsAddedAndANameOfTheFirstIsLeftOutAndNamed() throws IOException {
    stage(docs);
    Path more = Files.createDirectories(folder.resolve("more"));
    Files.writeString(more.resolve("a.md"), "# another A");
    assertThatThrownBy(() -> stage(more))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("a.md of " + docs);
    Files.writeString(more.resolve("c.md"), "# C");

    var result = stage(more);

    assertThat(result.manifest().documents()).hasSize(3);
    assertThat(result.skipped().rejected()).containsOnlyKeys("a.md");
    assertThat(Objects.requireNonNull(result.skipped().rejected().get("a.md")).remedy())
        .isEqualTo(new Remedy.Unstage(docs.toString()));
    assertThat(Files.readString(workspace.raw().resolve("a.md"))).isEqualTo("# A");
  }

  @Test
  void namesThatDifferInCaseAreTwoDocumentsWhereTheFileSystemTellsThemApart() throws IOException {
    Files.writeString(docs.resolve("A.md"), "# upper");
    Assumptions.assumeTrue(Files.readString(docs.resolve("a.md")).equals("# A"), "one file here");

    var result = stage(docs);

    assertThat(result.added()).isEqualTo(3);
    assertThat(workspace.raw().resolve("A.md")).hasContent("# upper");
    assertThat(workspace.raw().resolve("a.md")).hasContent("# A");
    assertThat(stage(docs).unchanged()).isEqualTo(3);
  }

  @Test
  void ofNamesThatAreOneFileTheStagedOneStandsAndTheOtherIsNamed() throws IOException {
    var oneCase = new Staging(workspace, name -> name.toLowerCase(Locale.ROOT));
    oneCase.stage(docs, Progress.NONE);
    Files.writeString(docs.resolve("A.md"), "# upper");
    Files.writeString(docs.resolve("c.md"), "# C");

    var result = oneCase.stage(docs, Progress.NONE);

    assertThat(result.added()).isEqualTo(1);
    assertThat(result.skipped().rejected()).containsOnlyKeys("A.md");
    assertThat(workspace.raw().resolve("a.md")).hasContent("# A");
    assertThat(workspace.raw().resolve("c.md")).exists();
  }

  @Test
  void aFileThatBecomesAFolderAndBackIsStagedEachTime() throws IOException {
    stage(docs);
    Files.delete(docs.resolve("a.md"));
    Files.createDirectories(docs.resolve("a.md"));
    Files.writeString(docs.resolve("a.md/inner.md"), "# inner");

    var folderNow = stage(docs);

    assertThat(folderNow.removed()).containsExactly("a.md");
    assertThat(workspace.raw().resolve("a.md/inner.md")).hasContent("# inner");
    Files.delete(docs.resolve("a.md/inner.md"));
    Files.delete(docs.resolve("a.md"));
    Files.writeString(docs.resolve("a.md"), "# A again");
    stage(docs);
    assertThat(workspace.raw().resolve("a.md")).hasContent("# A again");
  }

  @Test
  void namesThatNoBucketTakesAreLeftOutOfAFolderTooAndHarmNoOther() throws IOException {
    Files.writeString(docs.resolve("line\nbreak.md"), "# x");
    Files.writeString(docs.resolve("tab\t.md"), "# x");
    Files.createDirectories(docs.resolve("bell\u0007"));
    Files.writeString(docs.resolve("bell\u0007/in.md"), "# x");

    var result = stage(docs);

    assertThat(result.added()).isEqualTo(2);
    assertThat(result.skipped().rejected())
        .containsOnlyKeys("line\nbreak.md", "tab\t.md", "bell\u0007");
    assertThat(result.skipped().rejected().values())
        .allMatch(why -> why.reason().contains("control character"));
  }

  @Test
  void aFileAboveTheLimitIsNotCopiedAndNamedWithItsSetting() throws IOException {
    try (var sparse = new RandomAccessFile(docs.resolve("large.txt").toFile(), "rw")) {
      sparse.setLength((2 << 20) + 1);
    }
    Files.writeString(workspace.folder().resolve("whetstone.yaml"), "parse: {max_file_mb: 2}\n");

    var result = new Staging(Workspace.open(workspace.folder())).stage(docs, Progress.NONE);

    assertThat(result.added()).isEqualTo(2);
    assertThat(result.skipped().rejected()).containsOnlyKeys("large.txt");
    assertThat(reason(result, "large.txt")).contains("3 MB", "parse.max_file_mb");
    assertThat(workspace.raw().resolve("large.txt")).doesNotExist();
  }

  @Test
  void whatIsToldOfAPlaceIsBoundedWhateverItHolds() {
    var filter = new StagingFilter();
    for (int i = 0; i < 5_000; i++) {
      assertThat(filter.accepts("a//" + i + ".md", 1)).isFalse();
      assertThat(filter.accepts("x.kind" + i, 1)).isFalse();
      assertThat(filter.accepts("x." + "k".repeat(200) + i, 1)).isFalse();
    }

    assertThat(filter.skipped().passedOver()).hasSizeLessThan(100);
    assertThat(filter.skipped().rejected()).hasSizeLessThanOrEqualTo(100);
    assertThat(filter.skipped().moreRejected()).isEqualTo(4_900);
    assertThat(filter.skipped().passedOver().values().stream().mapToInt(n -> n).sum())
        .isEqualTo(10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out.md", "/etc/out.md", "sub/../../out.md", "a//b.md", "x\\y.md", ""})
  void aListOfDocumentsThatNamesOnesOutsideTheWorkspaceIsRefused(String path) {
    stage(docs);
    var bad = new Manifest.Entry(path, "0".repeat(64), 1, "2026-01-01T00:00:00Z", docs.toString());
    new Manifest(List.of(bad)).write(workspace);

    assertThatThrownBy(() -> Manifest.read(workspace)).isInstanceOf(Failure.CorruptArtifact.class);
  }

  @Test
  void missingEmptyAndSurroundingFoldersAreRefused() throws IOException {
    assertThatThrownBy(() -> stage(folder.resolve("none")))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("none");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Files.writeString(empty.resolve("x.png"), "x");
    assertThatThrownBy(() -> stage(empty))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("1 × picture");
    assertThatThrownBy(() -> stage(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("holds the workspace itself");
  }

  @Test
  void whatAKilledStagingLeftIsSweptAway() throws IOException {
    stage(docs);
    Files.writeString(workspace.raw().resolve("left.md"), "left");

    stage(docs);

    assertThat(workspace.raw().resolve("left.md")).doesNotExist();
  }

  /// The system refuses paths of more than 4,096 bytes, and unlike permissions it does so for root.
  @Test
  void aFolderThatCannotBeReadIsToldAndKeepsWhatWasStagedFromItAndTheRestIsStaged()
      throws IOException {
    Assumptions.assumeTrue(
        System.getProperty("os.name", "").equals("Linux"), "elsewhere the limit is another");
    String name = "s".repeat(200);
    Files.move(docs.resolve("sub"), docs.resolve(name));
    Path link = Files.createSymbolicLink(folder.resolve("link"), docs);
    stage(link);
    Path deep = folder;
    while (deep.toString().length() < 3_700) {
      deep = deep.resolve("d".repeat(200));
    }
    Files.createDirectories(deep);
    deep = deep.resolve("d".repeat(4_000 - deep.toString().length()));
    Files.move(docs, deep);
    Files.delete(link);
    Files.createSymbolicLink(link, deep);
    Files.writeString(deep.resolve("a.md"), "# A, edited");
    try {
      var result = stage(link);

      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.removed()).isEmpty();
      assertThat(result.unchanged()).isEqualTo(1);
      assertThat(result.manifest().documents()).hasSize(2);
      assertThat(workspace.raw().resolve(name).resolve("b.txt")).hasContent("b");
      assertThat(result.skipped().unreadable().get(name))
          .containsIgnoringCase("too long")
          .contains("stage again");
    } finally {
      Files.move(deep, docs); // or nobody could delete it
    }
  }

  @Test
  void aFileWhoseNameIsNoTextIsToldAndTheRestIsStaged() throws Exception {
    String make = "cd \"$0\" && printf '# X' > \"$(printf 'caf\\351.md')\"";
    int made = new ProcessBuilder("sh", "-c", make, docs.toString()).start().waitFor();
    Assumptions.assumeTrue(made == 0, "this file system takes names in UTF-8 alone");

    var result = stage(docs);

    assertThat(result.added()).isEqualTo(2);
    assertThat(result.skipped().rejected()).hasSize(1);
    assertThat(result.skipped().rejected().firstKey()).startsWith("caf");
    assertThat(result.skipped().rejected().values())
        .extracting(SkippedFiles.Rejection::reason)
        .containsExactly("its name is not text in UTF-8: rename it and stage again");
  }

  @Test
  void aFileThatIsGoneOrOtherWhenItIsToBeCopiedIsToldAndKeepsItsCopy() throws IOException {
    stage(docs);
    Files.writeString(docs.resolve("a.md"), "# A, edited");
    Files.writeString(docs.resolve("c.md"), "# C");
    Progress deleting =
        (name, total, unit) -> {
          WholeFile.delete(docs.resolve("a.md"));
          return Progress.NONE.start(name, total, unit);
        };

    var result = new Staging(workspace).stage(docs, deleting);

    assertThat(result.added()).isEqualTo(1);
    assertThat(result.changed()).isZero();
    assertThat(result.removed()).isEmpty();
    assertThat(result.skipped().unreadable()).containsOnlyKeys("a.md");
    assertThat(Files.readString(workspace.raw().resolve("a.md"))).isEqualTo("# A");
    assertThat(stage(docs).removed()).containsExactly("a.md");
  }
}
