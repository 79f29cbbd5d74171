package dev.whetstone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Progress;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One flipped bit in each kind of file of a finished workspace.
class DamageTest {
  private static final long SEED = 11;
  private static final Set<String> THE_USERS = Set.of("whetstone.yaml", "questions.jsonl");

  @TempDir private Path folder;
  private SmallManual manual;
  private Workspace workspace;
  private Path sound;
  private String answer;

  @BeforeEach
  void aFinishedWorkspace() throws IOException {
    manual = new SmallManual(folder.resolve("manual"), 3); // too small to train on
    workspace = Workspace.open(manual.workspace("workspace"));
    var lifecycle = new Lifecycle(workspace, Progress.NONE);
    StepReport _ = lifecycle.stage(manual.docs());
    boolean _ = lifecycle.run(_ -> {});
    sound = folder.resolve("sound");
    StepByStep.copy(workspace.folder(), sound);
    answer = ask();
  }

  /// What is found and answered.
  private String ask() {
    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      var app = catalog.app("manual").orElseThrow();
      var text = new StringBuilder();
      answering
          .retrieve(app, "cleaning the partaa", 5, Filter.ALL)
          .hits()
          .forEach(hit -> text.append(hit.passage()).append('\n'));
      var said = answering.answer(app, "cleaning the partaa", Filter.ALL);
      return text + said.text() + said.citations();
    }
  }

  /// One file of each kind, by its name without hashes and numbers.
  private Collection<Path> kinds() throws IOException {
    var kinds = new TreeMap<String, Path>();
    try (Stream<Path> files = Files.walk(sound)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
        String name = sound.relativize(file).toString();
        if (Files.size(file) > 0 && !THE_USERS.contains(name)) {
          kinds.putIfAbsent(name.replaceAll("[0-9a-f]{16}|parsed/..|part[a-z]+", "?"), file);
        }
      }
    }
    return kinds.values();
  }

  @Test
  void aFlippedBitIsMendedOrNamedWithWhatMendsItAndNeverChangesAnAnswer() throws IOException {
    var random = new Random(SEED);
    for (Path file : kinds()) {
      WholeFile.delete(workspace.folder());
      StepByStep.copy(sound, workspace.folder());
      Path damaged = workspace.folder().resolve(sound.relativize(file).toString());
      byte[] bytes = Files.readAllBytes(damaged);
      int bit = random.nextInt(8 * bytes.length);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(damaged, bytes);
      String what = "seed " + SEED + ", bit " + bit + " of " + sound.relativize(file);

      try {
        assertThat(ask()).as(what).isEqualTo(answer);
      } catch (Failure e) {
        assertThat(e).as(what).hasMessageContaining(name(damaged));
      }
      try {
        boolean _ = new Lifecycle(workspace, Progress.NONE).run(_ -> {});
      } catch (Failure e) {
        assertThat(e).as(what).hasMessageContaining(name(damaged));
        follow(String.valueOf(e.getMessage()), damaged);
        boolean _ = new Lifecycle(workspace, Progress.NONE).run(_ -> {});
      }
      assertThat(ask()).as(what).isEqualTo(answer);
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// Does what a message says.
  private void follow(String advice, Path file) {
    if (advice.contains("elete its folder")) {
      WholeFile.delete(Objects.requireNonNull(file.getParent()));
    } else if (advice.contains("elete it") || advice.contains("move it away")) {
      WholeFile.delete(file);
    }
    if (advice.contains("whet stage")) {
      StepReport _ = new Lifecycle(workspace, Progress.NONE).stage(manual.docs());
    }
  }
}
