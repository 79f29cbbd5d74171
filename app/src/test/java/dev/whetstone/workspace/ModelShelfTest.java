package dev.whetstone.workspace;

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
    Path settings = Files.writeString(folder.resolve("whetstone.yaml"), "model: {base: short}");
    var shelf = new ModelShelf(new Workspace(folder, SettingsFile.read(settings), null));

    assertThatThrownBy(() -> shelf.base("en"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("short reads 20 tokens at most")
        .hasMessageContaining("max_seq_length")
        .hasMessageContaining("passages need 34");
  }
}
