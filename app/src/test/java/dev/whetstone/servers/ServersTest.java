package dev.whetstone.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServersTest {
  @Test
  void elasticsearchNamesItsVersionAndFindsTheNearestVector() {
    var server = Servers.elasticsearch();

    assertThat(server.call("GET", "/", "").body()).contains("\"number\":\"9.5.3\"");
    server.call(
        "PUT",
        "/harness",
        """
        {"mappings": {"properties": {"v": {"type": "dense_vector", "dims": 2, "similarity": "cosine"}}}}""");
    server.call("PUT", "/harness/_doc/east?refresh=true", "{\"v\": [1, 0]}");
    server.call("PUT", "/harness/_doc/north?refresh=true", "{\"v\": [0, 1]}");
    var found =
        server.call(
            "POST",
            "/harness/_search?filter_path=hits.hits._id",
            "{\"knn\": {\"field\": \"v\", \"query_vector\": [1, 0.1], \"k\": 1}}");
    server.call("DELETE", "/harness", "");

    assertThat(found.body()).isEqualTo("{\"hits\":{\"hits\":[{\"_id\":\"east\"}]}}");
  }

  @Test
  void openSearchNamesItsVersionAndFindsTheNearestVector() {
    var server = Servers.opensearch();

    assertThat(server.call("GET", "/", "").body()).contains("\"number\" : \"3.5.0\"");
    server.call(
        "PUT",
        "/harness",
        """
        {"settings": {"index.knn": true}, "mappings": {"properties": {"v": {"type": "knn_vector", "dimension": 2,
         "method": {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}}}}}""");
    server.call("PUT", "/harness/_doc/east?refresh=true", "{\"v\": [1, 0]}");
    server.call("PUT", "/harness/_doc/north?refresh=true", "{\"v\": [0, 1]}");
    var found =
        server.call(
            "POST",
            "/harness/_search?filter_path=hits.hits._id",
            "{\"query\": {\"knn\": {\"v\": {\"vector\": [1, 0.1], \"k\": 1}}}}");
    server.call("DELETE", "/harness", "");

    assertThat(found.body()).isEqualTo("{\"hits\":{\"hits\":[{\"_id\":\"east\"}]}}");
  }

  @Test
  void theS3ServerRefusesWhoeverDoesNotSign() {
    assertThat(Servers.s3proxy().call("PUT", "/bucket", "").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @EnumSource
  void aServerListensOnTheLoopbackAddressAlone(ServerKind kind) throws IOException {
    var server =
        switch (kind) {
          case ELASTICSEARCH -> Servers.elasticsearch();
          case OPENSEARCH -> Servers.opensearch();
          case S3PROXY -> Servers.s3proxy();
        };

    assertThat(Loopback.addressesListeningOn(server.uri().getPort())).containsOnly("127.0.0.1");
  }

  @Test
  void aKilledServerIsSeenAndAnswersAgainAfterItsRestart() {
    try (var server = Servers.start(ServerKind.S3PROXY, ServerOptions.single())) {
      long before = server.pid();

      server.kill();
      assertThat(server.isAlive()).isFalse();
      assertThatThrownBy(() -> server.call("GET", "/", ""))
          .isInstanceOf(UncheckedIOException.class);
      server.restart(true);

      assertThat(server.pid()).isNotEqualTo(before);
      assertThat(server.call("PUT", "/bucket", "").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void aServerThatCannotStartSaysWhyAtOnce() {
    var options = ServerOptions.single().withSettings(Map.of("no.such.setting", "1"));

    assertThatThrownBy(() -> Servers.start(ServerKind.ELASTICSEARCH, options))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("elasticsearch ended with 1")
        .hasMessageContaining("no.such.setting");
  }

  @Test
  void aServerEndsWithTheProcessThatStartedItEvenIfThatIsKilled() throws Exception {
    var starter =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(Start.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString(),
                Start.class.getName(),
                "s3proxy")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      var server = ProcessHandle.of(pidSaidBy(starter)).orElseThrow();

      starter.destroyForcibly().waitFor();

      assertThat(server.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
    } finally {
      starter.destroyForcibly();
    }
  }

  private static long pidSaidBy(Process starter) throws IOException {
    try (var out =
        new BufferedReader(
            new InputStreamReader(starter.getInputStream(), StandardCharsets.UTF_8))) {
      var words = out.readLine().split(" ", -1); // s3proxy http://127.0.0.1:PORT PID
      return Long.parseLong(words[2]);
    }
  }
}
