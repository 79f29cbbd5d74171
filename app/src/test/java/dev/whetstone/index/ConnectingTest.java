package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Credentials;
import dev.whetstone.servers.Fault;
import dev.whetstone.servers.FaultProxy;
import dev.whetstone.servers.GuardProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// How a cluster is reached. A server that speaks TLS and looks at `Authorization` stands before
/// the real node, which knows no security.
@ParameterizedClass
@EnumSource(Node.class)
class ConnectingTest {
  private static final String SECRET = "s3cret-pass";
  private static final Credentials ANN = new Credentials.Basic("ann", SECRET);
  private static final Credentials KEY = new Credentials.ApiKey("a2V5OnZhbHVl");
  private static final List<String> WELCOME =
      Stream.of(ANN, KEY).map(each -> each.header().orElseThrow()).toList();

  private final Node node;

  ConnectingTest(Node node) {
    this.node = node;
  }

  @Test
  void passwordsAndKeysOpenAClusterBehindTls() throws IOException {
    String name = "c" + UUID.randomUUID().toString().substring(0, 8);
    var load = Load.of(200, 1);
    try (var guard = guard()) {
      for (Credentials each : List.of(ANN, KEY)) {
        ClusterClient client = node.connect(behind(guard).withCredentials(each));
        try (var indexes = new ClusterIndexes(client, name)) {
          load.index(indexes);
          load.assertServedBy(indexes);
        }
      }
    } finally {
      node.clean(name);
    }
  }

  @Test
  void aWrongPasswordOrKeyIsRefusedAndStandsInNoMessage() throws IOException {
    try (var guard = guard()) {
      for (Credentials wrong :
          List.of(
              new Credentials.None(),
              new Credentials.Basic("ann", "wr0ng-" + SECRET),
              new Credentials.ApiKey("wr0ng-" + SECRET))) {
        ClusterSettings settings = behind(guard).withCredentials(wrong);

        assertThatThrownBy(() -> node.connect(settings))
            .isInstanceOf(Failure.Refused.class)
            .hasMessageContainingAll(settings.where(), "401", "api_key_env or password_env")
            .hasMessageNotContaining(SECRET);
        assertThat(settings.toString()).doesNotContain(SECRET);
      }
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted() throws IOException {
    try (var guard = guard()) {
      ClusterSettings settings = behind(guard).withCaFile(null).withCredentials(ANN);

      assertThatThrownBy(() -> node.connect(settings))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContainingAll("could not be trusted", "ca_file");
    }
  }

  @Test
  void aCertificateOfAnotherHostIsNotTrusted() throws IOException {
    try (var guard =
        new GuardProxy(URI.create(node.host()), WELCOME::contains, "dns:other.example")) {
      ClusterSettings settings = behind(guard).withCredentials(ANN);

      assertThatThrownBy(() -> node.connect(settings))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContainingAll(
              "could not be trusted", "doesn't match", "name the hosts as their certificates do");
    }
  }

  @Test
  void aHostThatDoesNotAnswerIsPassedOver() {
    try (ClusterClient client =
        node.connect(ClusterSettings.of("http://127.0.0.1:1", node.host()))) {
      assertThat(client.version()).isNotEmpty();
    }
  }

  @Test
  void whenNoHostAnswersItIsNamed() {
    assertThatThrownBy(() -> node.connect(ClusterSettings.of("http://127.0.0.1:1")))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContainingAll("http://127.0.0.1:1", "Check that it runs", "`hosts`");
  }

  @Test
  void aHostThatIsTooSlowIsNamed() throws IOException {
    try (var proxy = new FaultProxy(URI.create(node.host()), 7)) {
      proxy.let("GET /$", 1, new Fault.AnswerLate(Duration.ofSeconds(3)));
      ClusterSettings settings =
          ClusterSettings.of(proxy.uri().toString())
              .withTimeouts(
                  new ClusterSettings.Timeouts(
                      Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofSeconds(1)));

      assertThatThrownBy(() -> node.connect(settings))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining(settings.where());
    }
  }

  @Test
  void anotherMajorVersionIsRefusedByName() throws IOException {
    String old = node == Node.ELASTICSEARCH ? "8.19.2" : "2.19.1";
    ObjectNode root = (ObjectNode) node.call("GET", "/", "");
    ((ObjectNode) root.path("version")).put("number", old);
    try (var proxy = new FaultProxy(URI.create(node.host()), 7)) {
      proxy.let("GET /$", 1, new Fault.Answer(200, root.toString()));

      assertThatThrownBy(() -> node.connect(ClusterSettings.of(proxy.uri().toString())))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContainingAll(proxy.uri().toString(), old, "upgrade the cluster");
    }
  }

  @Test
  void theOtherEngineIsRefusedByName() {
    Node other = node == Node.ELASTICSEARCH ? Node.OPENSEARCH : Node.ELASTICSEARCH;

    assertThatThrownBy(() -> node.connect(ClusterSettings.of(other.host())))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("name it under `" + other.name().toLowerCase(Locale.ROOT) + ":`");
  }

  @Test
  void aHostThatHoldsAPasswordIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> ClusterSettings.of("https://ann:" + SECRET + "@localhost:9200"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("password_env")
        .hasMessageNotContaining(SECRET);
  }

  private GuardProxy guard() throws IOException {
    return new GuardProxy(URI.create(node.host()), WELCOME::contains);
  }

  private static ClusterSettings behind(GuardProxy guard) {
    return ClusterSettings.of(guard.uri().toString()).withCaFile(guard.certificate());
  }
}
