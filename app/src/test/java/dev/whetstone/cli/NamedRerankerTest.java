package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.model.AddedModel;
import dev.whetstone.model.AddedModel.PromptChoice;
import dev.whetstone.model.AddedModels;
import dev.whetstone.model.NetworkFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedRerankerTest {
  @TempDir private Path cache;

  private AddedModel added(Path model, String name) throws IOException {
    var models = new AddedModels(cache);
    Files.createDirectories(models.work());
    Path work = NetworkFolders.copy(model, models.work().resolve(name));
    return models.keep(work, "hf:acme/" + name, "", name, PromptChoice.NONE);
  }

  @Test
  void anAddedOneIsMeantByItsNameOrItsSource() throws IOException {
    AddedModel judge = added(NetworkFolders.reranker("bert"), "judge");

    Path kept = new AddedModels(cache).folder(judge);

    assertThat(NamedReranker.folder("judge", cache)).isEqualTo(kept);
    assertThat(NamedReranker.folder("hf:acme/judge", cache)).isEqualTo(kept);
    assertThat(NamedReranker.folder("acme/judge", cache)).isEqualTo(kept);
  }

  @Test
  void aFolderIsMeantByItsPath() {
    Path folder = NetworkFolders.reranker("bert");

    assertThat(NamedReranker.folder(folder.toString(), cache)).isEqualTo(folder);
  }

  @Test
  void whatIsNeitherIsToldWithTheWayToAddIt() {
    assertThatThrownBy(() -> NamedReranker.folder("acme/unknown", cache))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("--from acme/unknown")
        .hasMessageContaining("nor is there such a folder");
    assertThatThrownBy(() -> NamedReranker.folder("", cache)).isInstanceOf(Failure.BadInput.class);
  }

  @Test
  void anAddedEncoderIsRefused() throws IOException {
    var _ = added(NetworkFolders.encoder("bert-cls"), "finder");

    assertThatThrownBy(() -> NamedReranker.folder("finder", cache))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("finder is an encoder");
  }
}
