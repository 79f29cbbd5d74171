package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.serving.WorkLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A server of a [StubApplication], and how the tests ask it.
abstract class StubbedServer {
  static final ObjectMapper JSON = new ObjectMapper();

  static final String LUCENE =
      "{\"name\":\"demo\",\"retriever\":{\"type\":\"lucene\",\"index\":\"docs\"}}";

  @TempDir Path folder;

  StubApplication engine;

  final HttpClient client = HttpClient.newHttpClient();

  Catalog catalog;

  Server server;

  @BeforeEach
  void start() {
    catalog = Catalog.open(folder.resolve("catalog.db"));
    engine = new StubApplication(catalog);
    server = start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0));
  }

  @AfterEach
  void stop() {
    engine.go.countDown();
    server.close();
    catalog.close();
  }

  static ServerSettings narrow(int concurrent, int memory) {
    var d = ServerSettings.Intake.DEFAULT;
    return ServerSettings.DEFAULT
        .withAddress("127.0.0.1", 0)
        .with(
            new ServerSettings.Intake(
                d.connections(),
                d.headPatience(),
                d.requestBytes(),
                memory,
                Duration.ofMillis(300),
                Duration.ofSeconds(2)))
        .with(new WorkLimits(concurrent, Duration.ofMillis(100), 1, 4, d.connections()))
        .withGrace(Duration.ofSeconds(3));
  }

  Server start(ServerSettings settings) {
    return Server.start(settings, engine);
  }

  String create(String body) throws Exception {
    return JSON.readTree(post("/v1/apps/rag/create", body).body()).get("id").textValue();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path));
  }

  static HttpRequest posted(URI uri, String body) {
    return HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(3000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      var bytes = new byte[4096];
      int n = socket.getInputStream().read(bytes);
      return new String(bytes, 0, Math.max(0, n), StandardCharsets.ISO_8859_1);
    }
  }

  static String code(HttpResponse<String> reply) throws IOException {
    return JSON.readTree(reply.body()).get("code").textValue();
  }

  static void assertProblem(HttpResponse<String> reply, int status, String said)
      throws IOException {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    JsonNode problem = JSON.readTree(reply.body());
    assertThat(problem.get("message").textValue()).contains(said);
    assertThat(problem.get("code").textValue()).isNotEmpty();
    assertThat(problem.get("request_id").textValue()).isNotEmpty();
  }
}
