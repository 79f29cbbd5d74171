package dev.whetstone.workshop.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage to what is kept between the documents and their passages.
class PreparingTest {
  @TempDir private Path folder;
  private SmallManual manual;
  private Workspace workspace;
  private List<Passage> before;

  @BeforeEach
  void aPreparedWorkspace() throws IOException {
    manual = new SmallManual(folder, 2);
    workspace = Workspace.open(manual.workspace("workspace"));
    stage();
    before = prepared();
  }

  private void stage() {
    StepOutcome<?> _ = Workshops.open(workspace).stage(manual.docs().toString());
  }

  /// As after an edit elsewhere: the passages are made anew.
  private List<Passage> prepared() {
    WholeFile.delete(workspace.passages());
    var workshop = Workshops.open(workspace);
    StepOutcome<?> _ = workshop.prepare();
    return workshop.passages();
  }

  @Test
  void passagesCarryWhereTheirDocumentIsReadAndKeepTheirIds() throws IOException {
    List<Path> files;
    try (Stream<Path> docs = Files.list(manual.docs())) {
      files = docs.filter(Files::isRegularFile).sorted().toList();
    }
    Path own = files.get(0);
    Files.writeString(own, "---\nurl: https://docs.example.com/own\n---\n" + Files.readString(own));
    Path beside = files.get(1);
    Files.writeString(
        beside.resolveSibling(beside.getFileName() + ".meta.json"),
        "{\"url\": \"https://docs.example.com/beside\"}");
    stage();

    List<Passage> linked = prepared();

    assertThat(linked).extracting(Passage::id).containsExactlyElementsOf(ids());
    assertThat(linked)
        .allSatisfy(
            p ->
                assertThat(p.link().orElse(""))
                    .isEqualTo(
                        p.document().equals(own.getFileName().toString())
                            ? "https://docs.example.com/own"
                            : p.document().equals(beside.getFileName().toString())
                                ? "https://docs.example.com/beside"
                                : ""));
  }

  private List<String> ids() {
    return before.stream().map(Passage::id).toList();
  }

  private Path parse() throws IOException {
    try (Stream<Path> files = Files.walk(workspace.hidden().resolve("parsed"))) {
      return files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
    }
  }

  @Test
  void aLetterThatFlippedInAKeptParseNeverBecomesAPassage() throws IOException {
    Path parse = parse();
    String whole = Files.readString(parse);

    Files.writeString(parse, whole.replaceFirst("Then check it by hand", "Then cheat it by hand"));

    assertThat(Files.readString(parse)).isNotEqualTo(whole);
    assertThat(prepared()).isEqualTo(before);
    assertThat(Files.readString(parse)).isEqualTo(whole); // mended
  }

  @Test
  void aCutParseIsMadeAnewByTheSameCommand() throws IOException {
    Path parse = parse();
    Files.writeString(parse, Files.readString(parse).substring(0, 100));

    assertThat(prepared()).isEqualTo(before);
  }

  @Test
  void aDamagedStepRecordIsAStepNotDoneYet() throws IOException {
    Path record = workspace.hidden().resolve("steps").resolve("prepare.json");
    Files.writeString(record, Files.readString(record).replace("\"result\"", "\"resolt\""));

    assertThat(Workshops.open(workspace).prepare().upToDate()).isFalse();
    assertThat(Workshops.open(workspace).prepare().upToDate()).isTrue();
  }

  @Test
  void stagingItsFolderAgainMendsADamagedStagedFileAsTheErrorSays() throws IOException {
    Path raw = workspace.raw().resolve("partaa.md");
    Files.writeString(raw, Files.readString(raw).replace("wait", "bait"));
    WholeFile.delete(workspace.hidden().resolve("parsed"));

    assertThatThrownBy(this::prepared)
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("partaa.md is not what was staged")
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.Stage(manual.docs().toString())));
    stage();

    assertThat(prepared()).isEqualTo(before);
  }

  @Test
  void aDamagedManifestSaysThatTheFoldersAreToBeStagedAgainAndThatMendsIt() throws IOException {
    Files.writeString(
        workspace.manifest(),
        Files.readString(workspace.manifest()).replace("partaa.md", "partax.md"));

    assertThatThrownBy(this::prepared)
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("raw.json is damaged")
        .hasMessageContaining("delete it and stage all your folders again");
    WholeFile.delete(workspace.manifest());
    stage();

    assertThat(prepared()).isEqualTo(before);
  }
}
