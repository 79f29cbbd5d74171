package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.model.ModelVersions.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelVersionsTest {
  @TempDir Path models;

  private Version train(ModelVersions versions) {
    Version version = versions.next("docs");
    TinyBert.write(versions.folder(version), version.version());
    return version;
  }

  @Test
  void rollingBackGoesThroughWhatServedDownToTheBaseModel() {
    var versions = new ModelVersions(models);
    Version first = train(versions);
    Version second = train(versions);
    assertThat(versions.serving()).isEmpty();

    versions.serve(first);
    versions.serve(second);
    versions.serve(second);

    assertThat(versions.list("docs")).containsExactly(first, second);
    assertThat(versions.next("docs")).isEqualTo(new Version("docs", 3));
    assertThat(versions.serving()).contains(second);
    assertThat(versions.rollBack()).contains(first);
    assertThat(versions.rollBack()).isEmpty();
    assertThatThrownBy(versions::rollBack).isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aDamagedVersionIsNotServed() throws IOException {
    var versions = new ModelVersions(models);
    Version first = train(versions);
    Path config = versions.folder(first).resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("gelu", "relu"));

    assertThatThrownBy(() -> versions.serve(first)).isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(versions.serving()).isEmpty();
  }

  @Test
  void aVersionThatIsNotThereIsRefusedAndTheOthersListed() {
    var versions = new ModelVersions(models);
    train(versions);

    assertThatThrownBy(() -> versions.serve(new Version("docs", 9)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("docs/9")
        .hasMessageContaining("[docs/1]");
    assertThatThrownBy(() -> versions.list("../x")).isInstanceOf(IllegalArgumentException.class);
  }
}
