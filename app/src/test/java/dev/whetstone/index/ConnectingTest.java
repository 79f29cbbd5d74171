package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.whetstone.core.Failure;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  private final Node node;
  private final List<HttpServer> servers = new ArrayList<>();
  @TempDir Path folder = Path.of("");

  ConnectingTest(Node node) {
    this.node = node;
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void passwordsAndKeysOpenAClusterBehindTls() {
    ClusterSettings settings = guarded("localhost");

    for (Credentials each : List.of(ANN, KEY)) {
      try (ClusterClient client = node.connect(settings.withCredentials(each))) {
        assertThat(client.version()).isNotEmpty();
      }
    }
  }

  @Test
  void aWrongPasswordIsRefusedAndStandsInNoMessage() {
    ClusterSettings settings =
        guarded("localhost").withCredentials(new Credentials.Basic("ann", "wr0ng-" + SECRET));

    assertThatThrownBy(() -> node.connect(settings))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(settings.where())
        .hasMessageContaining("401")
        .hasMessageContaining("password_env")
        .message()
        .doesNotContain(SECRET);
    assertThat(settings.toString()).doesNotContain(SECRET);
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted() {
    ClusterSettings settings = guarded("localhost").withCaFile(null).withCredentials(ANN);

    assertThatThrownBy(() -> node.connect(settings))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("could not be trusted")
        .hasMessageContaining("ca_file");
  }

  @Test
  void aCertificateOfAnotherHostIsNotTrusted() {
    ClusterSettings settings = guarded("other.example").withCredentials(ANN);

    assertThatThrownBy(() -> node.connect(settings))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("could not be trusted")
        .hasMessageContaining("other.example");
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
        .hasMessageContaining("http://127.0.0.1:1")
        .hasMessageContaining("Check that it runs");
  }

  @Test
  void aHostThatIsTooSlowIsNamed() {
    ClusterSettings settings =
        ClusterSettings.of(
                plain(
                    exchange -> {
                      pause(3000);
                      answer(exchange, 200, "{}");
                    }))
            .withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofSeconds(1));

    assertThatThrownBy(() -> node.connect(settings))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining(settings.where());
  }

  @Test
  void anotherMajorVersionIsRefusedByName() {
    String old = node == Node.ELASTICSEARCH ? "8.19.2" : "2.19.1";
    String distribution = node == Node.ELASTICSEARCH ? "" : "\"distribution\": \"opensearch\", ";
    String host =
        plain(
            exchange ->
                answer(
                    exchange,
                    200,
                    "{\"version\": {" + distribution + "\"number\": \"" + old + "\"}}"));

    assertThatThrownBy(() -> node.connect(ClusterSettings.of(host)))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(host)
        .hasMessageContaining(old)
        .hasMessageContaining("upgrade the cluster");
  }

  @Test
  void theOtherEngineIsRefusedByName() {
    Node other = node == Node.ELASTICSEARCH ? Node.OPENSEARCH : Node.ELASTICSEARCH;

    assertThatThrownBy(() -> node.connect(ClusterSettings.of(other.host())))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("name it under `" + other.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void aHostThatHoldsAPasswordIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> ClusterSettings.of("https://ann:" + SECRET + "@localhost:9200"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("password_env")
        .message()
        .doesNotContain(SECRET);
  }

  /// A server with a certificate of that name before the node.
  private ClusterSettings guarded(String name) {
    try {
      Path store = folder.resolve(name + ".p12");
      Path certificate = folder.resolve(name + ".pem");
      keytool(
          "-genkeypair",
          "-keyalg",
          "EC",
          "-alias",
          "node",
          "-dname",
          "CN=" + name,
          "-ext",
          "SAN=dns:" + name,
          "-validity",
          "2",
          "-storetype",
          "PKCS12",
          "-keystore",
          store + "");
      keytool(
          "-exportcert",
          "-rfc",
          "-alias",
          "node",
          "-file",
          certificate + "",
          "-keystore",
          store + "");
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, "changeit".toCharArray());
      }
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, "changeit".toCharArray());
      var tls = SSLContext.getInstance("TLS");
      tls.init(managers.getKeyManagers(), null, null);
      var server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      start(server, this::guard);
      return ClusterSettings.of("https://localhost:" + server.getAddress().getPort())
          .withCaFile(certificate);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void guard(HttpExchange exchange) throws IOException {
    String told = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (List.of(ANN.header().orElseThrow(), KEY.header().orElseThrow()).contains(told)) {
      answer(exchange, 200, node.call("GET", exchange.getRequestURI().toString(), "").toString());
    } else {
      answer(exchange, 401, "{\"error\": {\"type\": \"security_exception\", \"reason\": \"no\"}}");
    }
  }

  private String plain(Answering answering) {
    try {
      var server = HttpServer.create(loopback(), 0);
      start(server, answering);
      return "http://127.0.0.1:" + server.getAddress().getPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Answering {
    void to(HttpExchange exchange) throws IOException;
  }

  private void start(HttpServer server, Answering answering) {
    server.createContext("/", answering::to);
    server.start();
    servers.add(server);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().putAll(Map.of("Content-Type", List.of("application/json")));
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void keytool(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", "changeit"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor()).as(output).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
