package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.store.Json;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A small workspace taken through the steps, each by a process of its own, with a copy of what
/// stood before each step and after it.
final class StepByStep {
  static final List<String> STEPS =
      List.of("stage", "prepare", "train", "prove", "embed", "index", "app");

  private final Path folder;
  private final SmallManual manual;
  private final Workspace undisturbed;
  private final Map<String, Usual> usual = new HashMap<>();
  private int copies;

  /// How a step usually goes.
  ///
  /// @param first milliseconds until a look at the workspace finds it changed
  /// @param changes how often it does
  record Usual(long millis, long first, int changes) {}

  StepByStep(Path folder) throws IOException {
    this.folder = folder;
    this.manual = new SmallManual(folder.resolve("manual"), 8);
    this.undisturbed = Workspace.open(manual.workspace("undisturbed"));
    Workshops.open(undisturbed).questions(manual.questions(), false);
    copy(undisturbed.folder(), folder.resolve("before-stage"));
  }

  /// How a step usually goes: it and those before it are taken where they were not yet.
  Usual usual(String step) throws IOException, InterruptedException {
    int taken = usual.size();
    for (String next : STEPS.subList(taken, Math.max(taken, STEPS.indexOf(step) + 1))) {
      usual.put(next, taken(next));
      copy(undisturbed.folder(), folder.resolve("before-" + next(next)));
    }
    return Objects.requireNonNull(usual.get(step));
  }

  private Usual taken(String step) throws IOException, InterruptedException {
    long began = System.nanoTime();
    Process process = start(step, undisturbed, List.of());
    var changes = new Changes(undisturbed.folder());
    long first = 0;
    while (process.isAlive()) {
      changes.look();
      first = changes.count() == 0 ? millis(began) : first;
      Thread.sleep(3);
    }
    assertThat(process.exitValue()).as(() -> log(undisturbed)).isZero();
    return new Usual(millis(began), first, changes.count());
  }

  private static long millis(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }

  /// A fresh workspace in which all steps before this one are done.
  Workspace before(String step) throws IOException, InterruptedException {
    usual(step);
    Path to = folder.resolve("copies").resolve(step + "-" + copies++);
    copy(folder.resolve("before-" + step), to);
    return Workspace.open(to);
  }

  /// The undisturbed workspace in which this step is done, too; not to be changed.
  Workspace after(String step) {
    return Workspace.open(folder.resolve("before-" + next(step)));
  }

  private static String next(String step) {
    int next = STEPS.indexOf(step) + 1;
    return next == STEPS.size() ? "" : STEPS.get(next);
  }

  /// Starts `whet STEP` on a workspace.
  ///
  /// @param wrapper words put before the command
  Process start(String step, Workspace workspace, List<String> wrapper) throws IOException {
    var arguments = new ArrayList<>(List.of(step));
    if (step.equals("stage")) {
      arguments.add(manual.docs().toString());
    }
    arguments.addAll(List.of("--quiet", "--workspace", workspace.folder().toString()));
    return SmallManual.whet(logs(workspace), wrapper, arguments);
  }

  private Path logs(Workspace workspace) {
    return folder.resolve("logs").resolve(workspace.folder().getFileName().toString());
  }

  /// What the last process on a workspace said.
  String log(Workspace workspace) {
    try {
      return Files.readString(logs(workspace).resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// Counts how often a folder is found changed.
  static final class Changes {
    private final Path folder;
    private Map<String, Long> last;
    private int count;

    Changes(Path folder) {
      this.folder = folder;
      this.last = files();
    }

    void look() {
      Map<String, Long> now = files();
      if (!now.equals(last)) {
        last = now;
        count++;
      }
    }

    int count() {
      return count;
    }

    /// Path → size, while others write and delete.
    private Map<String, Long> files() {
      var files = new HashMap<String, Long>();
      try {
        Files.walkFileTree(
            folder,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.put(file.toString(), attributes.size());
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult postVisitDirectory(
                  Path at, @org.jspecify.annotations.Nullable IOException e) {
                return FileVisitResult.CONTINUE;
              }
            });
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return files;
    }
  }

  static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(at).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                LinkOption.NOFOLLOW_LINKS,
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Every file's content as text, without what differs between two undisturbed runs: times, what
  /// was said, the sums of both, and the bytes of index and catalog (their content is compared by
  /// who knows it).
  static Map<String, String> contents(Workspace workspace) throws IOException {
    var contents = new TreeMap<String, String>();
    try (var all = Files.walk(workspace.folder())) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = workspace.folder().relativize(file).toString();
        if (name.startsWith("indexes") || name.contains("catalog.db") || name.endsWith(".lock")) {
          continue;
        }
        String text = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (name.startsWith(".whetstone/steps/")) {
          text = record(text);
        }
        contents.put(
            name,
            name.endsWith(".json")
                ? text.replaceAll("^\\{\"sha256\":\"[0-9a-f]{64}\",", "{")
                    .replaceAll("\"seconds\" : [0-9.E-]+", "\"seconds\" : 0")
                    .replaceAll("app-[a-z0-9]{12}", "app-ID")
                    .replace(workspace.folder().toString(), "WORKSPACE")
                : text);
      }
    } catch (NoSuchFileException e) {
      throw new IllegalStateException("someone still writes " + e.getFile(), e);
    }
    return contents;
  }

  /// A step's record without what it tells people, and without the seconds.
  private static String record(String text) throws IOException {
    var record = (ObjectNode) Json.MAPPER.readTree(text);
    return record.remove(List.of("sha256", "seconds", "words", "result")).toPrettyString();
  }
}
