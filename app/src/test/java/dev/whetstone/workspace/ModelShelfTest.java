package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelShelfTest {
  @TempDir private Path folder;

  @Test
  void aBaseModelThatReadsTooFewTokensForAPassageIsNamed() throws IOException {
    TinyBert.write(folder.resolve("short"), 1, Pooling.MEAN, Prompts.NONE, 20);
    ModelShelf shelf = shelf("model: {base: short}");

    assertThatThrownBy(() -> shelf.base("en"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("short reads 20 tokens at most")
        .hasMessageContaining("max_seq_length")
        .hasMessageContaining("passages need 34");
  }

  @Test
  void documentsInALanguageWithoutABaseModelGetTheMultilingualOne() throws IOException {
    TinyBert.write(folder.resolve("tongues"), 1, Pooling.MEAN, Prompts.NONE, 60);
    ModelShelf shelf = shelf("model: {multilingual: tongues}");

    assertThat(shelf.base("de").folder()).isEqualTo(folder.resolve("tongues"));
    assertThat(shelf.forOtherLanguage("de")).isFalse();
    assertThat(shelf.baseSetting("en")).isEqualTo("bge-small-en-v1.5");
    assertThat(shelf.baseSetting("zh")).isEqualTo("bge-small-zh-v1.5");
  }

  @Test
  void withoutAMultilingualModelTheEnglishOneReadsThemAndItIsKnown() throws IOException {
    ModelShelf shelf = shelf("name: none");

    assertThat(shelf.baseSetting("de")).isEqualTo("bge-small-en-v1.5");
    assertThat(shelf.forOtherLanguage("de")).isTrue();
    assertThat(shelf.forOtherLanguage("zh")).isFalse();
  }

  @Test
  void aBaseModelThatIsNamedIsForAllLanguages() throws IOException {
    ModelShelf shelf = shelf("model: {base: e5-small-v2, multilingual: tongues}");

    assertThat(shelf.baseSetting("de")).isEqualTo("e5-small-v2");
    assertThat(shelf.forOtherLanguage("de")).isFalse();
  }

  @Test
  void theKeyOfTheBaseModelFollowsTheMultilingualOne() throws IOException {
    String without = shelf("name: none").baseKey();
    TinyBert.write(folder.resolve("tongues"), 1, Pooling.MEAN, Prompts.NONE, 60);

    assertThat(shelf("model: {multilingual: tongues}").baseKey())
        .isNotEqualTo(without)
        .contains("tongues", "config.json");
  }

  private ModelShelf shelf(String yaml) throws IOException {
    Path settings = Files.writeString(folder.resolve("whetstone.yaml"), yaml);
    return new ModelShelf(new Workspace(folder, SettingsFile.read(settings), null));
  }
}
