package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.model.AddedModel;
import dev.whetstone.model.AddedModel.PromptChoice;
import dev.whetstone.model.AddedModels;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.model.RerankerVersions.Use;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankerShelfTest {
  @TempDir Path folder;
  private Workspace workspace;
  private RerankerShelf shelf;

  @BeforeEach
  void open() {
    workspace = Workspace.create(folder, "manual");
    shelf = new RerankerShelf(workspace);
  }

  private void version(String version, String content) {
    Artifact.create(
        shelf.folder(version),
        new Provenance("reranker", 1, Map.of(), Map.of(), 1),
        at -> Files.writeString(at.resolve("weights"), content));
  }

  @Test
  void noneServesBeforeOneIsProven() {
    version("1", "a");

    assertThat(shelf.serving()).isEmpty();
    assertThat(shelf.candidate()).contains("1");
    assertThat(shelf.nextVersion()).isEqualTo("2");
    assertThatThrownBy(shelf::rollBack).isInstanceOf(Failure.Refused.class);
  }

  @Test
  void whatWasProvenServesWithItsDepthAndWeight() {
    version("1", "a");
    version("2", "b");

    shelf.serve("2", new Use(20, .7), "report");

    assertThat(new RerankerShelf(workspace).serving())
        .contains(new RerankerShelf.Serving("manual", "2", 20, .7, "report"));
    assertThat(shelf.served("2")).isTrue();
    assertThat(shelf.served("1")).isFalse();
  }

  @Test
  void aRollbackLetsTheOneBeforeServeAgainAsItWasProven() {
    version("1", "a");
    version("2", "b");
    shelf.serve("1", new Use(10, .5), "first");
    shelf.serve("2", new Use(20, 1), "second");

    shelf.rollBack();

    assertThat(shelf.serving()).contains(new RerankerShelf.Serving("manual", "1", 10, .5, "first"));
    assertThat(shelf.withdrawn("2")).isTrue();
  }

  @Test
  void afterItWasRetiredNoneServesAndItsNumberIsNotGivenAgain() {
    version("1", "a");
    version("2", "b");
    shelf.serve("1", new Use(10, .5), "first");
    shelf.serve("2", new Use(20, 1), "second");

    shelf.retire();

    assertThat(shelf.serving()).isEmpty();
    assertThat(shelf.nextVersion()).isEqualTo("3");
    assertThat(shelf.served("2")).isTrue();
    assertThat(shelf.withdrawn("2")).as("no person rolled it back").isFalse();
  }

  @Test
  void itServesOnlyWithTheModelThatItWasProvenBeside() {
    version("1", "a");
    version("2", "b");
    var models = new ModelShelf(workspace);
    TinyBert.write(models.folder("1"), 4);
    shelf.serve("1", new Use(10, .5), "over the base");

    models.serve("1", "promoted");
    assertThat(shelf.serving()).as("proven over the base's finds").isEmpty();
    assertThatThrownBy(shelf::rollBack).isInstanceOf(Failure.Refused.class);
    shelf.serve("1", new Use(20, .7), "over model 1");
    shelf.serve("2", new Use(30, 1), "over model 1");
    shelf.retire();
    assertThat(shelf.serving()).isEmpty();
    shelf.serve("2", new Use(30, 1), "over model 1");

    models.rollBack();
    assertThat(shelf.serving())
        .contains(new RerankerShelf.Serving("manual", "1", 10, .5, "over the base"));
    models.serve("1", "asked for");
    assertThat(shelf.serving())
        .contains(new RerankerShelf.Serving("manual", "2", 30, 1, "over model 1"));
  }

  @Test
  void aRollbackTouchesNoneThatServesWithAnotherModel() {
    version("1", "a");
    version("2", "b");
    var models = new ModelShelf(workspace);
    TinyBert.write(models.folder("1"), 4);
    shelf.serve("1", new Use(10, .5), "over the base");
    models.serve("1", "promoted");
    shelf.serve("2", new Use(20, .7), "over model 1");
    models.rollBack();

    shelf.rollBack();

    assertThat(shelf.serving()).isEmpty();
    models.serve("1", "asked for");
    assertThat(shelf.serving())
        .contains(new RerankerShelf.Serving("manual", "2", 20, .7, "over model 1"));
  }

  @Test
  void anotherRerankerUnderTheProvenNumberDoesNotServe() {
    version("1", "a");
    shelf.serve("1", new Use(10, .5), "first");

    version("1", "another");

    assertThat(shelf.serving()).isEmpty();
  }

  @Test
  void aDamagedOneIsRefused() throws IOException {
    version("1", "a");
    Files.writeString(shelf.folder("1").resolve("weights"), "b");

    assertThatThrownBy(() -> shelf.serve("1", new Use(10, .5), "first"))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("weights");
    assertThat(shelf.serving()).isEmpty();
  }

  @Test
  void anAddedRerankerThatChangedInTheCacheIsNotBegunWith() throws IOException {
    Path cache = folder.resolve("cache");
    AddedModel judge = added(cache, NetworkFolders.reranker("bert"), "judge");
    var named = new RerankerShelf(withBase("judge"), cache);
    Path kept = new AddedModels(cache).folder(judge);
    assertThat(named.base()).contains(kept);

    Path weights = kept.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    assertThatThrownBy(named::base)
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(weights.toString())
        .hasMessageContaining("add it again");
  }

  @Test
  void anAddedEncoderIsNoRerankerToBeginWith() throws IOException {
    Path cache = folder.resolve("cache");
    var _ = added(cache, NetworkFolders.encoder("bert-cls"), "finder");
    var named = new RerankerShelf(withBase("finder"), cache);

    assertThatThrownBy(named::base)
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("finder is an encoder");
  }

  private static AddedModel added(Path cache, Path model, String name) throws IOException {
    var models = new AddedModels(cache);
    Path work = models.work().resolve(name);
    Files.createDirectories(models.work());
    return models.keep(
        NetworkFolders.copy(model, work), "hf:acme/" + name, "", name, PromptChoice.NONE);
  }

  private Workspace withBase(String name) throws IOException {
    Files.writeString(
        folder.resolve("whetstone.yaml"), "name: manual\nrerank: {base: " + name + "}\n");
    return Workspace.open(folder);
  }
}
