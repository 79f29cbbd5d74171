package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much the models of the last proof differed, as a review tells what can be proven.
class ProvenDeviationTest {
  @TempDir private Path folder;
  private Workspace workspace;

  @BeforeEach
  void aWorkspace() {
    workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
  }

  private void proven(Gain hybrid, int questions) {
    var report =
        new Proof.Report(
            "1",
            null,
            null,
            questions,
            Map.of(),
            new Gain(.1, -.4, .6),
            hybrid,
            .5,
            .5,
            false,
            null,
            "the gate's reason",
            Proof.Standing.NOT_PROMOTED,
            null,
            null,
            null);
    var result = new StepResult.Proven("id", "w", new Proof.Result(report, 9, 0, null, null));
    new StepRecords(workspace)
        .write(
            ProveStep.NAME,
            StepRecord.of(Fingerprint.of("prove"), "id", 1, Json.MAPPER.valueToTree(result)));
  }

  @Test
  void itIsThatOfTheRankingThatTheGateJudged() {
    proven(new Gain(.01, -.0096, .0296), 100); // 2 · 1.96 · .1 / √100 wide

    assertThat(Workshops.open(workspace).provenDeviation()).isCloseTo(.1, within(1e-6));
  }

  @Test
  void withoutAProofThatMeasuredThereIsNone() {
    assertThat(Workshops.open(workspace).provenDeviation()).isNull();

    proven(Gain.NONE, 0);

    assertThat(Workshops.open(workspace).provenDeviation()).isNull();
  }
}
