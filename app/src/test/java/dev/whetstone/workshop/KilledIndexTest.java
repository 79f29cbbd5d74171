package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.Indexes;
import dev.whetstone.servers.TappedLine;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.SettingsFile;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `whet index` as a process of its own that builds a generation at a real node, beside one that
/// serves; it is killed at a moment of the line between them, and run again. `whet export bulk`
/// likewise, killed while it writes.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class KilledIndexTest {
  private static final long SEED = 20_261_123;
  private static final int KILLS = 5;

  /// Words of `whetstone.yaml` that ask for another mapping, and so for another generation.
  private static final String OTHER_MAPPING = ", shards: 2";

  @TempDir private static Path folder;
  private static Path before;
  private static Path after;
  private static List<Passage> fewer;
  private static List<Passage> passages;
  private static Vectors vectors;
  private static int copies;

  /// A workspace embedded with three documents, and with one more.
  @BeforeAll
  static void anEmbeddedWorkspaceBeforeAndAfterADocumentIsAdded() throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 3); // too small to train on
    Path place = manual.workspace("workspace");
    fewer = embedded(place, manual.docs());
    before = folder.resolve("before");
    StepByStep.copy(place, before);
    Files.writeString(
        manual.docs().resolve("another.md"),
        "# Another\n\n## Greasing\n\nTake the green grease and wait for two days.\n");
    passages = embedded(place, manual.docs());
    after = place;
    var workspace = Workspace.open(place);
    vectors = new VectorStore(workspace).read(new ModelShelf(workspace).servingModel("en").space());
  }

  private static List<Passage> embedded(Path place, Path docs) {
    var workshop = Workshops.open(Workspace.open(place));
    workshop.stage(docs.toString());
    workshop.prepare();
    workshop.train(null, false);
    workshop.prove();
    workshop.embed();
    return workshop.passages();
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.workshop.RealNode#engines")
  void aLoadKilledWhileItWritesGoesOnWithItsGeneration(EngineKind engine) throws Exception {
    try (var scene = new Scene(engine)) {
      boolean killed = scene.kill(m -> m.answer() && m.request().contains("/_bulk"));

      assertThat(killed).isTrue();
      scene.goesOn();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.whetstone.workshop.RealNode#engines")
  @Tag("crash")
  void aLoadKilledAnywhereEndsAsUndisturbed(EngineKind engine) throws Exception {
    var random = new Random(SEED);
    var turns = new AtomicInteger();
    try (var undisturbed = new Scene(engine)) {
      assertThat(undisturbed.kill(m -> writes(m) && turns.incrementAndGet() < 0)).isFalse();
      undisturbed.mustHoldAll();
    }
    for (int killed = 0; killed < KILLS; ) {
      int at = 1 + (int) ((killed + random.nextDouble()) / KILLS * turns.get());
      var turn = new AtomicInteger();
      var where = new CompletableFuture<TappedLine.Moment>();
      try (var scene = new Scene(engine)) {
        boolean inTime =
            scene.kill(m -> writes(m) && turn.incrementAndGet() == at && where.complete(m));
        System.out.printf(
            "%s, seed %d, turn %d of %s: %s%n", engine, SEED, at, turns, where.getNow(null));
        scene.goesOn();
        killed += inTime ? 1 : 0;
      }
    }
  }

  /// Most turns are searches that compare the generations, and change nothing.
  private static boolean writes(TappedLine.Moment moment) {
    return moment.begins() && !moment.request().contains("/_search");
  }

  @Test
  void anExportKilledWhileItWritesIsWholeOrAbsent() throws Exception {
    Workspace workspace = Workspace.open(copied(after));
    Path exports = workspace.folder().resolve("exports");
    Path export = exports.resolve("rag-index");
    assertThat(export(workspace).waitFor()).as(() -> log(workspace)).isZero();
    Map<String, String> whole = files(export);

    int killed = 0;
    for (int i = 0; i < 2; i++) { // in place of nothing, then in place of an earlier one
      if (i == 0) {
        dev.whetstone.store.WholeFile.delete(exports);
      }
      Process process = export(workspace);
      while (process.isAlive() && !names(exports).stream().anyMatch(n -> n.endsWith(".part"))) {
        Thread.onSpinWait();
      }
      process.destroyForcibly();
      killed += process.waitFor() == 137 ? 1 : 0;
      if (Files.exists(export)) {
        assertThat(Artifact.open(export).provenance().kind()).isEqualTo(BulkExport.KIND);
        assertThat(files(export)).isEqualTo(whole);
      }

      assertThat(export(workspace).waitFor()).as(() -> log(workspace)).isZero();

      assertThat(files(export)).isEqualTo(whole);
      assertThat(names(exports)).containsExactly("rag-index");
    }
    assertThat(killed).as("killed in time").isPositive();
  }

  private static Process export(Workspace workspace) throws IOException {
    return SmallManual.whet(
        logs(workspace), "export", "bulk", "--quiet", "--workspace", workspace.folder().toString());
  }

  private static Set<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (var all = Files.list(folder)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    for (String name : names(folder)) {
      files.put(name, Files.readString(folder.resolve(name)));
    }
    return files;
  }

  private static Path copied(Path workspace) throws IOException {
    Path to = folder.resolve("copy-" + copies++);
    StepByStep.copy(workspace, to);
    return to;
  }

  private static Path logs(Workspace workspace) {
    return folder.resolve("logs").resolve(String.valueOf(workspace.folder().getFileName()));
  }

  private static String log(Workspace workspace) {
    try {
      return Files.readString(logs(workspace).resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// A generation that serves the fewer passages at a node, and a workspace whose next `whet index`
  /// must build another, of all passages.
  private static final class Scene implements AutoCloseable {
    private final RealNode node;
    private final TappedLine line;
    private final Workspace workspace;

    Scene(EngineKind engine) throws IOException {
      node = RealNode.of(engine);
      line = new TappedLine(URI.create(node.host()));
      Path serving = copied(before);
      settle(serving, "");
      Workshops.open(Workspace.open(serving))
          .index(new IndexOptions(engine.name(), false, false, true));
      Path next = copied(after);
      settle(next, OTHER_MAPPING);
      workspace = Workspace.open(next);
    }

    private void settle(Path place, String more) throws IOException {
      Path file = place.resolve(SettingsFile.NAME);
      Files.writeString(
          file,
          Files.readString(file)
              + "index: {name: %s}%n%s: {hosts: ['%s'], replicas: 0%s}%n"
                  .formatted(node.prefix(), node.engine().name(), line.uri(), more));
    }

    /// Runs `whet index`, kills it at a moment of its line, and looks all the while at what the
    /// alias serves.
    ///
    /// @return whether it was killed; else it has done all
    boolean kill(Predicate<TappedLine.Moment> when) throws Exception {
      CompletableFuture<Process> victim = line.kill(when);
      var served = new ConcurrentSkipListSet<String>();
      Process process =
          SmallManual.whet(
              logs(workspace),
              "index",
              "--engine",
              node.engine().name(),
              "--quiet",
              "--workspace",
              workspace.folder().toString());
      victim.complete(process);
      while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
        served.add(served());
      }
      served.add(served());
      assertThat(process.exitValue()).as(() -> log(workspace)).isIn(0, 137);
      assertThat(served).isSubsetOf(serving("000001", fewer), serving("000002", passages));
      return process.exitValue() == 137;
    }

    /// How many passages are found under the alias in which index.
    private String served() {
      return node.server()
          .call(
              "POST",
              "/" + node.prefix() + "/_search?filter_path=hits.total.value,hits.hits._index",
              "{\"size\": 1, \"track_total_hits\": true}")
          .body();
    }

    private String serving(String generation, List<Passage> all) {
      return "{\"hits\":{\"total\":{\"value\":%d},\"hits\":[{\"_index\":\"%s-%s\"}]}}"
          .formatted(all.size(), node.prefix(), generation);
    }

    /// The same command again ends with the very generation that the killed one began.
    void goesOn() throws Exception {
      assertThat(kill(_ -> false)).isFalse();
      mustHoldAll();
    }

    void mustHoldAll() {
      try (Indexes indexes = node.open(node.prefix());
          var index = indexes.open()) {
        assertThat(index.generation()).isEqualTo("000002");
        assertThat(indexes.generations()).containsExactly("000001", "000002");
        assertThat(index.size()).isEqualTo(passages.size());
        assertThat(new HashSet<>(index.passages())).isEqualTo(new HashSet<>(passages));
        var sample = new ArrayList<>(passages);
        java.util.Collections.shuffle(sample, new Random(SEED));
        for (Passage passage : sample.subList(0, 10)) {
          float[] vector = vectors.vector(vectors.row(passage.id()));
          assertThat(index.cosines(vector, List.of(passage.id())).getOrDefault(passage.id(), 0.0))
              .isGreaterThan(.99999);
        }
      }
      String indices =
          node.server().call("GET", "/_cat/indices/" + node.prefix() + "*?h=index", "").body();
      assertThat(indices.strip().split("\\s+")).hasSize(2);
    }

    @Override
    public void close() throws IOException {
      line.close();
      node.close();
    }
  }
}
