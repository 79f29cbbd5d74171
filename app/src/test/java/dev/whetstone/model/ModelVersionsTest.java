package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.model.ProvenVersions.ServingVersion;
import dev.whetstone.model.ProvenVersions.VersionId;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelVersionsTest {
  @TempDir Path models;

  private VersionId train(ModelVersions versions) {
    VersionId version = versions.next("docs");
    TinyBert.write(versions.folder(version), version.version());
    return version;
  }

  @Test
  void rollingBackGoesThroughWhatServedDownToTheBaseModel() {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    VersionId second = train(versions);
    assertThat(versions.serving()).isEmpty();

    versions.serve(first, "report1");
    versions.serve(second, "report2");
    versions.serve(second, "report2");

    assertThat(versions.list("docs")).containsExactly(first, second);
    assertThat(versions.next("docs")).isEqualTo(new VersionId("docs", 3));
    assertThat(versions.serving()).contains(second);
    assertThat(versions.rollBack("docs")).contains(first);
    assertThat(versions.withdrawn(second)).isTrue();
    assertThat(versions.rollBack("docs")).isEmpty();
    assertThatThrownBy(() -> versions.rollBack("docs")).isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aVersionThatServedKeepsItsNumberWhenItsFolderIsGone() {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    versions.serve(first, "report");
    WholeFile.delete(versions.folder(first));

    assertThat(versions.next("docs")).isEqualTo(new VersionId("docs", 2));
    assertThat(versions.history("docs")).isEmpty();
    assertThat(versions.lost("docs")).contains(first);
  }

  @Test
  void aVersionThatWasRolledBackKeepsItsNumberWhenItsFolderIsGone() {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    versions.serve(first, "report");
    versions.rollBack("docs");
    WholeFile.delete(versions.folder(first));

    assertThat(versions.next("docs")).isEqualTo(new VersionId("docs", 2));
  }

  @Test
  void anotherModelInTheFolderOfTheOneThatWasProvenDoesNotServe() {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    VersionId second = train(versions);
    versions.serve(first, "report1");
    versions.serve(second, "report2");
    WholeFile.delete(versions.folder(second));
    TinyBert.write(versions.folder(second), 9);

    assertThat(versions.history("docs")).extracting(ServingVersion::id).containsExactly(first);
    assertThat(versions.lost("docs")).contains(second);
  }

  @Test
  void aDamagedVersionIsNotPassedOverForTheOneBefore() throws IOException {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    versions.serve(first, "report");
    Path about = versions.folder(first).resolve("whetstone.json");
    String space = versions.open(first).space().value();
    Files.writeString(about, Files.readString(about).replace(space, "0123456789abcdef"));

    assertThat(versions.history("docs")).extracting(ServingVersion::id).containsExactly(first);
    assertThatThrownBy(() -> versions.open(first)).isInstanceOf(Failure.CorruptArtifact.class);
  }

  @Test
  void theProofThatLetAVersionServeStandsInTheFile() {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    String space = versions.open(first).space().value();

    versions.weigh(Map.of(space, .7));
    versions.serve(first, "report1");
    versions.serve(first, "report2");

    assertThat(new ModelVersions(models).history("docs"))
        .containsExactly(new ServingVersion("docs", 1, space, "report2"));
    assertThat(new ModelVersions(models).weight(new SpaceId(space))).hasValue(.7);
    assertThat(new ModelVersions(models).weight(new SpaceId("0123456789abcdef"))).isEmpty();
  }

  @Test
  void aFlippedBitInTheFileIsNamed() throws IOException {
    var versions = new ModelVersions(models);
    versions.serve(train(versions), "report1");
    train(versions);
    Path file = models.resolve("serving");
    Files.writeString(file, Files.readString(file).replace("\"version\" : 1", "\"version\" : 2"));

    assertThatThrownBy(versions::serving)
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(file.toString())
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.RunAll()));
  }

  @Test
  void theFileOfAnOlderProgramIsRead() throws IOException {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    Files.writeString(
        models.resolve("serving"),
        "{\"format\": 1, \"history\": [{\"name\": \"docs\", \"version\": 1}]}");

    assertThat(versions.serving()).contains(first);
    assertThat(versions.history("docs")).containsExactly(new ServingVersion("docs", 1, null, null));
    versions.serve(first, "report");
    assertThat(versions.history("docs").getFirst().report()).isEqualTo("report");
  }

  @Test
  void whatServedUnderAnotherNameIsNotRolledBackTo() {
    var versions = new ModelVersions(models);
    VersionId other = new VersionId("manual", 1);
    TinyBert.write(versions.folder(other), 7);
    versions.serve(other, "report");
    versions.serve(train(versions), "report");

    assertThat(versions.rollBack("docs")).isEmpty();

    assertThat(versions.history("manual")).extracting(ServingVersion::id).containsExactly(other);
  }

  @Test
  void aDamagedVersionIsNotServed() throws IOException {
    var versions = new ModelVersions(models);
    VersionId first = train(versions);
    Path config = versions.folder(first).resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("gelu", "relu"));

    assertThatThrownBy(() -> versions.serve(first, "report"))
        .isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(versions.serving()).isEmpty();
  }

  @Test
  void aVersionThatIsNotThereIsRefusedAndTheOthersListed() {
    var versions = new ModelVersions(models);
    train(versions);

    assertThatThrownBy(() -> versions.serve(new VersionId("docs", 9), "report"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("docs/9")
        .hasMessageContaining("[docs/1]");
    assertThatThrownBy(() -> versions.list("../x")).isInstanceOf(IllegalArgumentException.class);
  }
}
