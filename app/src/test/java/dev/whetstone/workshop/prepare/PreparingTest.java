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
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
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

  @Test
  void textBesideAFileIsReadInItsPlaceAndIsNoDocument() throws IOException {
    Path docs = manual.docs();
    Path scan = Files.write(docs.resolve("scan.png"), new byte[] {1, 2, 3});
    Path pdf = Files.write(docs.resolve("act.pdf"), new byte[] {4, 5, 6});
    Files.writeString(docs.resolve("alone.png"), "no text");
    Files.writeString(docs.resolve("other.pdf.md"), "Of a file that is not here.");
    Files.writeString(docs.resolve("scan.png.md"), "# Berths\n\nBerth 7 is for guests.");
    Path text =
        Files.writeString(
            docs.resolve("act.pdf.txt"), "The pier closes at six.\n\fThe lamp burns all night.\n");
    Instant day = Instant.parse("2024-05-01T12:00:00Z");
    Files.setLastModifiedTime(text, FileTime.from(day));
    Files.setLastModifiedTime(pdf, FileTime.from(day.plusSeconds(3600)));
    var staged = Objects.requireNonNull(Workshops.open(workspace).stage(docs.toString()).result());
    assertThat(staged.documents().added()).isEqualTo(3); // the texts beside two are none
    assertThat(staged.skipped().pictures().named()).containsExactly("alone.png");

    List<Passage> passages = prepared();

    assertThat(passages)
        .extracting(Passage::document)
        .contains("scan.png", "act.pdf", "other.pdf.md")
        .doesNotContain("scan.png.md", "act.pdf.txt", "alone.png");
    assertThat(passages)
        .filteredOn(passage -> passage.document().equals("act.pdf"))
        .anySatisfy(
            passage -> {
              assertThat(passage.page()).isEqualTo(1);
              assertThat(passage.text()).contains("The pier closes at six.");
              assertThat(passage.metadata()).containsEntry("format", "pdf");
            });
    String id = workspace.passages().toFile().list()[0];
    var failures = new PreparedPassages(workspace).failures(id);
    assertThat(failures.inPart())
        .anySatisfy(
            note -> {
              assertThat(note.document()).isEqualTo("act.pdf");
              assertThat(note.reason()).contains("act.pdf.txt", "older");
            });
    assertThat(failures.inPart()).noneMatch(note -> note.document().equals("scan.png"));

    Files.writeString(docs.resolve("scan.png.md"), "Berth 8 is for guests.");
    Files.delete(scan.resolveSibling("act.pdf.txt"));
    stage();

    assertThat(prepared())
        .filteredOn(passage -> passage.document().equals("scan.png"))
        .singleElement()
        .matches(passage -> passage.text().equals("Berth 8 is for guests."));
  }
}
