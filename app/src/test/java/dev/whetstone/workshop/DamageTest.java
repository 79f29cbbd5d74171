package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Remedy;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Damage to each kind of file of a finished workspace, and to the index of a running server.
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
    var workshop = Workshops.open(workspace);
    StepOutcome<?> _ = workshop.stage(manual.docs().toString());
    boolean _ = workshop.run(Workshops.SILENT);
    sound = folder.resolve("sound");
    StepByStep.copy(workspace.folder(), sound);
    answer = ask();
  }

  private static App app(Catalog catalog) {
    return catalog
        .app("manual")
        .orElseThrow(() -> new Failure.BadInput("catalog.db holds no app of that name"));
  }

  /// What is found and answered.
  private String ask() {
    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      var app = app(catalog);
      var text = new StringBuilder();
      answering
          .retrieve(app, new Query("cleaning the partaa", Filter.ALL), 5)
          .hits()
          .forEach(hit -> text.append(hit.passage()).append('\n'));
      var said = answering.answer(app, new Query("cleaning the partaa", Filter.ALL)).answer();
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

  enum Damage {
    FLIPPED_BIT,
    ZEROED,
    TRUNCATED,
    DELETED;

    /// Returns what was done.
    String to(Path file, Random random) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      return switch (this) {
        case FLIPPED_BIT -> {
          int bit = random.nextInt(8 * bytes.length);
          bytes[bit / 8] ^= (byte) (1 << bit % 8);
          Files.write(file, bytes);
          yield "bit " + bit + " flipped";
        }
        case ZEROED -> {
          int from = random.nextInt(bytes.length);
          Arrays.fill(bytes, from, bytes.length, (byte) 0);
          Files.write(file, bytes);
          yield "zero from " + from;
        }
        case TRUNCATED -> {
          int length = random.nextInt(bytes.length);
          Files.write(file, Arrays.copyOf(bytes, length));
          yield "cut at " + length;
        }
        case DELETED -> {
          Files.delete(file);
          yield "deleted";
        }
      };
    }
  }

  @Test
  void aServerStopsAnsweringFromAnIndexThatIsDamagedUnderItAndGoesOnWhenItIsWhole()
      throws IOException {
    Path file = largest(workspace.indexes());
    byte[] whole = Files.readAllBytes(file);
    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      var app = catalog.app("manual").orElseThrow();
      answering.probe();
      try (var open = new RandomAccessFile(file.toFile(), "rw")) {
        open.seek(whole.length / 2);
        open.write(new byte[whole.length / 4]);
      }

      for (int i = 0; i < 2; i++) { // also when it is looked at again
        assertThatThrownBy(answering::probe)
            .isInstanceOf(Failure.CorruptArtifact.class)
            .hasMessageContaining(name(file));
        assertThatThrownBy(() -> answering.retrieve(app, new Query("cleaning", Filter.ALL), 5))
            .isInstanceOf(Failure.CorruptArtifact.class);
      }

      Files.write(file, whole);
      answering.probe();
      assertThat(answering.retrieve(app, new Query("cleaning", Filter.ALL), 5).hits()).isNotEmpty();

      Files.delete(file);
      assertThatThrownBy(answering::probe).isInstanceOf(Failure.CorruptArtifact.class);
      boolean _ = Workshops.open(workspace).run(Workshops.SILENT); // builds it anew
      answering.refresh();
      answering.probe();
      assertThat(answering.retrieve(app, new Query("cleaning", Filter.ALL), 5).hits()).isNotEmpty();
    }
  }

  private static Path largest(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void whatIsDamagedIsMendedOrNamedWithWhatMendsItAndNeverChangesAnAnswer(Damage damage)
      throws IOException {
    var random = new Random(SEED);
    for (Path file : kinds()) {
      WholeFile.delete(workspace.folder());
      StepByStep.copy(sound, workspace.folder());
      Path damaged = workspace.folder().resolve(sound.relativize(file).toString());
      String done = damage.to(damaged, random);
      String what = "seed " + SEED + ", " + done + " of " + sound.relativize(file);

      try {
        assertThat(ask()).as(what).isEqualTo(answer);
      } catch (Failure e) {
        assertThat(e.getMessage()).as(what).containsAnyOf(names(damage, damaged));
      }
      try {
        boolean _ = Workshops.open(workspace).run(Workshops.SILENT);
        assertThat(ask()).as(what).isEqualTo(answer);
      } catch (Failure e) {
        assertThat(e.getMessage()).as(what).containsAnyOf(names(damage, damaged));
        follow(e, damaged);
        boolean _ = Workshops.open(workspace).run(Workshops.SILENT);
        assertThat(ask()).as(what).isEqualTo(answer);
      }
    }
  }

  /// What a message says is damaged: the file, or the folder that one is missing from.
  private static String[] names(Damage damage, Path file) {
    return damage == Damage.DELETED
        ? new String[] {name(file), name(Objects.requireNonNull(file.getParent()))}
        : new String[] {name(file)};
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// Does what a message says.
  private void follow(Failure failure, Path file) {
    String advice = String.valueOf(failure.getMessage());
    if (advice.contains("elete its folder")) {
      WholeFile.delete(Objects.requireNonNull(file.getParent()));
    } else if (advice.contains("elete it") || advice.contains("move it away")) {
      WholeFile.delete(file);
    }
    if (failure.remedies().stream().anyMatch(Remedy.Stage.class::isInstance)) {
      StepOutcome<?> _ = Workshops.open(workspace).stage(manual.docs().toString());
    }
  }
}
