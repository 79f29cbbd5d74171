package dev.whetstone.cli;

import static dev.whetstone.cli.CliTest.whet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.store.Json;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.SmallManual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// What `whet status` says of a workspace that is sound, rolled back, damaged or at work; it
/// changes nothing in any.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StatusCommandTest {
  @TempDir private Path folder;
  private SmallManual manual;
  private Path workspace;

  @BeforeEach
  void aWorkspace() throws IOException {
    // Fewer passages than a training takes: a run is over in a moment.
    manual = new SmallManual(folder, 3);
    workspace = manual.workspace("workspace");
  }

  private void ran() {
    did("stage", manual.docs().toString());
    did("run");
  }

  private void did(String... arguments) {
    var all = Stream.concat(Stream.of(arguments), Stream.of("--workspace", workspace));
    var ended = whet(all.toArray());
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  /// The status, whose look changed no file.
  private CliTest.Ended status() throws IOException {
    var before = files();
    var status = whet("status", "--workspace", workspace);
    assertThat(files()).isEqualTo(before);
    return status;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(workspace)) {
      return all.filter(Files::isRegularFile)
          .map(file -> file + " " + file.toFile().length() + " " + file.toFile().lastModified())
          .sorted()
          .toList();
    }
  }

  private Path only(String under, String name) throws IOException {
    try (Stream<Path> all = Files.walk(workspace.resolve(under))) {
      return all.filter(file -> file.getFileName().toString().endsWith(name))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void itSaysWhatToTypeNext() throws IOException {
    var empty = whet("status", "--workspace", workspace);
    ran();
    var all = status();
    var json = Json.MAPPER.readTree(whet("status", "--json", "--workspace", workspace).out());
    Files.writeString(
        workspace.resolve("whetstone.yaml"), "prove: {level: .9}\n", StandardOpenOption.APPEND);
    var changed = status();

    assertThat(empty.code()).isZero();
    assertThat(empty.out()).contains("documents  none").contains("next       whet stage DIR");
    assertThat(all.code()).isZero();
    assertThat(all.out())
        .contains("documents  3 from " + manual.docs())
        .contains("models     none trained; the base model serves")
        .containsPattern(
            "app +manual \\(app-\\w+\\): manual \\(lucene\\), generation 000001: ready")
        .contains("next       whet ask")
        .doesNotContain("NOT", "rolled back");
    assertThat(json.path("steps"))
        .hasSize(6)
        .allMatch(step -> step.path("state").asText().equals("UP_TO_DATE"));
    assertThat(json.path("contents").path("sources").path(manual.docs().toString()).asInt())
        .isEqualTo(3);
    assertThat(json.path("apps")).singleElement().matches(app -> app.path("own").asBoolean());
    assertThat(changed.out()).contains("prove      NOT up to date").contains("next       whet run");
  }

  @Test
  void whileARollbackIsInForceItSaysSo() throws IOException {
    ran();
    did("index", "--fresh");
    did("index", "rollback");
    var back = status();
    did("index");
    var forward = status();

    assertThat(back.out())
        .contains("index      manual (lucene), generation 000001, rolled back: ready")
        .contains(
            "index      up to date: rolled back to generation 000001; `whet index` goes forward")
        .doesNotContain("000002")
        .contains("next       whet ask");
    assertThat(forward.out())
        .as("the same passages: what serves is brought up to date, and recorded as such")
        .contains("generation 000001: ready")
        .doesNotContain("rolled back");
  }

  @Test
  void aDamagedModelThatNoOneNeedsDecidesNothing() throws IOException {
    ran();
    Files.createDirectories(workspace.resolve("models/manual/1"));

    var status = status();

    assertThat(status.out())
        .contains("generation 000001: ready")
        .doesNotContain("NOT ready")
        .contains("next       whet ask");
    did("ask", "how to clean the partaa?");
  }

  @Test
  void aPartThatCannotBeReadIsSaidInItsPlaceAndTheOthersAreShown() throws IOException {
    did("questions", "import", manual.questions().toString());
    ran();
    var sound = status();
    Path report = only("reports", "report.json");
    Files.writeString(report, Files.readString(report).substring(0, 50));
    Files.writeString(workspace.resolve("questions.jsonl"), "{", StandardOpenOption.APPEND);
    Files.writeString(workspace.resolve(".whetstone/catalog.db"), "garbage".repeat(1000));

    var status = status();

    assertThat(sound.code()).isZero();
    assertThat(status.code()).isEqualTo(1);
    assertThat(status.out())
        .contains("documents  3 from ")
        .containsPattern("questions +CANNOT BE READ: \\S+questions.jsonl, line 25")
        .containsPattern("proof +CANNOT BE READ: " + report)
        .containsPattern("apps +CANNOT BE READ: the catalog \\S+catalog.db is damaged")
        .contains("index      manual (lucene), generation 000001: ready")
        .contains("prepare    up to date")
        .contains("next       mend what cannot be read, see above: apps, proof, questions");
  }

  @Test
  void aDamagedParseIsLeftAsItIs() throws IOException {
    ran();
    Path parse = only(".whetstone/parsed", ".json");
    Files.writeString(parse, Files.readString(parse).substring(0, 20));

    var status = status();

    assertThat(status.code()).isZero();
    assertThat(status.out()).doesNotContain("NOT").contains("next       whet ask");
  }

  @Test
  void aDamagedListOfDocumentsIsNoReasonToSayNothing() throws IOException {
    ran();
    Files.writeString(workspace.resolve("raw.json"), "[");

    var status = status();

    assertThat(status.code()).isEqualTo(1);
    assertThat(status.out())
        .containsPattern("documents +CANNOT BE READ: \\S+raw.json is damaged")
        .contains("models     none trained; the base model serves")
        .contains("next       mend");
  }

  @Test
  void whoeverIsAtWorkIsNamedAndOneThatWasKilledIsNot() throws IOException {
    ran();
    var lock = WorkspaceLock.take(workspace, "whet run");
    String busy;
    try (lock) {
      busy = status().out();
    }
    var done = status();
    Files.writeString(workspace.resolve(".whetstone/writer.lock"), "whet run, process 7");
    var killed = status();

    assertThat(busy)
        .contains(
            "next       wait: whet run, process " + ProcessHandle.current().pid() + ", is at work");
    assertThat(done.out()).contains("next       whet ask");
    assertThat(killed.out()).contains("next       whet ask");
  }
}
