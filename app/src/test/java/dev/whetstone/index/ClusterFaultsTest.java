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
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes wrong at a real node, or between us and it: nothing that was acknowledged is lost,
/// nothing is there that should not be, and who asks is told.
class ClusterFaultsTest {
  private static final String BULK = "POST .*/_bulk";
  private static final Load LOAD = Load.of(200, 1);
  private static final Duration REQUEST = Duration.ofSeconds(6);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final String name = "f" + UUID.randomUUID().toString().substring(0, 8);

  private static ClusterSettings at(URI host) {
    return ClusterSettings.of(host.toString()).withTimeouts(SECOND, REQUEST, Duration.ofMinutes(1));
  }

  private ClusterIndexes indexes(Node node, ClusterSettings settings) {
    return new ClusterIndexes(node.connect(settings), name);
  }

  @ParameterizedTest
  @EnumSource
  void aStormOf429LosesNothing(Node node) throws IOException {
    survives(node, .6, 20, new Fault.Overloaded(""));
  }

  @ParameterizedTest
  @EnumSource
  void aFewRefusedItemsAreSentAgainAlone(Node node) throws IOException {
    survives(node, .8, 20, new Fault.ItemsFail(.3, 429));
    survives(node, .8, 20, new Fault.ItemsFail(.3, 503));
  }

  @ParameterizedTest
  @EnumSource
  void aWriteWhoseAnswerWasLostIsRepeatedWithoutHarm(Node node) throws IOException {
    survives(node, .5, 20, new Fault.AnswerLost());
  }

  @ParameterizedTest
  @EnumSource
  void aWriteWhoseAnswerCameTooLateIsRepeatedWithoutHarm(Node node) throws IOException {
    survives(node, 1, 1, new Fault.AnswerLate(REQUEST.plus(SECOND)));
  }

  /// Indexes through a proxy that has a fault for that share of the bulk requests.
  ///
  /// @param most that it happens
  private void survives(Node node, double share, int most, Fault fault) throws IOException {
    try (var proxy = new FaultProxy(URI.create(node.host()), 7);
        var indexes = indexes(node, at(proxy.uri()))) {
      var rule = proxy.let(BULK, share, most, fault);

      LOAD.index(indexes);
      proxy.calm();

      assertThat(rule.happened()).isPositive();
      LOAD.assertServedBy(indexes);
    } finally {
      node.clean(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void retryAfterIsHeeded(Node node) throws IOException {
    try (var proxy = new FaultProxy(URI.create(node.host()), 7);
        var indexes = indexes(node, at(proxy.uri()))) {
      proxy.let(BULK, 1, 1, new Fault.Overloaded("2"));

      long began = System.nanoTime();
      LOAD.index(indexes);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
      LOAD.assertServedBy(indexes);
    } finally {
      node.clean(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameCommandAgainEndsTheSameWhateverAnswersWereLost(Node node) throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      try (var proxy = new FaultProxy(URI.create(node.host()), seed);
          var indexes = indexes(node, at(proxy.uri()))) {
        var lost = proxy.let("^(PUT|POST|DELETE) ", .15, new Fault.AnswerLost());
        var refused = proxy.let("^", .1, new Fault.Answer(503, "{}"));

        LOAD.indexAgainAndAgain(indexes, 40);
        proxy.calm();

        assertThat(lost.happened() + refused.happened()).as("seed " + seed).isPositive();
        LOAD.assertServedBy(indexes);
        indexes.keep(1);
        assertThat(indexes.generations()).containsExactly(indexes.current().orElseThrow());
      } finally {
        node.clean(name);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSearchThatIsRefusedFailsAndSaysSo(Node node) throws IOException {
    try (var proxy = new FaultProxy(URI.create(node.host()), 7);
        var indexes = indexes(node, at(proxy.uri()))) {
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
      node.clean(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoWhoMoveTheAliasAtOnceTheLoserIsTold(Node node) throws Exception {
    try (var one = indexes(node, at(URI.create(node.host())));
        var other = indexes(node, at(URI.create(node.host())))) {
      var generations = new ArrayList<String>();
      for (int i = 0; i < 3; i++) {
        generations.add(Load.of(8, i).index(one));
      }
      AliasRace.run(one, other, generations, 6);
    } finally {
      node.clean(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheRightPasswordOrKeyIsLetIn(Node node) throws IOException {
    String basic = "Basic " + Base64.getEncoder().encodeToString("whet:s3cret".getBytes(UTF_8));
    List<String> known = List.of(basic, "ApiKey a2V5");
    try (var guard = new GuardProxy(URI.create(node.host()), known::contains)) {
      var settings = at(guard.uri()).withCaFile(guard.certificate());

      for (var wrong :
          List.of(
              new Credentials.None(),
              new Credentials.Basic("whet", "guessed"),
              new Credentials.ApiKey("Z3Vlc3NlZA=="))) {
        assertThatThrownBy(() -> node.connect(settings.withCredentials(wrong)))
            .isInstanceOf(Failure.Refused.class)
            .hasMessageContaining("401")
            .hasMessageContaining("password_env")
            .hasMessageNotContainingAny("guessed", "Z3Vlc3NlZA");
      }
      for (var right :
          List.of(new Credentials.Basic("whet", "s3cret"), new Credentials.ApiKey("a2V5"))) {
        try (var indexes = indexes(node, settings.withCredentials(right))) {
          LOAD.index(indexes);
          LOAD.assertServedBy(indexes);
        }
      }
    } finally {
      node.clean(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCertificateThatNobodyVouchesForIsNotTrusted(Node node) throws IOException {
    try (var guard = new GuardProxy(URI.create(node.host()), _ -> true)) {
      assertThatThrownBy(() -> node.connect(at(guard.uri())))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("trusted")
          .hasMessageContaining("ca_file");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherVersionIsRefused(Node node) throws IOException {
    String root = node.call("GET", "/", "").toString();
    String old = root.replace("\"9.5.3\"", "\"8.19.2\"").replace("\"3.5.0\"", "\"2.19.0\"");
    try (var proxy = new FaultProxy(URI.create(node.host()), 7)) {
      proxy.let("GET /$", 1, new Fault.Answer(200, old));

      assertThatThrownBy(() -> node.connect(at(proxy.uri())))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining(node == Node.ELASTICSEARCH ? "8.19.2" : "2.19.0")
          .hasMessageContaining("upgrade");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOtherEngineIsRefused(Node node) {
    var other = node == Node.ELASTICSEARCH ? Node.OPENSEARCH : Node.ELASTICSEARCH;

    assertThatThrownBy(() -> node.connect(at(URI.create(other.host()))))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("name it under `" + other.name().toLowerCase(Locale.ROOT) + ":`");
  }

  @ParameterizedTest
  @EnumSource
  void whereNothingListensTheHostIsNamed(Node node) throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    assertThatThrownBy(() -> node.connect(at(nobody)))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining(nobody.toString())
        .hasMessageContaining("`hosts`");
  }
}
