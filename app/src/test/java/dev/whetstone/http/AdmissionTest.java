package dev.whetstone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.ModelPlaces;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.deploy.TestLeases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Who is let in, held against every route that the server has: a new route is covered as it is
/// added.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionTest {
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
          "");

  @TempDir private static Path folder;
  private Catalog catalog;
  private Embeddings embeddings;
  private Registrations registrations;
  private Server locked;
  private Server unlocked;

  @BeforeAll
  void start() throws IOException {
    Model model = TinyBert.write(folder.resolve("models/tiny/1"), 1);
    var deployments = new Deployments(folder, folder.resolve("deployments"));
    embeddings =
        new Embeddings(
            "docs",
            () -> model,
            TestLeases.of(this::encoder),
            deployments,
            EmbeddingLimits.DEFAULT);
    registrations =
        new Registrations(
            deployments,
            new ModelPlaces(
                folder, null, folder.resolve("models"), folder.resolve("d"), List.of(), Map.of()),
            TestLeases.of(this::encoder));
    catalog = Catalog.open(folder.resolve("catalog.db"));
    var settings = ServerSettings.DEFAULT.withAddress("127.0.0.1", 0);
    locked = start(settings.withApiKey("k3y"));
    unlocked = start(settings.withNames(List.of("Rag.Example")));
  }

  private Encoder encoder(Model of) {
    return Encoders.open(of, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
  }

  private Server start(ServerSettings settings) {
    return Server.start(settings, new StubApplication(catalog), embeddings, registrations);
  }

  @AfterAll
  void stop() {
    locked.close();
    unlocked.close();
    registrations.close();
    embeddings.close();
    catalog.close();
  }

  Stream<Server.Route> routes() {
    return Stream.concat(
        locked.routes().stream(),
        Stream.of(
            new Server.Route("GET", "/nothing/here"),
            new Server.Route("TRACE", "/v1/apps"),
            new Server.Route("PATCH", "/health")));
  }

  @Test
  void theRoutesAreKnown() {
    assertThat(locked.routes())
        .contains(
            new Server.Route("GET", "/health"),
            new Server.Route("POST", "/v1/apps/{id}/retrieve"),
            new Server.Route("POST", "/v1/embeddings"),
            new Server.Route("PUT", "/_plugins/_ml/models/_upload"));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void withAKeyARouteAnswersOnlyCallersThatShowItAndAreNoPageOfAnotherSite(Server.Route route)
      throws IOException {
    boolean open = Set.of("/health", "/ready").contains(route.path());
    for (String key : List.of("", "Bearer k3", "Bearer k3y")) {
      for (String host : List.of("localhost", "rag.example", "evil.example")) {
        for (String origin : List.of("", "http://" + host, "https://evil.example:1", "null")) {
          for (String upgrade : List.of("", UPGRADE)) {
            var reply = send(locked, route, host, key, origin, upgrade);

            boolean foreign = origin.equals("null") || origin.endsWith(":1");
            int expected =
                foreign
                    ? 403
                    : !open && !key.equals("Bearer k3y")
                        ? route.path().startsWith("/dify/") ? 403 : 401
                        : upgrade.isEmpty() ? 0 : 403;
            hold(reply, expected, route + " " + List.of(key, host, origin, upgrade));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void withoutAKeyARouteAnswersOnlyUnderTheServersOwnNames(Server.Route route) throws IOException {
    for (String host : List.of("localhost", "127.0.0.1", "[::1]", "rag.example", "evil.example")) {
      for (String origin : List.of("", "http://" + host, "https://evil.example", "null")) {
        for (String upgrade :
            List.of("", UPGRADE, "Connection: Upgrade\r\nUpgrade: WebSocket\r\n")) {
          var reply = send(unlocked, route, host, "", origin, upgrade);

          boolean foreign = !origin.isEmpty() && !origin.equals("http://" + host);
          boolean refused = foreign || host.equals("evil.example") || !upgrade.isEmpty();
          hold(reply, refused ? 403 : 0, route + " " + List.of(host, origin, upgrade));
        }
      }
    }
  }

  /// @param expected 0 where the request is let in
  private static void hold(RawHttp.Reply reply, int expected, String request) throws IOException {
    assertThat(reply.head()).as(request).doesNotContain("set-cookie", "101 switching");
    assertThat(reply.header("x-request-id")).as(request).isNotEmpty();
    assertThat(reply.header("x-content-type-options")).as(request).isEqualTo("nosniff");
    assertThat(reply.header("content-type")).as(request).isEqualTo("application/json");
    if (expected == 0) {
      assertThat(reply.status()).as(request).isPositive().isNotIn(401, 403);
    } else {
      assertThat(reply.status()).as(request).isEqualTo(expected);
    }
    if (!reply.body().isEmpty()) {
      assertThat(reply.json().isObject()).as(request).isTrue();
    }
  }

  private static RawHttp.Reply send(
      Server server, Server.Route route, String host, String key, String origin, String upgrade)
      throws IOException {
    String headers =
        "Host: "
            + host
            + "\r\n"
            + (key.isEmpty() ? "" : "Authorization: " + key + "\r\n")
            + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
            + upgrade;
    String path = route.path().replaceAll("[{<][a-z]+[}>]", "x");
    return RawHttp.send(server.port(), route.method(), path, headers, "");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8088, http://localhost:8088, true",
    "localhost:8088, http://localhost:3000, false",
    "localhost:8088, http://localhost, false",
    "localhost, http://localhost:80, true",
    "localhost:8088, ftp://localhost:8088, false",
    "localhost:8088, http://x@localhost:8088, false",
    "localhost:8088, http://127.0.0.1:8088, false",
    "localhost:8088, https://localhost:8088, true",
    "localhost:PORT, https://localhost:PORT, false",
    "localhost:PORT, http://localhost:PORT, true",
    "rag.example, https://RAG.example, true",
    "rag.example, https://rag.example:444, false",
    "[::1]:8088, 'http://[::1]:8088', true",
    "localhost:8088, 'http://localhost:8088, http://evil.example', false",
  })
  void aPagesOriginCountsWithItsSchemeAndPort(String host, String origin, boolean taken)
      throws IOException {
    String port = Integer.toString(unlocked.port());
    String headers =
        "Host: %s\r\nOrigin: %s\r\n"
            .formatted(host.replace("PORT", port), origin.replace("PORT", port));

    var reply = RawHttp.send(unlocked.port(), "GET", "/health", headers, "");

    assertThat(reply.status()).isEqualTo(taken ? 200 : 403);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 192.168.1.7:8088, true",
    "0.0.0.0, '[fe80::1]', true",
    "0.0.0.0, localhost, true",
    "0.0.0.0, rag.example:8088, true",
    "0.0.0.0, evil.example, false",
    "0.0.0.0, 1.2.3.4.evil.example, false",
    "127.0.0.1, 192.168.1.7, false",
  })
  void withoutAKeyAPublicAddressIsReachedByAddressOrKnownName(
      String bound, String host, boolean taken) throws IOException {
    var settings = ServerSettings.DEFAULT.withAddress(bound, 0).withNames(List.of("rag.example"));
    try (Server server = start(settings)) {
      var reply = RawHttp.send(server.port(), "GET", "/v1/apps", "Host: " + host + "\r\n", "");

      assertThat(reply.status()).isEqualTo(taken ? 200 : 403);
      if (!taken) {
        assertThat(reply.body()).contains("serve.names");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void aMethodInAHeaderIsNotTakenForTheRequestsOwn(Server.Route route) throws IOException {
    String headers = "Host: localhost\r\nX-HTTP-Method-Override: DELETE\r\n";
    String path = route.path().replaceAll("[{<][a-z]+[}>]", "x");

    var reply = RawHttp.send(unlocked.port(), route.method(), path, headers, "");

    assertThat(reply.status()).isEqualTo(400);
  }

  @Test
  void javasOwnClientWhichOffersAnotherHttpVersionIsAnswered() throws IOException {
    var reply =
        RawHttp.send(
            unlocked.port(),
            "GET",
            "/health",
            String.join(
                "\r\n",
                "Host: localhost",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAEAAEAAAAIAAAAB",
                ""),
            "");

    assertThat(reply.status()).isEqualTo(200);
  }

  /// The rest of a refused body was waited for, for a second, though it was there.
  @Test
  @Timeout(10)
  void refusedBodiesThatAreThereAreNotWaitedFor() throws IOException {
    for (int i = 0; i < 15; i++) {
      assertThat(
              RawHttp.send(locked.port(), "POST", "/v1/apps/x/retrieve", "Host: x\r\n", "{}")
                  .status())
          .isEqualTo(401);
      assertThat(
              RawHttp.send(
                      unlocked.port(),
                      String.join(
                          "\r\n",
                          "POST /v1/apps/x/retrieve HTTP/1.1",
                          "Host: localhost",
                          "Connection: close",
                          "Transfer-Encoding: chunked",
                          "",
                          "2",
                          "{}",
                          "0",
                          "",
                          ""))
                  .status())
          .isEqualTo(404);
    }
  }

  @Test
  @Timeout(30)
  void aHeadThatComesLineByLineOrNeverIsNotWaitedFor() throws Exception {
    var d = ServerSettings.Intake.DEFAULT;
    var hasty =
        new ServerSettings.Intake(
            d.connections(),
            Duration.ofMillis(200),
            d.requestBytes(),
            d.memory(),
            d.bodyPatience(),
            d.replyPatience());
    try (Server server = start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).with(hasty));
        var silent = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      var out = socket.getOutputStream();
      out.write("GET /health HTTP/1.1\r\nHost: localhost\r\n".getBytes(UTF_8));

      silent.setSoTimeout(10_000);
      assertThat(silent.getInputStream().read()).as("one that sends nothing").isEqualTo(-1);
      boolean closed = false;
      while (!closed) { // for ever, did the server wait
        Thread.sleep(20);
        try {
          out.write("X-a: b\r\n".getBytes(UTF_8));
        } catch (IOException _) {
          closed = true;
        }
      }

      assertThat(RawHttp.send(server.port(), "GET", "/health", "Host: localhost\r\n", "").status())
          .isEqualTo(200);
    }
  }

  @Test
  void moreConnectionsThanAllowedWaitUntilOthersClose() throws Exception {
    try (Server server =
        start(
            ServerSettings.DEFAULT
                .withAddress("127.0.0.1", 0)
                .with(ServerSettings.Intake.DEFAULT.withConnections(3)))) {
      var open = new ArrayList<Socket>();
      for (int i = 0; i < 3; i++) {
        open.add(asking(server));
        assertThat(open.getLast().getInputStream().read()).isPositive();
      }
      try (Socket further = asking(server)) {
        further.setSoTimeout(500);
        assertThatThrownBy(() -> further.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);

        for (Socket socket : open) {
          socket.close();
        }

        further.setSoTimeout(10_000);
        assertThat(further.getInputStream().read()).isPositive();
      }
    }
  }

  private static Socket asking(Server server) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket
        .getOutputStream()
        .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
    return socket;
  }
}
