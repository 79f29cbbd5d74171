package dev.whetstone.workshop.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgettingTest {
  private static final String ASKED = "who asked, and why?";

  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void aWorkspaceWithAQuestionThatTrained() {
    workspace = Workspace.create(folder, "w");
    QuestionLog.put(workspace, new Question("7", ASKED, List.of(new Place("d", null, 0))));
    for (String version : List.of("1", "2")) {
      Artifact.create(
          pairs(version),
          new Provenance("pairs", 1, Map.of(), Map.of(), 1),
          into ->
              WholeFile.write(
                  into.resolve("train.jsonl"), Json.line(Map.of("question", ASKED)) + "\n"));
    }
  }

  private Path pairs(String version) {
    return workspace.pairs().resolve("w").resolve(version);
  }

  @Test
  void aQuestionOfTheLogStandsNowhereAfterwards() throws IOException {
    Forgetting.Found found = new Forgetting(workspace).questions(Set.of("7", "q7", "8"));

    assertThat(found.forgotten()).isEqualTo(1);
    assertThat(found.unknown()).containsExactlyInAnyOrder("8", "q7"); // no id of a review sheet
    assertThat(QuestionLog.read(workspace)).isEmpty();
    assertThat(Files.readString(Artifact.open(pairs("1")).file("train.jsonl"))).isEmpty();
  }

  @Test
  void damagedPairsAreNamedAndTheQuestionCanBeForgottenOnceTheyAreGone() throws IOException {
    Files.writeString(pairs("1").resolve("train.jsonl"), "damaged");

    assertThatThrownBy(() -> new Forgetting(workspace).questions(Set.of("7")))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(pairs("1").toString());
    assertThat(Files.readString(Artifact.open(pairs("2")).file("train.jsonl"))).isEmpty();

    WholeFile.delete(pairs("1"));

    assertThat(new Forgetting(workspace).questions(Set.of("7")).forgotten()).isEqualTo(1);
    assertThat(QuestionLog.read(workspace)).isEmpty();
  }
}
