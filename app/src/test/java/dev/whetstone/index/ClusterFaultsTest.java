package dev.whetstone.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Credentials;
import dev.whetstone.servers.Fault;
import dev.whetstone.servers.FaultProxy;
import dev.whetstone.servers.GuardProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes wrong at a real node, or between us and it: nothing that was acknowledged is lost, nothing is there that
/// should not be, and who asks is told.
class ClusterFaultsTest {
  private static final String BULK = "POST .*/_bulk";
  private static final Load LOAD = Load.of(400, 1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final String name = "f" + UUID.randomUUID().toString().substring(0, 8);

  private static ClusterSettings at(URI host) {
    return ClusterSettings.of(host.toString())
        .withTimeouts(SECOND, Duration.ofSeconds(20), Duration.ofSeconds(40));
  }

  private ClusterIndexes indexes(Engine engine, ClusterSettings settings) {
    return new ClusterIndexes(engine.connect(settings), name);
  }

  private void remove(Engine engine) {
    for (int i = 1; i < 10; i++) {
      engine.shared().call("DELETE", "/" + name + "-00000" + i, "");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStormOf429LosesNothing(Engine engine) throws IOException {
    survives(engine, Duration.ofSeconds(20), .6, new Fault.Overloaded(""));
  }

  @ParameterizedTest
  @EnumSource
  void aFewRefusedItemsAreSentAgainAlone(Engine engine) throws IOException {
    survives(engine, Duration.ofSeconds(20), .8, new Fault.ItemsFail(.3, 429));
    survives(engine, Duration.ofSeconds(20), .8, new Fault.ItemsFail(.3, 503));
  }

  @ParameterizedTest
  @EnumSource
  void aWriteWhoseAnswerWasLostIsRepeatedWithoutHarm(Engine engine) throws IOException {
    survives(engine, Duration.ofSeconds(20), .5, new Fault.AnswerLost());
  }

  @ParameterizedTest
  @EnumSource
  void aWriteWhoseAnswerCameTooLateIsRepeatedWithoutHarm(Engine engine) throws IOException {
    survives(engine, SECOND, .3, new Fault.AnswerLate(Duration.ofSeconds(2)));
  }

  /// Indexes through a proxy that has a fault for that share of the bulk requests.
  private void survives(Engine engine, Duration requestTimeout, double share, Fault fault)
      throws IOException {
    try (var proxy = new FaultProxy(engine.shared().uri(), 7);
        var indexes =
            indexes(
                engine, at(proxy.uri()).withTimeouts(SECOND, requestTimeout, Duration.ofMinutes(1)))) {
      var rule = proxy.let(BULK, share, fault);

      LOAD.index(indexes);
      proxy.calm();

      assertThat(rule.happened()).isGreaterThan(1);
      LOAD.assertServedBy(indexes);
    } finally {
      remove(engine);
    }
  }

  @ParameterizedTest
  @EnumSource
  void retryAfterIsHeeded(Engine engine) throws IOException {
    try (var proxy = new FaultProxy(engine.shared().uri(), 7);
        var indexes = indexes(engine, at(proxy.uri()))) {
      proxy.let(BULK, 1, 1, new Fault.Overloaded("2"));

      long began = System.nanoTime();
      LOAD.index(indexes);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
      LOAD.assertServedBy(indexes);
    } finally {
      remove(engine);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameCommandAgainEndsTheSameWhateverAnswersWereLost(Engine engine) throws IOException {
    for (long seed = 1; seed <= 4; seed++) {
      try (var proxy = new FaultProxy(engine.shared().uri(), seed);
          var indexes = indexes(engine, at(proxy.uri()))) {
        var lost = proxy.let("^(PUT|POST|DELETE) ", .12, new Fault.AnswerLost());
        var refused = proxy.let("^", .05, new Fault.Answer(503, "{}"));

        LOAD.indexAgainAndAgain(indexes, 40);
        proxy.calm();

        assertThat(lost.happened() + refused.happened()).as("seed " + seed).isGreaterThan(2);
        LOAD.assertServedBy(indexes);
        indexes.keep(1);
        assertThat(indexes.generations()).containsExactly(indexes.current().orElseThrow());
      } finally {
        remove(engine);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSearchThatIsRefusedFailsAndSaysSo(Engine engine) throws IOException {
    try (var proxy = new FaultProxy(engine.shared().uri(), 7);
        var indexes = indexes(engine, at(proxy.uri()))) {
      LOAD.index(indexes);
      try (var index = indexes.open()) {
        proxy.let("_search", 1, new Fault.Overloaded(""));

        assertThatThrownBy(() -> index.words("w1", 5, Filter.ALL))
            .isInstanceOf(Failure.Unavailable.class)
            .hasMessageContaining("429")
            .hasMessageContaining("overloaded");

        proxy.calm();
        assertThat(index.words("w1", 5, Filter.ALL).hits()).hasSize(5);
      }
    } finally {
      remove(engine);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIndexThatWasMadeReadOnlyIsWrittenWhenThatIsOver(Engine engine) {
    try (var indexes = indexes(engine, at(engine.shared().uri()))) {
      String generation = LOAD.index(indexes);
      var more = Load.of(500, 1); // the same, and a hundred more
      readOnly(engine, generation, true);

      var hurried = at(engine.shared().uri()).withTimeouts(SECOND, SECOND, SECOND);
      try (var impatient = indexes(engine, hurried)) {
        assertThatThrownBy(() -> update(impatient, more))
            .isInstanceOf(Failure.Unavailable.class)
            .hasMessageContaining("disk");
      }
      LOAD.assertServedBy(indexes); // still answers

      Thread.startVirtualThread(
          () -> {
            sleep(Duration.ofSeconds(2));
            readOnly(engine, generation, false);
          });
      update(indexes, more);
      more.assertServedBy(indexes);
    } finally {
      remove(engine);
    }
  }

  private static void update(ClusterIndexes indexes, Load load) {
    try (var writer = indexes.update(Corpora.SPACE)) {
      writer.upsert(load.passages(), load.vectors());
      writer.commit(Map.of());
    }
  }

  private void readOnly(Engine engine, String generation, boolean block) {
    engine
        .shared()
        .call(
            "PUT",
            "/" + name + "-" + generation + "/_settings",
            "{\"index.blocks.read_only_allow_delete\": " + (block ? "true" : "null") + "}");
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoWhoMoveTheAliasAtOnceTheLoserIsTold(Engine engine) throws Exception {
    try (var one = indexes(engine, at(engine.shared().uri()));
        var other = indexes(engine, at(engine.shared().uri()));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var generations = new ArrayList<String>();
      for (int i = 0; i < 3; i++) {
        generations.add(Load.of(8, i).index(one));
      }
      for (int round = 0; round < 10; round++) {
        one.promote(generations.getFirst());
        var start = new CyclicBarrier(2);

        var first = threads.submit(racing(start, one, generations.get(1)));
        var second = threads.submit(racing(start, other, generations.get(2)));
        boolean firstServed = first.get();
        boolean secondServed = second.get();

        assertThat(firstServed || secondServed).as("round " + round).isTrue();
        String serves = one.current().orElseThrow(); // fails where the alias is of two
        if (firstServed != secondServed) {
          assertThat(serves).isEqualTo(generations.get(firstServed ? 1 : 2));
        } else {
          assertThat(serves).isIn(generations.get(1), generations.get(2));
        }
      }
    } finally {
      remove(engine);
    }
  }

  /// Whether the alias was moved there.
  private static Callable<Boolean> racing(CyclicBarrier start, Indexes indexes, String generation) {
    return () -> {
      start.await();
      try {
        indexes.promote(generation);
        return true;
      } catch (Failure.Refused e) {
        assertThat(e).hasMessageContaining("moved by another machine");
        return false;
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheRightPasswordOrKeyIsLetIn(Engine engine) throws IOException {
    String basic = "Basic " + Base64.getEncoder().encodeToString("whet:s3cret".getBytes(UTF_8));
    List<String> known = List.of(basic, "ApiKey a2V5");
    try (var guard = new GuardProxy(engine.shared().uri(), known::contains)) {
      var settings = at(guard.uri()).withCaFile(guard.certificate());

      for (var wrong :
          List.of(
              new Credentials.None(),
              new Credentials.Basic("whet", "guessed"),
              new Credentials.ApiKey("Z3Vlc3NlZA=="))) {
        assertThatThrownBy(() -> engine.connect(settings.withCredentials(wrong)))
            .isInstanceOf(Failure.Refused.class)
            .hasMessageContaining("401")
            .hasMessageContaining("password_env")
            .hasMessageNotContainingAny("guessed", "Z3Vlc3NlZA");
      }
      for (var right :
          List.of(new Credentials.Basic("whet", "s3cret"), new Credentials.ApiKey("a2V5"))) {
        try (var indexes = indexes(engine, settings.withCredentials(right))) {
          LOAD.index(indexes);
          LOAD.assertServedBy(indexes);
        }
      }
    } finally {
      remove(engine);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCertificateThatNobodyVouchesForIsNotTrusted(Engine engine) throws IOException {
    try (var guard = new GuardProxy(engine.shared().uri(), _ -> true)) {
      assertThatThrownBy(() -> engine.connect(at(guard.uri())))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("trusted")
          .hasMessageContaining("ca_file");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherVersionIsRefused(Engine engine) throws IOException {
    String root = engine.shared().call("GET", "/", "").body();
    String old = root.replace("\"9.5.3\"", "\"8.19.2\"").replace("\"3.5.0\"", "\"2.19.0\"");
    try (var proxy = new FaultProxy(engine.shared().uri(), 7)) {
      proxy.let("GET /$", 1, new Fault.Answer(200, old));

      assertThatThrownBy(() -> engine.connect(at(proxy.uri())))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining(engine == Engine.ELASTICSEARCH ? "8.19.2" : "2.19.0")
          .hasMessageContaining("upgrade");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOtherEngineIsRefused(Engine engine) {
    var other = engine == Engine.ELASTICSEARCH ? Engine.OPENSEARCH : Engine.ELASTICSEARCH;

    assertThatThrownBy(() -> engine.connect(at(other.shared().uri())))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("name it under `" + other.kind.id() + ":`");
  }

  @ParameterizedTest
  @EnumSource
  void whereNothingListensTheHostIsNamed(Engine engine) throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    assertThatThrownBy(() -> engine.connect(at(nobody)))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining(nobody.toString())
        .hasMessageContaining("`hosts`");
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
