package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Ranking;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Quantization;
import dev.whetstone.servers.Cluster;
import dev.whetstone.servers.RealServer;
import dev.whetstone.servers.ServerKind;
import dev.whetstone.servers.ServerOptions;
import dev.whetstone.servers.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A cluster of three real nodes, each shard on two of them, of which some are killed (SIGKILL).
/// What was acknowledged is there in the end, and a search is right or says that it could not be
/// made.
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ThreeNodesContract {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private Cluster cluster;
  private int named;

  protected abstract Node node();

  @BeforeAll
  protected void start() {
    cluster = Servers.cluster(ServerKind.valueOf(node().name()), 3, ServerOptions.single());
  }

  @AfterAll
  protected void end() {
    cluster.close();
  }

  private ClusterSettings settings() {
    return ClusterSettings.of(cluster.uris().stream().map(Object::toString).toArray(String[]::new))
        .withLayout(new ClusterSettings.Layout(2, 1, Quantization.NONE, 3))
        .withTimeouts(
            new ClusterSettings.Timeouts(SECOND, Duration.ofSeconds(20), Duration.ofMinutes(3)));
  }

  private ClusterIndexes indexes(String name) {
    return new ClusterIndexes(node().connect(settings()), name);
  }

  private String name() {
    return "c" + ++named;
  }

  private void awaitGreen(String name) {
    var health =
        cluster
            .alive()
            .call("GET", "/_cluster/health/" + name + "-*?wait_for_status=green&timeout=60s", "");
    assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
  }

  @Test
  void aNodeKilledDuringTheWritingCostsNothing() throws Exception {
    for (long seed = 1; seed <= 2; seed++) {
      var load = Load.of(1200, seed);
      RealServer victim =
          seed == 1 ? cluster.manager() : cluster.nodes().get(new Random(seed).nextInt(3));
      String name = name();
      try (var indexes = indexes(name);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<String> writing =
            threads.submit(() -> writtenPieceByPiece(indexes, load, victim, name));
        String generation = writing.get(5, TimeUnit.MINUTES);
        assertThat(victim.isAlive()).as("seed " + seed).isFalse();

        indexes.promote(generation);
        load.assertServedBy(indexes); // by two nodes
        cluster.revive();
        awaitGreen(name);
        load.assertServedBy(indexes); // by three
      }
    }
  }

  /// In a dozen requests, while the victim is killed.
  private String writtenPieceByPiece(
      ClusterIndexes indexes, Load load, RealServer victim, String name) {
    try (GenerationWriter writer = indexes.begin(Corpora.SPACE, load.vectors().dimension())) {
      awaitGreen(name); // a replica that is not in sync yet could not take over
      int piece = load.passages().size() / 24;
      for (int i = 0; i < 24; i++) {
        if (i == 10) {
          Thread.startVirtualThread(victim::kill);
        }
        writer.upsert(load.passages().subList(i * piece, (i + 1) * piece), load.vectors());
        writer.delete(List.of("p-not-there-" + i % 2)); // of an id sent before: all is awaited
      }
      writer.commit(Map.of());
      return writer.generation();
    }
  }

  @Test
  void aNodeKilledDuringSearchesMakesNoneOfThemWrong() throws Exception {
    var load = Load.of(600, 9);
    String name = name();
    try (var indexes = indexes(name);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      load.index(indexes);
      awaitGreen(name);
      try (var index = indexes.open()) {
        Ranking words = index.words("w1 w2 w7", 1000, Filter.ALL);
        var over = new AtomicBoolean();
        var right = new AtomicInteger();
        var refused = new AtomicInteger();
        var searches = new ArrayList<Future<?>>();
        for (int thread = 0; thread < 3; thread++) {
          int first = thread;
          searches.add(
              threads.submit(
                  () -> {
                    for (int i = first; !over.get(); i++) {
                      try {
                        search(index, load, words, i % load.passages().size());
                        right.incrementAndGet();
                      } catch (Failure.Unavailable e) {
                        refused.incrementAndGet();
                      }
                    }
                    return null;
                  }));
        }
        awaitMoreThan(right, 30);
        cluster.nodes().get(1).kill();
        awaitMoreThan(right, right.get() + 100);
        over.set(true);
        rethrow(searches);

        awaitYellow(name);
        for (int i = 0; i < 20; i++) {
          search(index, load, words, i); // two nodes know all
        }
        System.out.printf(
            "%s: %d searches right, %d refused while a node was killed%n",
            node(), right.get(), refused.get());
      }
      cluster.revive();
    }
  }

  private static void search(PassageIndex index, Load load, Ranking words, int i) {
    String id = load.passages().get(i).id();
    var nearest = index.nearest(load.vectors().vector(load.vectors().row(id)), 1, Filter.ALL);
    assertThat(nearest.hits().getFirst().passageId()).isEqualTo(id);
    assertThat(index.words("w1 w2 w7", 1000, Filter.ALL).hits()).hasSameSizeAs(words.hits());
  }

  private static void rethrow(List<Future<?>> searches) throws InterruptedException {
    for (var search : searches) {
      try {
        search.get();
      } catch (ExecutionException e) {
        throw new AssertionError("a search was wrong: " + e.getCause(), e);
      }
    }
  }

  private static void awaitMoreThan(AtomicInteger count, int least) throws InterruptedException {
    for (int i = 0; count.get() <= least; i++) {
      assertThat(i).as("waited a minute").isLessThan(1200);
      Thread.sleep(50);
    }
  }

  private void awaitYellow(String name) {
    var health =
        cluster
            .alive()
            .call("GET", "/_cluster/health/" + name + "-*?wait_for_status=yellow&timeout=60s", "");
    assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
  }

  @Test
  void whenAllNodesWereKilledAtOnceWhatWasAcknowledgedIsThereAgain() {
    var load = Load.of(400, 5);
    String name = name();
    try (var indexes = indexes(name)) {
      load.index(indexes);

      cluster.nodes().forEach(RealServer::kill);
      assertThatThrownBy(indexes::current).isInstanceOf(Failure.Unavailable.class);
      cluster.revive();
      awaitGreen(name);

      load.assertServedBy(indexes);
    }
  }

  @Test
  void aFullDiskStopsTheWritingNotTheSearchesAndWhatWaitedIsWritten() throws Exception {
    var load = Load.of(300, 6);
    var more = Load.of(330, 6);
    String name = name();
    try (var indexes = indexes(name)) {
      String generation = load.index(indexes);
      awaitGreen(name);
      try (var writer = indexes.update(Corpora.SPACE);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        diskMustHaveFree("\"900tb\"");
        awaitBlocked(name + "-" + generation);

        Future<?> writing =
            threads.submit(
                () -> {
                  writer.upsert(more.passages(), more.vectors());
                  writer.commit(Map.of());
                });
        Thread.sleep(1000);
        assertThat(writing.isDone()).isFalse();
        load.assertServedBy(indexes);

        diskMustHaveFree("null"); // the cluster lifts the block by itself
        writing.get(3, TimeUnit.MINUTES);
      } finally {
        diskMustHaveFree("null");
        awaitRoom();
      }
      more.assertServedBy(indexes);
    }
  }

  private void diskMustHaveFree(String size) {
    var disk = "cluster.routing.allocation.disk.";
    var settings =
        """
        {"persistent": {"%1$sthreshold_enabled": true, "cluster.info.update.interval": "10s",
        "%1$swatermark.low": %2$s, "%1$swatermark.high": %2$s, "%1$swatermark.flood_stage": %2$s}}\
        """
            .formatted(disk, size);
    var answer = cluster.alive().call("PUT", "/_cluster/settings", settings);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /// OpenSearch 3.5 also refuses new indices when all disks are full, and goes on refusing until it
  /// is told not to.
  private void awaitRoom() throws InterruptedException {
    var answer = cluster.alive().call("PUT", "/room", "");
    for (int i = 0; answer.statusCode() != 200; i++) {
      assertThat(i).as("waited a minute: " + answer.body()).isLessThan(300);
      Thread.sleep(200);
      cluster
          .alive()
          .call(
              "PUT",
              "/_cluster/settings",
              "{\"persistent\": {\"cluster.blocks.create_index\": null}}");
      answer = cluster.alive().call("PUT", "/room", "");
    }
    cluster.alive().call("DELETE", "/room", "");
  }

  private void awaitBlocked(String index) throws InterruptedException {
    for (int i = 0; ; i++) {
      var settings = cluster.alive().call("GET", "/" + index + "/_settings", "").body();
      if (settings.contains("read_only_allow_delete")) {
        return;
      }
      assertThat(i).as("waited a minute: " + settings).isLessThan(300);
      Thread.sleep(200);
    }
  }

  @Test
  void ofTwoMachinesThatMoveTheAliasAtOnceTheLoserIsTold() throws Exception {
    String name = name();
    try (var one = indexes(name);
        var other =
            new ClusterIndexes(
                node().connect(ClusterSettings.of(cluster.uris().getLast().toString())), name)) {
      var generations =
          List.of(Load.of(8, 1).index(one), Load.of(8, 2).index(one), Load.of(8, 3).index(one));
      AliasRace.run(one, other, generations, 10);
    }
  }
}
