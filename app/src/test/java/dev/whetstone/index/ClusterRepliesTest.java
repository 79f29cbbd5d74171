package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.whetstone.core.EndlessServer;
import dev.whetstone.core.Failure;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Credentials;
import dev.whetstone.index.elasticsearch.Elasticsearch;
import dev.whetstone.index.opensearch.OpenSearch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What a hostile or broken server answers in a cluster's place.
class ClusterRepliesTest {
  private static final List<Function<ClusterSettings, AutoCloseable>> ENGINES =
      List.of(Elasticsearch::connect, OpenSearch::connect);

  @Test
  void aReplyWithoutEndIsNotReadWholePackedOrNot() throws Exception {
    for (EndlessServer.Form form : List.of(EndlessServer.Form.CHUNKED, EndlessServer.Form.GZIP)) {
      try (var server =
          new EndlessServer(
              200,
              form,
              "{",
              Map.of("Content-Type", "application/json", "X-Elastic-Product", "Elasticsearch"))) {
        for (var engine : ENGINES) {
          ClusterSettings settings = ClusterSettings.of(server.uri().toString());
          assertThatThrownBy(() -> engine.apply(settings)).isInstanceOf(Failure.class);
        }
      }
    }
  }

  @Test
  void aRedirectIsNotFollowedAndTheKeyIsNotSentThere() throws Exception {
    var stolen = new AtomicInteger();
    HttpServer other = server();
    other.createContext(
        "/",
        exchange -> {
          stolen.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
        });
    HttpServer first = server();
    first.createContext(
        "/",
        exchange -> {
          String to = "http://127.0.0.1:" + other.getAddress().getPort() + "/";
          exchange.getResponseHeaders().set("Location", to);
          exchange.sendResponseHeaders(307, -1);
        });
    try {
      for (var engine : ENGINES) {
        var settings =
            ClusterSettings.of("http://127.0.0.1:" + first.getAddress().getPort())
                .withCredentials(new Credentials.ApiKey("s3cret"));
        assertThatThrownBy(() -> engine.apply(settings)).isInstanceOf(Failure.class);
      }
      assertThat(stolen).hasValue(0);
    } finally {
      first.stop(0);
      other.stop(0);
    }
  }

  @Test
  void aHostThatIsAMetadataAddressIsRefused() {
    assertThatThrownBy(() -> ClusterSettings.of("http://169.254.169.254:9200"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("169.254.169.254");
  }

  private static HttpServer server() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    return server;
  }
}
