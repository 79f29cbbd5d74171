package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.servers.Fault;
import dev.whetstone.servers.FaultProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
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
    return ClusterSettings.of(host.toString())
        .withTimeouts(new ClusterSettings.Timeouts(SECOND, REQUEST, Duration.ofMinutes(1)));
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
    try (var proxy = new FaultProxy(URI.create(node.host()), 2);
        var indexes = indexes(node, at(proxy.uri()))) {
      var lost = proxy.let("^(PUT|POST|DELETE) ", .15, new Fault.AnswerLost());
      var refused = proxy.let("^", .1, new Fault.Answer(503, "{}"));

      LOAD.indexAgainAndAgain(indexes, 40);
      proxy.calm();

      assertThat(lost.happened()).isPositive();
      assertThat(refused.happened()).isPositive();
      LOAD.assertServedBy(indexes);
      indexes.keep(1);
      assertThat(indexes.generations()).containsExactly(indexes.current().orElseThrow());
    } finally {
      node.clean(name);
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
}
