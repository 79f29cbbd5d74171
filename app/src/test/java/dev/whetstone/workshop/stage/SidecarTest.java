package dev.whetstone.workshop.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Acl;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SidecarTest {
  private static final String URL = "https://docs.example.com/a";

  @TempDir private Path folder;
  private Path docs;
  private Workspace workspace;

  @BeforeEach
  void aDocumentWithALink() throws IOException {
    docs = Files.createDirectories(folder.resolve("docs"));
    workspace = Workspace.create(folder.resolve("workspace"), "test");
    Files.writeString(docs.resolve("a.md"), "# A");
    Files.writeString(docs.resolve("b.md"), "# B");
    sidecar("{\"url\": \"" + URL + "\", \"owner\": [1, 2]}", 1);
  }

  private void sidecar(String text, int second) throws IOException {
    Path file = Files.writeString(docs.resolve("a.md.meta.json"), text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000 + second)));
  }

  private Staging.Result stage() {
    return new Staging(workspace).stage(docs, Progress.NONE);
  }

  private @Nullable String link() {
    Manifest.Link link = Manifest.read(workspace).documents().getFirst().link();
    return link == null ? null : link.url();
  }

  @Test
  void aSidecarGivesItsDocumentALinkAndIsNoDocument() {
    var result = stage();

    assertThat(link()).isEqualTo(URL);
    assertThat(Manifest.read(workspace).documents())
        .extracting(Manifest.Entry::path)
        .containsExactly("a.md", "b.md");
    assertThat(Manifest.read(workspace).documents().getLast().link()).isNull();
    assertThat(result.skipped()).isEqualTo(SkippedFiles.NONE);
    assertThat(workspace.raw().resolve("a.md.meta.json")).doesNotExist();
  }

  @Test
  void aSidecarThatChangesOrGoesChangesTheLinkOfAnUnchangedDocument() throws IOException {
    stage();
    String before = Manifest.read(workspace).contentHash();

    sidecar("{\"source_url\": \"" + URL + "/new\"}", 2);
    var changed = stage();

    assertThat(changed.unchanged()).isEqualTo(2);
    assertThat(link()).isEqualTo(URL + "/new");
    assertThat(Manifest.read(workspace).contentHash()).isNotEqualTo(before);
    Files.delete(docs.resolve("a.md.meta.json"));
    stage();
    assertThat(link()).isNull();
  }

  @Test
  void aSidecarThatGivesNoWebAddressIsNamedAndItsDocumentStaged() throws IOException {
    for (String text :
        new String[] {
          "{", "{\"url\": \"javascript:alert(1)\"}", "{\"url\": 7}", "x".repeat(70_000)
        }) {
      sidecar(text, text.length());

      var result = stage();

      assertThat(result.skipped().rejected()).as(text).containsOnlyKeys("a.md.meta.json");
      assertThat(link()).isNull();
      assertThat(result.manifest().documents()).hasSize(2);
    }
    sidecar("{\"title\": \"A\"}", 9);
    assertThat(stage().skipped()).isEqualTo(SkippedFiles.NONE);
  }

  @Test
  void sidecarsGoWithTheirDocumentsToAnotherPlaceAndCountThere() {
    Path elsewhere = folder.resolve("elsewhere");

    StagingElsewhere.stage(docs, elsewhere.toString(), Acl.DEFAULT, Progress.NONE);
    new Staging(workspace).stage(elsewhere, Progress.NONE);

    assertThat(link()).isEqualTo(URL);
  }

  @Test
  void aManifestWithoutLinksHasTheHashThatItAlwaysHad() {
    var entry = new Manifest.Entry("a.md", "00", 1, "2026-01-01T00:00:00Z", docs.toString());
    var linked = entry.with(new Manifest.Link(URL, ""));

    assertThat(new Manifest(List.of(entry)).contentHash())
        .isEqualTo(new Sha256().add("a.md").add("00").hex());
    assertThat(new Manifest(List.of(linked)).contentHash())
        .isNotEqualTo(new Manifest(List.of(entry)).contentHash());
  }
}
