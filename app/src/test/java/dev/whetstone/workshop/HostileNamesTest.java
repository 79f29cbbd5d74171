package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.deploy.Deployment;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.model.ProvenVersions;
import dev.whetstone.remote.JobRecords;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workshop.stage.Staging;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.SettingsFile;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every field from outside that becomes a path: names that would lead out of the workspace, or be
/// another file than they say, are refused, and nothing is written anywhere.
class HostileNamesTest {
  @TempDir private Path folder;
  private Workspace workspace;
  private Map<String, String> before = Map.of();

  @BeforeEach
  void aWorkspaceAmongOtherFiles() throws IOException {
    workspace = Workspace.create(folder.resolve("workspace"), "test");
    Files.writeString(folder.resolve("outside.json"), "theirs");
    Files.createDirectories(workspace.models().resolve("test/1"));
    before = files();
  }

  private Map<String, String> files() throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.isRegularFile(file) ? Files.readString(file) : "");
      }
    }
    return files;
  }

  private static String yaml(String name) {
    return Json.line(name); // JSON's strings are YAML's
  }

  private void settings(String text) {
    Path file = workspace.folder().resolve(SettingsFile.NAME);
    try {
      String good = Files.readString(file);
      try {
        SettingsFile.read(Files.writeString(file, text));
      } finally {
        Files.writeString(file, good);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private JobRecords.JobRecord job(String run) {
    return new JobRecords.JobRecord(run, "j", "n", "f", "o", "r", null, "oss://b/", "s", false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside",
        "..",
        ".",
        "",
        "/etc/outside",
        "a/../../outside",
        "a/b",
        "a\\b",
        "..\\outside",
        "a\u0000b",
        "a\nb",
        "./a",
        "/",
        "C:\\outside",
        "~/outside"
      })
  void aNameThatIsNoNameIsRefusedAtEveryDoor(String name) throws IOException {
    String models = "model, %s".formatted(name);
    List<ThrowingCallable> doors =
        List.of(
            () -> Workspace.create(folder.resolve("new"), name),
            () -> settings("name: " + yaml(name)),
            () -> settings("index: {name: " + yaml(name) + "}"),
            () -> new BulkExport(folder, name, new OpenSearchProvider(), BulkExport.FILE_BYTES),
            () -> new Retriever(EngineKind.LUCENE, null, name, 5),
            () -> new ProvenVersions.VersionId(name, 1),
            () -> new ModelVersions(workspace.models()).list(name),
            () -> new SpaceId(name),
            () -> new LuceneIndexes(workspace.indexes().resolve("test")).open(name),
            () -> job(name));

    for (ThrowingCallable door : doors) {
      assertThatThrownBy(door)
          .as(models)
          .isInstanceOfAny(Failure.class, IllegalArgumentException.class);
    }
    assertThat(Deployment.isId(name)).isFalse();
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../outside.json", "/etc/hostname", "a/../../../outside.json", "a//b"})
  void aManifestThatNamesAFileElsewhereIsDamaged(String name) throws IOException {
    Path artifact = workspace.reports().resolve("r");
    Artifact.create(
        artifact,
        new Provenance("report", 1, Map.of(), Map.of(), 0),
        into -> Files.writeString(into.resolve("report.json"), "{}"));
    Path manifest = artifact.resolve("manifest.json");
    String text = Files.readString(manifest).replaceFirst("\\{\"sha256\":\"[0-9a-f]{64}\",", "{");
    Files.writeString(manifest, text.replace("\"report.json\"", Json.line(name)));

    assertThatThrownBy(() -> Artifact.open(artifact))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(name);
  }

  @Test
  void aLinkInAFolderOfDocumentsLeadsNowhere() throws IOException {
    Path docs = Files.createDirectories(folder.resolve("docs"));
    Files.writeString(docs.resolve("a.md"), "# A");
    Files.createSymbolicLink(docs.resolve("link.md"), folder.resolve("outside.json"));
    Files.createSymbolicLink(docs.resolve("up"), folder);

    var staged = new Staging(workspace).stage(docs, Progress.NONE);

    assertThat(staged.manifest().documents())
        .extracting(Manifest.Entry::path)
        .containsExactly("a.md");
  }
}
