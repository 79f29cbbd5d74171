package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourcesTest {
  private static final String BUCKET = "s3://corp/handbook/";

  @TempDir private Path folder;
  private Path workspace;
  private Path others;

  @BeforeEach
  void folders() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    others = Files.createDirectories(folder.resolve("others/private-model"));
    Files.createDirectories(workspace.resolve("brought"));
  }

  private ModelSources sources(String settings, @Nullable String sharedAt, String permit)
      throws IOException {
    Path file = Files.writeString(workspace.resolve("whetstone.yaml"), settings);
    return new ModelSources(
        new Workspace(workspace, SettingsFile.read(file), sharedAt),
        Map.of("WHETSTONE_PERMIT", permit));
  }

  private String paths() {
    return "serve: {model_paths: ['%s', brought, 's3://corp/models/', 's3://private/models/']}"
        .formatted(others);
  }

  @Test
  void inAWorkspaceOfOnesOwnTheSettingsAreTheUsersWords() throws IOException {
    assertThat(sources(paths(), null, "").places())
        .containsExactly(others.toString(), "brought", "s3://corp/models/", "s3://private/models/");
    assertThat(sources(paths(), null, "").folders()).contains(others);
    assertThatCode(() -> sources("model: {base: '" + others + "'}", null, "").requireBase())
        .doesNotThrowAnyException();
  }

  @Test
  void aFileIsNamedAsSeenFromTheSettingsOrElseFromTheCurrentFolder() throws IOException {
    ModelSources sources = sources("serve: {}", null, "");
    Path beside = Files.writeString(workspace.resolve("model.gguf"), "GGUF");

    assertThat(sources.file("model.gguf")).isEqualTo(beside);
    assertThat(sources.file(beside.toString())).isEqualTo(beside);
    assertThat(sources.file("none.gguf")).isEqualTo(workspace.resolve("none.gguf"));
    assertThat(sources.file("pom.xml")).isEqualTo(Path.of("pom.xml").toAbsolutePath());
  }

  @Test
  void settingsFromABucketNameNoModelOutsideOfIt() throws IOException {
    var sources = sources(paths(), BUCKET, "LLM_KEY=https://llm.example.com");

    assertThat(sources.places()).containsExactly("brought", "s3://corp/models/");
    assertThat(sources.folders()).contains(workspace).doesNotContain(others);
    assertThatThrownBy(
            () -> sources("model: {multilingual: '" + others + "'}", BUCKET, "").requireBase())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("model.multilingual");
    assertThatThrownBy(() -> sources("model: {base: '" + others + "'}", BUCKET, "").requireBase())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(BUCKET)
        .hasMessageContaining("WHETSTONE_PERMIT=models=" + others);
    assertThatThrownBy(
            () -> sources("model: {base: ../others/private-model}", BUCKET, "").requireBase())
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aLanguageModelsFileIsOpenedForSettingsFromABucketOnlyWhereThisMachinePermitsIt()
      throws IOException {
    Path inside = Files.createFile(workspace.resolve("theirs.gguf"));
    String settings = "llm: {kind: gguf, file: '" + inside + "'}";

    assertThatCode(() -> sources(settings, null, "").requireChat()).doesNotThrowAnyException();
    assertThatThrownBy(() -> sources(settings, BUCKET, "models=" + others).requireChat())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("WHETSTONE_PERMIT=models=" + inside.toRealPath());
    assertThatCode(() -> sources(settings, BUCKET, "models=" + inside).requireChat())
        .doesNotThrowAnyException();
    assertThatCode(() -> sources("llm: {kind: none}", BUCKET, "").requireChat())
        .doesNotThrowAnyException();
  }

  @Test
  void aLinkInTheWorkspaceLeadsToNoModelOutside() throws IOException {
    Files.createSymbolicLink(workspace.resolve("linked"), others);

    assertThatThrownBy(() -> sources("model: {base: linked}", BUCKET, "").requireBase())
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void whatThisMachinePermitsCounts() throws IOException {
    var sources =
        sources(paths(), BUCKET, "models=" + others.getParent() + " models=s3://private/models");

    assertThat(sources.places()).hasSize(4);
    assertThat(sources.folders()).contains(others.getParent());
    assertThatCode(
            () ->
                sources("model: {base: '" + others + "'}", BUCKET, "models=" + others)
                    .requireBase())
        .doesNotThrowAnyException();
  }

  @Test
  void aNameLikeThatOfTheBucketIsAnotherBucket() throws IOException {
    assertThat(
            sources(
                    "serve: {model_paths: ['s3://corp2/models/', 's3://corp/../corp2/']}",
                    BUCKET,
                    "")
                .places())
        .isEmpty();
  }
}
