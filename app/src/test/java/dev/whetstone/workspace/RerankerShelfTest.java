package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.model.RerankerVersions.Use;
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
}
