package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Filter;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process of its own, killed in the middle of its work and run again.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledTest {
  private static final long SEED = 20_250_901;
  private static final int KILLS = 8;

  /// Files that show how far a run is; it is killed up to so long after one of them is there.
  private static final List<String> MILESTONES =
      List.of(
          "writer.lock",
          "steps/prepare.json",
          "plan.json",
          "steps/train.json",
          "steps/prove.json",
          "steps/embed.json",
          "steps/index.json");

  private static final int AFTER_MILLIS = 800;

  @TempDir private static Path folder;
  private static SmallManual manual;
  private static Workspace undisturbed;
  private static Outcome expected;

  @BeforeAll
  static void anUndisturbedRun() throws Exception {
    manual = new SmallManual(folder.resolve("manual"), 8);
    undisturbed = staged(manual, "undisturbed");
    assertThat(start(undisturbed).waitFor()).as(() -> log(undisturbed)).isZero();
    expected = Outcome.of(undisturbed);
  }

  @Test
  void killedAnywhereAndRunAgainItEndsInTheSameResult() throws Exception {
    var random = new Random(SEED);
    int killed = 0;
    for (int round = 0; killed < KILLS; round++) {
      Workspace workspace = staged(manual, "killed-" + round);
      int at = 0;
      while (at < MILESTONES.size()) {
        at += random.nextInt(3);
        Process process = start(workspace);
        if (at < MILESTONES.size()) {
          awaitMilestone(process, workspace, MILESTONES.get(at));
          int after = random.nextInt(AFTER_MILLIS);
          Thread.sleep(after);
          process.destroyForcibly();
          System.out.printf(
              "seed %d, round %d: killed %d ms after %s, recorded: %s%n",
              SEED, round, after, MILESTONES.get(at), done(workspace));
        }
        int code = process.waitFor();
        assertThat(code).as(() -> log(workspace)).isIn(0, 137);
        killed += code == 0 ? 0 : 1;
        at = code == 0 ? MILESTONES.size() : at + 1;
        if (code != 0 && at == MILESTONES.size()) {
          assertThat(start(workspace).waitFor()).as(() -> log(workspace)).isZero();
        }
      }
      Outcome.of(workspace).mustEqual(expected);
    }
  }

  private static void awaitMilestone(Process process, Workspace workspace, String file)
      throws Exception {
    while (process.isAlive() && !exists(workspace.hidden(), file)) {
      Thread.sleep(5);
    }
  }

  @Test
  void killedBeforeAStepIsRecordedTheStepLeavesNoSecondOutput() throws Exception {
    for (String step : List.of("prepare", "train", "prove", "embed", "index", "app")) {
      Files.delete(undisturbed.hidden().resolve("steps").resolve(step + ".json"));

      Workshops.open(undisturbed).run(Workshops.SILENT);

      Outcome.of(undisturbed).mustEqual(expected);
    }
  }

  @Test
  void toldToStopWhileItTrainsItEndsInOrderAndGoesOnWhenRunAgain() throws Exception {
    Workspace workspace = staged(new SmallManual(folder.resolve("larger"), 30), "stopped");
    Process process = start(workspace);
    awaitMilestone(process, workspace, "plan.json");
    process.destroy();
    boolean ended = process.waitFor(20, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();

    assertThat(ended).as("ended within 20 s").isTrue();
    assertThat(process.exitValue()).as(() -> log(workspace)).isIn(130, 143);
    assertThat(log(workspace))
        .contains("stopped")
        .contains("Run the same command to go on")
        .doesNotContain("fault of the program")
        .doesNotContain("Exception");
    assertThat(done(workspace)).contains("prepare").doesNotContain("train");
    assertThat(start(workspace).waitFor()).as(() -> log(workspace)).isZero();
    assertThat(new ModelShelf(workspace).versions()).containsExactly("1");
  }

  private static Workspace staged(SmallManual manual, String name) throws IOException {
    Workspace workspace = Workspace.open(manual.workspace(name));
    var workshop = Workshops.open(workspace);
    workshop.questions(manual.questions(), false);
    workshop.stage(manual.docs().toString());
    return workspace;
  }

  private static Process start(Workspace workspace) throws IOException {
    return SmallManual.whet(logs(workspace), "run", "--workspace", workspace.folder().toString());
  }

  private static Path logs(Workspace workspace) {
    return folder.resolve("logs").resolve(workspace.folder().getFileName().toString());
  }

  private static String log(Workspace workspace) {
    try {
      return Files.readString(logs(workspace).resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean exists(Path hidden, String file) throws IOException {
    if (!file.equals("plan.json")) {
      return Files.exists(hidden.resolve(file));
    }
    Path work = hidden.resolve("work");
    if (!Files.isDirectory(work)) {
      return false;
    }
    try (Stream<Path> trainings = Files.list(work)) {
      return trainings.anyMatch(training -> Files.exists(training.resolve(file)));
    }
  }

  private static List<String> done(Workspace workspace) throws IOException {
    Path steps = workspace.hidden().resolve("steps");
    if (!Files.isDirectory(steps)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(steps)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[a-z]+\\.json"))
          .map(name -> name.replace(".json", ""))
          .sorted()
          .toList();
    }
  }

  /// What a workspace has come to.
  ///
  /// @param precision that the clock chose for the training: another makes another model
  record Outcome(
      List<Passage> passages,
      List<String> versions,
      String precision,
      NamedTensors weights,
      @Nullable String serving,
      SpaceId space,
      List<float[]> vectors,
      List<String> generations,
      List<String> indexed,
      List<String> apps,
      List<String> leftovers) {

    static Outcome of(Workspace workspace) throws IOException {
      var shelf = new ModelShelf(workspace);
      var workshop = Workshops.open(workspace);
      var passages = workshop.passages();
      var model = shelf.open("1");
      SpaceId space = shelf.servingModel("en").space();
      var vectors = new VectorStore(workspace).read(space);
      var indexes = new LuceneIndexes(workspace.indexes().resolve("manual"));
      List<String> indexed;
      try (var index = indexes.open()) {
        assertThat(index.space()).isEqualTo(space);
        indexed =
            index.words("for the take", passages.size() * 2, Filter.ALL).ids().stream()
                .sorted()
                .toList();
      }
      try (var catalog = Catalog.open(workspace.catalog())) {
        return new Outcome(
            passages,
            shelf.versions(),
            model.provenance().orElseThrow().settings().getOrDefault("precision", ""),
            model.weights(),
            shelf.serving(),
            space,
            passages.stream().map(p -> vectors.vector(vectors.ids().indexOf(p.id()))).toList(),
            indexes.generations(),
            indexed,
            catalog.apps().stream().map(App::name).toList(),
            leftovers(workspace));
      }
    }

    private static List<String> leftovers(Workspace workspace) throws IOException {
      try (Stream<Path> all = Files.walk(workspace.folder())) {
        var names =
            all.map(path -> workspace.folder().relativize(path).toString())
                .filter(name -> name.endsWith(".part"))
                .collect(Collectors.toCollection(TreeSet::new));
        Path work = workspace.hidden().resolve("work");
        if (Files.isDirectory(work)) {
          try (Stream<Path> inWork = Files.list(work)) {
            inWork.forEach(path -> names.add(path.toString()));
          }
        }
        return List.copyOf(names);
      }
    }

    void mustEqual(Outcome expected) {
      assertThat(passages).isEqualTo(expected.passages);
      assertThat(versions).containsExactly("1");
      assertThat(generations).hasSameSizeAs(expected.generations);
      assertThat(indexed)
          .doesNotHaveDuplicates()
          .isEqualTo(expected.indexed)
          .hasSize(passages.stream().filter(p -> p.text().contains("take")).toList().size());
      assertThat(apps).containsExactly("manual");
      assertThat(leftovers).isEmpty();
      if (!precision.equals(expected.precision)) {
        System.out.println("not compared: a model trained in " + precision);
        return;
      }
      for (String name : expected.weights.names()) {
        assertThat(weights.get(name).data()).as(name).isEqualTo(expected.weights.get(name).data());
      }
      assertThat(serving).isEqualTo(expected.serving);
      assertThat(space).isEqualTo(expected.space);
      for (int i = 0; i < vectors.size(); i++) {
        int at = i;
        assertThat(Arrays.equals(vectors.get(at), expected.vectors.get(at)))
            .as("vector %s", at)
            .isTrue();
      }
    }
  }
}
