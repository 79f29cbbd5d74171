package dev.whetstone.cli;

import static dev.whetstone.cli.CliTest.whet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.SmallManual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// `--json` of the step commands: each line of standard output is one JSON object.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StepJsonTest {
  @TempDir private Path folder;
  private SmallManual manual;
  private Path workspace;

  @BeforeEach
  void aWorkspace() throws IOException {
    // Fewer passages than a training takes: a run is over in a moment.
    manual = new SmallManual(folder, 3);
    workspace = manual.workspace("workspace");
  }

  private List<JsonNode> json(String... arguments) throws IOException {
    var all = Stream.concat(Stream.of(arguments), Stream.of("--json", "--workspace", workspace));
    var ended = whet(all.toArray());
    assertThat(ended.code()).as(ended.err()).isZero();
    var objects = new ArrayList<JsonNode>();
    for (String line : ended.out().lines().toList()) {
      objects.add(Json.MAPPER.readTree(line));
    }
    return objects;
  }

  private JsonNode result(String... arguments) throws IOException {
    List<JsonNode> objects = json(arguments);
    assertThat(objects).hasSize(1);
    assertThat(objects.getFirst().path("step").asText()).isNotEmpty();
    return objects.getFirst().path("result");
  }

  @Test
  void everyStepTellsItsResult() throws IOException {
    String docs = manual.docs().toString();

    JsonNode staged = result("stage", docs);
    assertThat(staged.path("source").asText()).isEqualTo(docs);
    assertThat(staged.path("documents").path("added").asInt()).isEqualTo(3);
    assertThat(result("questions", "import", manual.questions().toString()).path("questions"))
        .hasToString("{\"added\":24,\"changed\":0,\"same\":0,\"all\":24}");
    assertThat(result("prepare").path("documents").asInt()).isEqualTo(3);
    assertThat(result("train").path("training").path("ending").asText())
        .isEqualTo("TOO_FEW_PASSAGES");
    assertThat(result("prove").path("proof").path("report").path("standing").asText())
        .isEqualTo("NO_CANDIDATE");
    assertThat(result("embed").path("vectors").asInt()).isPositive();
    assertThat(result("index").path("loaded").path("generation").asText()).isEqualTo("000001");
    assertThat(result("app").path("app").path("name").asText()).isEqualTo("manual");
    assertThat(result("index", "--list").path("index").path("generations")).hasSize(1);
    assertThat(result("index", "--fresh").path("loaded").path("kind").asText()).isEqualTo("NEW");
    assertThat(result("index", "rollback").path("rollback").path("index").path("generation"))
        .hasToString("\"000001\"");
    assertThat(result("export", "bulk").path("files").path("passages").asInt()).isPositive();
    assertThat(result("stage", docs, "--remove").path("removed").path("total").asInt())
        .isEqualTo(3);
  }

  @Test
  void whatIsUpToDateTellsTheResultOfItsLastRun() throws IOException {
    json("stage", manual.docs().toString());
    JsonNode first = json("prepare").getFirst();

    JsonNode again = json("prepare").getFirst();

    assertThat(first.path("upToDate").asBoolean()).isFalse();
    assertThat(again.path("upToDate").asBoolean()).isTrue();
    assertThat(again.path("result")).isEqualTo(first.path("result"));
  }

  @Test
  void aRunTellsItsPlanAndThenEachStep() throws IOException {
    json("stage", manual.docs().toString());

    List<JsonNode> first = json("run");
    List<JsonNode> again = json("run");
    Files.writeString(
        workspace.resolve("whetstone.yaml"), "prove: {level: .9}\n", StandardOpenOption.APPEND);
    List<JsonNode> changed = json("run", "--plan");

    assertThat(first.getFirst().path("plan")).hasSize(6);
    assertThat(first.subList(1, first.size()))
        .extracting(step -> step.path("step").asText())
        .containsExactly("prepare", "train", "prove", "embed", "index", "app");
    assertThat(again).isEmpty();
    JsonNode prove = changed.getFirst().path("plan").get(2);
    assertThat(prove.path("state").asText()).isEqualTo("INPUTS_CHANGED");
    assertThat(prove.path("changes").get(0).path("field").asText()).isEqualTo("prove.level");
    assertThat(prove.path("last").path("seconds").isNumber()).isTrue();
  }

  @Test
  void aPlanInWordsChangesNothing() {
    var staged = whet("stage", manual.docs(), "--workspace", workspace);
    assertThat(staged.code()).isZero();

    var plan = whet("run", "--plan", "--workspace", workspace);

    assertThat(plan.out())
        .contains("prepare    not done yet")
        .contains("how long it takes is not known yet");
    assertThat(workspace.resolve("passages")).doesNotExist();
  }
}
