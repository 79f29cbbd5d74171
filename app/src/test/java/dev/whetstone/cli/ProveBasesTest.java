package dev.whetstone.cli;

import static dev.whetstone.cli.CliTest.whet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.bench.SmallCollection;
import dev.whetstone.core.Pooling;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.SmallManual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// `whet prove --bases` of a workspace and of a collection: the same table, the same JSON, and a
/// workspace that stays as it is.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ProveBasesTest {
  @TempDir private Path folder;
  private SmallManual manual;
  private Path workspace;
  private Path collection;
  private Path short32; // reads 32 tokens at most; the workspace's base reads 64
  private String bases;

  @BeforeEach
  void aWorkspaceAndTwoBases() throws IOException {
    manual = new SmallManual(folder, 4);
    workspace = manual.workspace("workspace");
    collection = folder.resolve("kitchen");
    short32 = TinyBert.write(folder.resolve("short"), 5, Pooling.MEAN, Prompts.NONE, 32).folder();
    bases = folder.resolve("tiny") + "," + short32;
  }

  @AfterEach
  void removeWhatWasKept() {
    WholeFile.delete(ProveCommand.cache(workspace));
    WholeFile.delete(ProveCommand.cache(collection));
  }

  private CliTest.Ended run(Object... arguments) {
    return whet(Stream.concat(Stream.of(arguments), Stream.of("--workspace", workspace)).toArray());
  }

  private CliTest.Ended did(Object... arguments) {
    var ended = run(arguments);
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended;
  }

  private void prepared() throws IOException {
    did("stage", manual.docs());
    did("prepare");
    did("questions", "import", manual.questions());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(workspace)) {
      return all.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void basesAreComparedOnTheHeldOutQuestionsOfTheWorkspaceWhichStaysAsItIs() throws IOException {
    prepared();
    List<String> before = files();
    JsonNode questions =
        Json.MAPPER.readTree(did("status", "--json").out()).path("contents").path("questions");

    CliTest.Ended text;
    try (var _ = WorkspaceLock.take(workspace, "whet run")) { // another command may write
      text = did("prove", "--bases", bases);
    }
    JsonNode report = Json.MAPPER.readTree(did("prove", "--bases", bases, "--json").out());

    assertThat(files()).isEqualTo(before);
    int heldOut = questions.path("parts").path("heldOut").asInt();
    assertThat(report.path("questions").asInt()).isPositive().isEqualTo(heldOut);
    assertThat(report.path("collection").asText()).isEqualTo("manual");
    assertThat(report.path("split").asText()).isEqualTo("held-out");
    assertThat(report.path("bases").findValuesAsText("name"))
        .containsExactly(folder.resolve("tiny").toString(), short32.toString());
    assertThat(report.path("recommended").asText()).isIn((Object[]) bases.split(","));
    assertThat(text.out())
        .contains("manual, held-out: " + heldOut + " questions")
        .contains("recommended: ")
        .contains("with " + heldOut + " questions only a gain above")
        .contains("`whet questions review`", "`whet questions write`");
  }

  @Test
  void aBaseThatReadsLessThanThePassagesHoldIsNamed() throws IOException {
    prepared();

    var text = did("prove", "--bases", bases);
    JsonNode report = Json.MAPPER.readTree(did("prove", "--bases", bases, "--json").out());

    assertThat(report.path("bases").get(0).path("cut").asInt()).isZero();
    int cut = report.path("bases").get(1).path("cut").asInt();
    assertThat(cut).isPositive();
    assertThat(report.path("bases").get(1).path("maxTokens").asInt()).isEqualTo(32);
    assertThat(text.out())
        .containsOnlyOnce("tokens at most")
        .contains(
            "%s reads 32 tokens at most, so only the beginning of %d of %d passages"
                .formatted(short32, cut, report.path("passages").asInt()));
  }

  @Test
  void withoutHeldOutQuestionsItIsSaidWhereTheyComeFrom() {
    did("stage", manual.docs());
    did("prepare");

    var ended = run("prove", "--bases", bases);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err())
        .contains("there are no held-out questions to compare base models on")
        .contains("questions would prove", "`whet questions review`", "`whet questions write`");
  }

  @Test
  void withoutPassagesTheStepThatMakesThemIsNamed() {
    did("stage", manual.docs());

    var ended = run("prove", "--bases", bases);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("`whet prepare`");
  }

  @Test
  void optionsThatWouldBeIgnoredAreRefused() {
    assertThat(run("prove", "--bases", bases, "--split", "test").err())
        .contains("--bases without DIR", "--split does not go with it");
    assertThat(run("prove", "--bases", bases, "--budget", "5m").err())
        .contains("--bases trains nothing, so --budget does not go with it");
  }

  @Test
  void basesAreComparedOnTheSplitsOfACollection() throws IOException {
    SmallCollection.write(collection, 20);
    Path file = folder.resolve("report.jsonl");

    var text = whet("prove", collection, "--bases", bases, "--json", file);
    var limited = whet("prove", collection, "--bases", bases, "--limit", 12, "--json");

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("kitchen, test: 20 questions", "recommended: ")
        .contains("mostly not seen with so many questions")
        .doesNotContain("whet questions");
    assertThat(Json.MAPPER.readTree(Files.readString(file)).path("questions").asInt())
        .isEqualTo(20);
    assertThat(Json.MAPPER.readTree(limited.out()).path("questions").asInt()).isEqualTo(12);
  }
}
