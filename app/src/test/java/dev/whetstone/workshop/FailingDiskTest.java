package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.Filter;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// A workspace that serves is brought up to date after its documents changed, each step as a
/// process of its own, on a disk that does not take what is written: a full file system and a
/// read-only one, where one may be mounted, the system's limit on a file's size (`ulimit -f`), and
/// writes that fail with EIO (a library loaded before the system's, built with `cc` where there is
/// one).
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FailingDiskTest {
  private static final List<String> STEPS = StepByStep.STEPS;

  private static final int FOR_THE_LOCK = 4096;
  private static final String ROOM = "Free space|free space|has room";

  /// The first write is the lock's.
  private static final int FOR_THE_LOCK_ALONE = 1;

  /// Writes that are let through before the disk breaks.
  private static final List<Integer> FAILING_AFTER = List.of(FOR_THE_LOCK_ALONE, 7, 40);

  @TempDir private static Path folder;
  private static SmallManual manual;
  private static int limits;

  @BeforeAll
  static void aServingWorkspaceBeforeEachStep() throws IOException {
    manual = new SmallManual(folder.resolve("manual"), 8);
    Workspace workspace = Workspace.open(manual.workspace("serving"));
    var first = Workshops.open(workspace);
    first.questions(manual.questions(), false);
    first.stage(manual.docs().toString());
    first.run(Workshops.SILENT);
    Files.writeString(
        manual.docs().resolve("another.md"),
        "# Another\n\n## Greasing\n\nTake the green grease and wait for two days.\n");
    for (String step : STEPS) {
      StepByStep.copy(workspace.folder(), before(step));
      take(step, Workshops.open(workspace));
    }
  }

  private static Path before(String step) {
    return folder.resolve("before-" + step);
  }

  private static void take(String step, Workshop workshop) {
    StepOutcome<?> _ =
        switch (step) {
          case "stage" -> workshop.stage(manual.docs().toString());
          case "prepare" -> workshop.prepare();
          case "train" -> workshop.train(null, true);
          case "prove" -> workshop.prove();
          case "embed" -> workshop.embed();
          case "index" -> workshop.index();
          case "app" -> workshop.app();
          default -> throw new IllegalArgumentException(step);
        };
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  void onAFullFileSystemTheStepSaysSoAndWhatServedServes(String step) throws Exception {
    Path small = mounted("small-" + step);
    try {
      Workspace workspace = copied(step, small);
      List<Object> answers = answers(workspace);
      Path ballast = small.resolve("ballast");
      long room = Files.getFileStore(small).getUsableSpace() - FOR_THE_LOCK;
      assertThat(code("fallocate", "-l", String.valueOf(room), ballast.toString())).isZero();

      mustFail(step, workspace, List.of(), "No space left|disk is full|disk has room", ROOM);
      assertThat(answers(workspace)).isEqualTo(answers);

      Files.delete(ballast);
      mustSucceed(step, workspace);
    } finally {
      assertThat(code("umount", small.toString())).isZero();
    }
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Tag("crash")
  void onAReadOnlyFileSystemTheStepSaysSoAndWhatServedServes(String step) throws Exception {
    Path small = mounted("read-only-" + step);
    try {
      Workspace workspace = copied(step, small);
      List<Object> answers = answers(workspace);
      assertThat(code("mount", "-o", "remount,ro", small.toString())).isZero();

      mustFail(step, workspace, List.of(), "[Rr]ead-only|permission", "[Rr]ead-only|permission");
      assertThat(answers(workspace)).isEqualTo(answers);

      assertThat(code("mount", "-o", "remount,rw", small.toString())).isZero();
      mustSucceed(step, workspace);
    } finally {
      assertThat(code("umount", small.toString())).isZero();
    }
  }

  @Test
  void onADiskWhoseWritesFailStagingSaysSoAndWhatServedServes() throws Exception {
    onADiskWhoseWritesFailTheStepSaysSoAndWhatServedServes("stage");
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Tag("crash")
  void onADiskWhoseWritesFailTheStepSaysSoAndWhatServedServes(String step) throws Exception {
    Path library = failingWrites();
    for (int after : FAILING_AFTER) {
      Workspace workspace = copied(step, folder.resolve("failing-" + step + "-" + limits++));
      List<Object> answers = answers(workspace);
      var wrapper =
          List.of(
              "env",
              "LD_PRELOAD=" + library,
              "FAULT_FOLDER=" + workspace.folder(),
              "FAULT_AFTER=" + after);

      if (after == FOR_THE_LOCK_ALONE) {
        mustFail(step, workspace, wrapper, "Input/output error|disk I/O error", "disk");
        assertThat(answers(workspace)).isEqualTo(answers);
      } else { // it may be over by then, or have let the new generation serve
        int code = start(step, workspace, wrapper).waitFor();
        assertThat(Files.readString(logs(workspace).resolve("err")))
            .doesNotContain("fault of the program");
        System.out.printf("%s with writes failing after %d: exit code %d%n", step, after, code);
        assertThat(answers(workspace)).isNotEmpty();
      }

      mustSucceed(step, workspace);
    }
  }

  private static Path failingWrites() throws InterruptedException {
    Path library = folder.resolve("failing_writes.so");
    Path source = Path.of("src/test/native/failing_writes.c");
    assumeTrue(
        Files.exists(library)
            || code("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                == 0,
        "no C compiler here that makes the library of failing writes");
    return library;
  }

  private static Path mounted(String name) throws IOException, InterruptedException {
    Path small = Files.createDirectories(folder.resolve(name));
    assumeTrue(
        code("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", small.toString()) == 0,
        "root alone mounts a small file system");
    return small;
  }

  @Test
  void underALimitOnFilesStagingSaysSoAndWhatServedServes() throws Exception {
    underALimitOnFilesTheStepSaysSoAndWhatServedServes("stage");
  }

  @ParameterizedTest
  @FieldSource("STEPS")
  @Tag("crash")
  void underALimitOnFilesTheStepSaysSoAndWhatServedServes(String step) throws Exception {
    assumeTrue(code("bash", "-c", "ulimit -f 1") == 0, "no bash, or no limit on files here");
    Workspace workspace = copied(step, folder.resolve("limited-" + step + "-" + limits++));
    List<Object> answers = answers(workspace);
    var limit = List.of("bash", "-c", "ulimit -f 1; exec \"$@\"", "whet");

    mustFail(step, workspace, limit, "File too large|cannot be used|native library", ROOM);
    assertThat(answers(workspace)).isEqualTo(answers);

    mustSucceed(step, workspace);
  }

  private static Workspace copied(String step, Path parent) throws IOException {
    Path to = parent.resolve(step);
    StepByStep.copy(before(step), to);
    Workspace workspace = Workspace.open(to);
    if (step.equals("embed")) {
      WholeFile.delete(workspace.vectors()); // or the proof has embedded all
    }
    return workspace;
  }

  /// What serves, and which passages it finds in which order. Scores may differ in their last bit:
  /// segments are searched at the same time.
  private static List<Object> answers(Workspace workspace) {
    var indexes = new LuceneIndexes(workspace.indexes().resolve(workspace.name()));
    var shelf = new ModelShelf(workspace);
    try (var index = indexes.open();
        var encoder = shelf.encoder(shelf.servingModel("en"))) {
      String question = "how does one go about painting a partaa";
      List<String> words = index.words(question, 10, Filter.ALL).ids();
      float[] vector = encoder.queries(List.of(question)).getFirst();
      assertThat(words).isNotEmpty();
      return List.of(
          index.generation(), index.space(), words, index.nearest(vector, 10, Filter.ALL).ids());
    }
  }

  private static void mustFail(
      String step, Workspace workspace, List<String> wrapper, String reason, String remedy)
      throws Exception {
    int code = start(step, workspace, wrapper).waitFor();
    String said = Files.readString(logs(workspace).resolve("err"));
    assertThat(code).as(said).isBetween(1, 10);
    assertThat(said)
        .startsWith("whet: ")
        .containsPattern(reason)
        .containsPattern(remedy)
        .containsPattern("/\\S+")
        .doesNotContain("\tat ")
        .doesNotContain("fault of the program");
  }

  private static void mustSucceed(String step, Workspace workspace) throws Exception {
    int code = start(step, workspace, List.of()).waitFor();
    assertThat(code).as(Files.readString(logs(workspace).resolve("err"))).isZero();
    var left = StepByStep.contents(workspace).keySet();
    assertThat(left).noneMatch(name -> name.endsWith(".part"));
  }

  private static Process start(String step, Workspace workspace, List<String> wrapper)
      throws IOException {
    var arguments = new ArrayList<>(List.of(step));
    switch (step) {
      case "stage" -> arguments.add(manual.docs().toString());
      case "train" -> arguments.add("--again");
      default -> {}
    }
    arguments.addAll(List.of("--quiet", "--workspace", workspace.folder().toString()));
    return SmallManual.whet(logs(workspace), wrapper, arguments);
  }

  /// Beside the workspace's file system, which is full.
  private static Path logs(Workspace workspace) {
    return folder.resolve("logs").resolve(workspace.folder().getFileName().toString());
  }

  private static int code(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return 127; // there is no such command here
    }
  }
}
