package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPairsTest {
  @TempDir Path folder;

  @Test
  void aForgottenQuestionStandsInNoKeptPairAndWhatTheModelIsProvenByStays() throws IOException {
    var workspace = Workspace.create(folder, "w");
    Path of = workspace.pairs().resolve("w").resolve("1");
    Path untouched = workspace.pairs().resolve("w").resolve("2");
    for (Path one : Set.of(of, untouched)) {
      Artifact.create(
          one,
          new Provenance("pairs", 1, Map.of(), Map.of(), 1),
          into -> {
            String asked = one.equals(of) ? "who asked, and why?" : "another";
            WholeFile.write(
                into.resolve("train.jsonl"),
                Json.line(Map.of("question", asked)) + "\n{\"question\":\"kept\"}\n");
            WholeFile.write(into.resolve("trained-on.json"), "{\"documents\":[\"d\"]}");
          });
    }
    String before = Artifact.open(untouched).contentHash();

    KeptPairs.forget(workspace, Set.of("who asked, and why?"));

    Artifact left = Artifact.open(of);
    assertThat(Files.readString(left.file("train.jsonl"))).isEqualTo("{\"question\":\"kept\"}\n");
    assertThat(Files.readString(left.file("trained-on.json"))).contains("documents");
    assertThat(Artifact.open(untouched).contentHash()).isEqualTo(before);
  }
}
