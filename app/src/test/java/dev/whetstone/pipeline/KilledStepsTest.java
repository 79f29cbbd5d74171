package dev.whetstone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.index.LuceneIndexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Each step as a process of its own, killed again and again, each time at a moment drawn by lot:
/// so long after its start, or so many changes of the workspace after it. In the end a step must
/// have left what it leaves undisturbed, and nothing beside.
class KilledStepsTest {
  private static final long SEED = 20_261_123;

  /// Kills in a row, before the step is let run to its end.
  private static final int IN_A_ROW = 4;

  @SuppressWarnings("UnusedVariable") // the tests name it as their source
  private static final List<String> STEPS = StepByStep.STEPS;

  @TempDir private static Path folder;
  private static StepByStep steps;

  @BeforeAll
  static void anUndisturbedRun() throws Exception {
    steps = new StepByStep(folder);
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aKilledStepEndsAsUndisturbed(String step) throws Exception {
    kill(step, 1);
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Tag("crash")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aStepKilledTwentyTimesEndsAsUndisturbed(String step) throws Exception {
    kill(step, 20);
  }

  private static void kill(String step, int times) throws Exception {
    var random = new Random(SEED + step.hashCode());
    StepByStep.Usual usual = steps.usual(step);
    int killed = 0;
    int rounds = 0;
    var moments = new ArrayList<String>();
    while (killed < times) {
      Workspace workspace = steps.before(step);
      int code = 137;
      for (int i = 0; i < IN_A_ROW && killed < times && code == 137; i++) {
        boolean byTime = random.nextBoolean();
        long millis = (long) (usual.millis() * (.2 + .9 * random.nextDouble()));
        int changes = 1 + random.nextInt(Math.max(1, usual.changes()));
        Process process = steps.start(step, workspace, List.of());
        moments.add(byTime ? await(process, millis) : await(process, workspace, changes));
        process.destroyForcibly();
        code = process.waitFor();
        assertThat(code).as(() -> steps.log(workspace)).isIn(0, 137);
        killed += code == 137 ? 1 : 0;
      }
      assertThat(steps.start(step, workspace, List.of()).waitFor())
          .as(() -> "seed " + SEED + ": " + steps.log(workspace))
          .isZero();
      mustEqual(workspace, steps.after(step));
      rounds++;
    }
    System.out.printf(
        "%s: killed %d times in %d rounds, seed %d: %s%n", step, killed, rounds, SEED, moments);
  }

  private static String await(Process process, long millis) throws InterruptedException {
    boolean _ = process.waitFor(millis, TimeUnit.MILLISECONDS);
    return millis + " ms";
  }

  private static String await(Process process, Workspace workspace, int changes)
      throws InterruptedException {
    var seen = new StepByStep.Changes(workspace.folder());
    while (process.isAlive() && seen.count() < changes) {
      seen.look();
      Thread.sleep(2);
    }
    return changes + " changes";
  }

  private static void mustEqual(Workspace actual, Workspace expected) throws IOException {
    var left = new TreeMap<>(StepByStep.contents(actual));
    var wanted = StepByStep.contents(expected);
    assertThat(left.keySet()).isEqualTo(wanted.keySet());
    for (var file : wanted.entrySet()) {
      assertThat(left.get(file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
    }
    assertThat(Content.of(actual)).isEqualTo(Content.of(expected));
  }

  /// What index and catalog hold, whose bytes are new each time.
  ///
  /// @param found by questions, in order, with scores
  /// @param strangers files that do not belong in the index's folder
  private record Content(
      List<String> generations, List<List<Hit>> found, List<String> apps, List<String> strangers) {

    static Content of(Workspace workspace) throws IOException {
      var apps = new ArrayList<String>();
      if (Files.exists(workspace.catalog())) {
        try (var catalog = Catalog.open(workspace.catalog())) {
          catalog
              .apps()
              .forEach(app -> apps.add(app.name() + " " + app.retriever() + " " + app.settings()));
        }
      }
      Path place = workspace.indexes().resolve(workspace.name());
      if (!Files.isDirectory(place)) {
        return new Content(List.of(), List.of(), apps, List.of());
      }
      var indexes = new LuceneIndexes(place);
      var lifecycle = new Lifecycle(workspace, Progress.NONE);
      List<Passage> passages = lifecycle.passages();
      var shelf = new ModelShelf(workspace);
      var found = new ArrayList<List<Hit>>();
      try (var index = indexes.open();
          var encoder = shelf.encoder(shelf.servingModel("en"))) {
        found.add(index.words("for the take", 2 * passages.size(), Filter.ALL).hits());
        for (String question :
            List.of("how does one go about painting a partaa", "wait and check")) {
          found.add(index.words(question, 20, Filter.ALL).hits());
          float[] vector = encoder.queries(List.of(question)).getFirst();
          found.add(index.nearest(vector, 20, Filter.ALL).hits());
        }
      }
      return new Content(indexes.generations(), found, apps, strangers(place));
    }

    private static List<String> strangers(Path place) throws IOException {
      try (var all = Files.walk(place)) {
        return all.map(path -> place.relativize(path).toString())
            .filter(name -> name.endsWith(".part"))
            .toList();
      }
    }
  }
}
