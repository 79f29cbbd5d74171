package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Each step as a process of its own, killed again and again at moments drawn by lot, spread over
/// all of its work: so long after its first change of the workspace, or so many changes after it.
/// In the end a step must have left what it leaves undisturbed, and nothing beside.
class KilledStepsTest {
  private static final long SEED = 20_261_123;

  /// Kills in a row, before the step is let run to its end.
  private static final int IN_A_ROW = 4;

  /// For a step that takes seconds where nothing else runs.
  private static final int PATIENCE_MINUTES = 5;

  @SuppressWarnings("UnusedVariable") // the tests name it as their source
  private static final List<String> STEPS = StepByStep.STEPS;

  @TempDir private static Path folder;
  private static StepByStep steps;

  @BeforeAll
  static void aWorkspaceToCompareWith() throws Exception {
    steps = new StepByStep(folder);
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aKilledStepEndsAsUndisturbed(String step) throws Exception {
    kill(step, 1);
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Tag("crash")
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void aStepKilledTwentyTimesEndsAsUndisturbed(String step) throws Exception {
    kill(step, 20);
  }

  private static void kill(String step, int times) throws Exception {
    var random = new Random(SEED + step.hashCode());
    var shares = new ArrayList<Double>();
    for (int i = 0; i < times; i++) {
      shares.add((i + random.nextDouble()) / times);
    }
    Collections.shuffle(shares, random);
    long began = System.nanoTime();
    int killed = 0;
    int rounds = 0;
    while (killed < times) {
      Workspace workspace = steps.before(step);
      var moments = new ArrayList<String>();
      int code = 137;
      for (int i = 0; i < IN_A_ROW && killed < times && code == 137; i++) {
        Process process = steps.start(step, workspace, List.of());
        moments.add(await(process, workspace, steps.usual(step), shares.get(killed), random));
        process.destroyForcibly();
        code = process.waitFor();
        assertThat(code).as(() -> steps.log(workspace)).isIn(0, 137);
        if (code == 137) {
          killed++;
        } else {
          shares.set(killed, random.nextDouble()); // so late that it had ended: another moment
        }
      }
      if (code != 0) {
        Process last = steps.start(step, workspace, List.of());
        boolean ended = last.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        last.destroyForcibly();
        assertThat(ended)
            .as("%s ended in %d minutes: %s", step, PATIENCE_MINUTES, moments)
            .isTrue();
        assertThat(last.waitFor()).as(() -> steps.log(workspace)).isZero();
      }
      rounds++;
      System.out.printf("%s, killed %d of %d: %s%n", step, killed, times, moments);
      mustEqual(workspace, steps.after(step), "seed " + SEED + ", " + step + ", " + moments);
    }
    System.out.printf(
        "%s: killed %d times in %d rounds, seed %d, %.0f s%n",
        step, killed, rounds, SEED, (System.nanoTime() - began) / 1e9);
  }

  /// Waits for a share of what the step usually does, in time or in changes, from its first change
  /// on: what it does before, nobody sees.
  ///
  /// @return the moment, in words
  private static String await(
      Process process, Workspace workspace, StepByStep.Usual usual, double share, Random random)
      throws InterruptedException {
    boolean byTime = random.nextBoolean();
    int changes = byTime ? 1 : 1 + (int) (share * usual.changes());
    var seen = new StepByStep.Changes(workspace.folder());
    while (process.isAlive() && seen.count() < changes) {
      seen.look();
      Thread.sleep(3);
    }
    if (!byTime) {
      return "change " + changes;
    }
    long millis = (long) (share * (usual.millis() - usual.first()));
    boolean _ = process.waitFor(millis, TimeUnit.MILLISECONDS);
    return millis + " ms after the first change";
  }

  private static void mustEqual(Workspace actual, Workspace expected, String how)
      throws IOException {
    var left = StepByStep.contents(actual);
    var wanted = StepByStep.contents(expected);
    var differences = new ArrayList<String>();
    var names = new TreeSet<>(left.keySet());
    names.addAll(wanted.keySet());
    for (String name : names) {
      String is = left.get(name);
      String was = wanted.get(name);
      if (is == null || was == null) {
        differences.add(name + (is == null ? " is missing" : " does not belong there"));
      } else if (!is.equals(was)) {
        differences.add(name + ": " + difference(is, was));
      }
    }
    assertThat(differences).as(how).isEmpty();
    assertThat(Content.of(actual)).as(how).isEqualTo(Content.of(expected));
  }

  /// Where two contents part, and what stands there.
  private static String difference(String is, String was) {
    int at = 0;
    while (at < Math.min(is.length(), was.length()) && is.charAt(at) == was.charAt(at)) {
      at++;
    }
    int from = Math.max(0, at - 60);
    return "%d and %d bytes that part at %d: %s, undisturbed %s"
        .formatted(is.length(), was.length(), at, excerpt(is, from), excerpt(was, from));
  }

  private static String excerpt(String text, int from) {
    String part = text.substring(from, Math.min(text.length(), from + 160));
    return "'" + part.replaceAll("[^ -~]+", "·") + "'";
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
              .forEach(app -> apps.add(app.name() + " " + app.retriever() + " " + app.plan()));
        }
      }
      Path place = workspace.indexes().resolve(workspace.name());
      if (!Files.isDirectory(place)) {
        return new Content(List.of(), List.of(), apps, List.of());
      }
      var indexes = new LuceneIndexes(place);
      var workshop = Workshops.open(workspace);
      List<Passage> passages = workshop.passages();
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
