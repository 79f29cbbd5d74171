package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.Gate;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.deploy.TestLeases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddingRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EmbeddingLimits LIMITS =
      new EmbeddingLimits(32, 64, 16, 1 << 16, Duration.ofSeconds(30));

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Gate> gates = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean shut;
  private Model model;
  private Encoder alone;
  private Catalog catalog;
  private Embeddings embeddings;
  private @Nullable Registrations registrations;
  private Server server;

  @BeforeEach
  void start() {
    var prompts = new Prompts("query: ", "passage: ");
    model = TinyBert.write(folder.resolve("tiny"), 1, Pooling.MEAN, prompts, 32);
    alone = encoder(model);
    catalog = Catalog.open(folder.resolve("catalog.db"));
    embeddings =
        new Embeddings(
            "docs",
            () -> model,
            TestLeases.of(
                of -> {
                  var gate = new Gate(encoder(of), shut);
                  gates.add(gate);
                  return gate;
                }),
            new Deployments(folder, folder.resolve("deployments")),
            LIMITS);
    server = start(null);
  }

  private Server start(@Nullable String key) {
    var settings = ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).withApiKey(key);
    return Server.start(settings, new StubApplication(catalog), embeddings, registrations);
  }

  @AfterEach
  void stop() {
    gates.forEach(Gate::open);
    server.close();
    embeddings.close();
    catalog.close();
    alone.close();
    client.close();
    threads.shutdownNow();
  }

  private Encoder encoder(Model of) {
    return Encoders.open(of, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + "/v1/embeddings"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
        BodyHandlers.ofString());
  }

  private static float[] floats(JsonNode array) {
    var floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = array.get(i).floatValue();
    }
    return floats;
  }

  private static void refused(
      HttpResponse<String> reply, int status, String code, String param, String says)
      throws IOException {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    JsonNode error = JSON.readTree(reply.body()).get("error");
    assertThat(error.properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("message", "type", "param", "code");
    assertThat(error.get("code").textValue()).isEqualTo(code);
    assertThat(error.get("param").textValue()).isEqualTo(param);
    assertThat(error.get("message").textValue()).contains(says);
  }

  @Test
  void aDeploymentWhoseFolderIsGoneIsUnavailableAndNoPathOfTheServerIsTold() throws Exception {
    Path place = folder.resolve("gone");
    Model gone = TinyBert.write(place, 2, Pooling.MEAN, Prompts.NONE, 32);
    embeddings.deployments().put("gone", place.toString(), gone);
    WholeFile.delete(place);

    var reply = post("{\"model\": \"gone\", \"input\": \"a\"}");

    assertThat(reply.statusCode()).isEqualTo(503);
    assertThat(reply.body()).contains("request_id").doesNotContain(folder.toString());
  }

  @Test
  void aTextOfMegabytesIsReadAsFarAsTheModelReads() throws Exception {
    String head = "pump valve ".repeat(100);

    var brief = post("{\"model\":\"docs\",\"input\":\"" + head + "\"}");
    var vast = post("{\"model\":\"docs\",\"input\":\"" + head + "w ".repeat(30_000) + "\"}");
    var whole =
        post("{\"model\":\"docs\",\"truncate\":false,\"input\":\"" + "w ".repeat(30_000) + "\"}");

    assertThat(vast.body()).isEqualTo(brief.body()).contains("\"embedding\":[");
    assertThat(whole.statusCode()).isEqualTo(400);
    assertThat(whole.body()).contains("60000 characters");
  }

  @Test
  void aNameThatNoModelCanHaveIsUnknown() throws Exception {
    var reply = post("{\"model\":\"a\\u0000b\",\"input\":\"x\"}");

    assertThat(reply.statusCode()).isEqualTo(404);
  }

  @Test
  void aTextHasThePassageVectorOfTheModelInOpenAisShape() throws Exception {
    var reply = post("{\"model\":\"docs\",\"input\":\"the message\",\"user\":\"someone\"}");

    JsonNode body = JSON.readTree(reply.body());
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(body.get("object").textValue()).isEqualTo("list");
    assertThat(body.get("model").textValue()).isEqualTo("docs");
    assertThat(body.get("usage").toString())
        .isEqualTo("{\"prompt_tokens\":12,\"total_tokens\":12}");
    JsonNode only = body.get("data").get(0);
    assertThat(only.get("object").textValue()).isEqualTo("embedding");
    assertThat(only.get("index").intValue()).isZero();
    assertThat(floats(only.get("embedding")))
        .isEqualTo(alone.texts(List.of("0"), List.of("the message"), Progress.NONE).vector(0));
  }

  @Test
  void base64HoldsTheSameFloatsLittleEndian() throws Exception {
    String texts = "\"input\":[\"the message\",\"a queue of messages\"],\"model\":\"docs\"";

    JsonNode floats = JSON.readTree(post("{" + texts + "}").body()).get("data");
    JsonNode base64 =
        JSON.readTree(post("{" + texts + ",\"encoding_format\":\"base64\"}").body()).get("data");

    for (int i = 0; i < 2; i++) {
      byte[] bytes = Base64.getDecoder().decode(base64.get(i).get("embedding").textValue());
      var decoded = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(decoded);
      assertThat(decoded).isEqualTo(floats(floats.get(i).get("embedding"))).hasSize(16);
      assertThat(base64.get(i).get("index").intValue()).isEqualTo(i);
    }
  }

  @Test
  void inputTypeAndPromptNameChooseThePrompt() throws Exception {
    for (String field : List.of("input_type", "prompt_name")) {
      String of = "{\"model\":\"docs\",\"input\":\"the message\",\"" + field + "\":";

      JsonNode query = JSON.readTree(post(of + "\"query\"}").body());
      JsonNode passage = JSON.readTree(post(of + "\"document\"}").body());

      assertThat(floats(query.get("data").get(0).get("embedding")))
          .isEqualTo(alone.query("the message"));
      assertThat(floats(passage.get("data").get(0).get("embedding")))
          .isEqualTo(alone.texts(List.of("0"), List.of("the message"), Progress.NONE).vector(0));
    }
  }

  @Test
  void modelsAreListedAndShownByNameAndVersionAndDeployment() throws Exception {
    embeddings.deployments().put("custom-emb-v1", "tiny", model);

    JsonNode all = JSON.readTree(get("/v1/models").body());
    JsonNode deployed = JSON.readTree(get("/v1/models/custom-emb-v1").body());
    JsonNode version = JSON.readTree(get("/v1/models/tiny-bert").body());

    assertThat(all.get("object").textValue()).isEqualTo("list");
    assertThat(all.get("data"))
        .extracting(m -> m.get("id").textValue())
        .containsExactly("docs", "custom-emb-v1");
    assertThat(deployed.get("object").textValue()).isEqualTo("model");
    assertThat(deployed.get("owned_by").textValue()).isEqualTo("whetstone");
    assertThat(deployed.get("created").longValue()).isPositive();
    assertThat(deployed.get("space").textValue()).isEqualTo(model.space().value());
    assertThat(version.get("id").textValue()).isEqualTo("tiny-bert");
    assertThat(post("{\"model\":\"tiny-bert\",\"input\":\"a\"}").statusCode()).isEqualTo(200);
    refused(get("/v1/models/gpt-4/x"), 404, "model_not_found", "model", "no model \"gpt-4/x\"");
  }

  @Test
  void whatCannotBeDoneIsRefusedWithTheFieldThatAsksForIt() throws Exception {
    String docs = "{\"model\":\"docs\",\"input\":";

    refused(post("{\"model\":\"none\",\"input\":\"a\"}"), 404, "model_not_found", "model", "none");
    refused(post("{\"input\":\"a\"}"), 400, "invalid_parameter", "model", "is missing");
    refused(post("{\"model\":\"docs\"}"), 400, "invalid_parameter", "input", "is missing");
    refused(post(docs + "[1,2,3]}"), 400, "invalid_parameter", "input", "token ids");
    refused(post(docs + "[[1,2],[3]]}"), 400, "invalid_parameter", "input", "token ids");
    refused(
        post(docs + "[\"a\",\"\"]}"), 400, "invalid_parameter", "input", "\"input[1]\" is empty");
    refused(post(docs + "[]}"), 400, "invalid_parameter", "input", "array of texts");
    refused(post(docs + "{}}"), 400, "invalid_parameter", "input", "array of texts");
    refused(post(docs + "\"a\",\"dimensions\":8}"), 400, "invalid_parameter", "dimensions", "16");
    assertThat(post(docs + "\"a\",\"dimensions\":16}").statusCode()).isEqualTo(200);
    refused(
        post(docs + "\"a\",\"encoding_format\":\"int8\"}"),
        400,
        "invalid_parameter",
        "encoding_format",
        "float or base64");
    refused(
        post(docs + "\"a\",\"input_type\":\"image\"}"),
        400,
        "invalid_parameter",
        "input_type",
        "query, passage or document");
    refused(
        post(docs + "\"" + "the ".repeat(99) + "\",\"truncate\":false}"),
        400,
        "invalid_parameter",
        "input",
        "109 tokens");
    refused(post(docs + "\"a\",\"inputs\":1}"), 400, "invalid_parameter", "inputs", "not known");
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    String many = String.join(",", Collections.nCopies(33, "\"a\""));

    refused(
        post("{\"model\":\"docs\",\"input\":[" + many + "]}"),
        413,
        "request_too_large",
        "input",
        "33 entries: at most 32");
    var large = post("{\"model\":\"docs\",\"input\":\"" + "a".repeat(1 << 16) + "\"}");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(JSON.readTree(large.body()).get("error").get("message").textValue())
        .contains("over 65536 bytes");
  }

  @Test
  void theKeyIsAskedForInOpenAisShape() throws Exception {
    server.close();
    server = start("secret");

    var without = post("{\"model\":\"docs\",\"input\":\"a\"}");
    var with =
        client.send(
            HttpRequest.newBuilder(URI.create(server.address() + "/v1/models"))
                .header("Authorization", "Bearer secret")
                .build(),
            BodyHandlers.ofString());

    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(JSON.readTree(without.body()).get("error").get("code").textValue())
        .isEqualTo("invalid_api_key");
    assertThat(with.statusCode()).isEqualTo(200);
  }

  @Test
  void moreClientsThanItServesAreToldWhenToComeAgainAndTheOthersAreServedRight() throws Exception {
    shut = true;
    int clients = 100;
    var replies = new ArrayList<Future<HttpResponse<String>>>();
    for (int i = 0; i < clients; i++) {
      String body = "{\"model\":\"docs\",\"input\":[\"message %d\",\"queue %d\"]}".formatted(i, i);
      replies.add(threads.submit(() -> post(body)));
    }
    // 64 texts are taken on: 32 clients wait at the gate, 68 are sent away at once.
    while (replies.stream().filter(Future::isDone).count() < clients - 32) {
      Thread.sleep(10);
    }
    gates.getFirst().open();

    int served = 0;
    for (int i = 0; i < clients; i++) {
      HttpResponse<String> reply = replies.get(i).get();
      if (reply.statusCode() == 200) {
        served++;
        float[] second = floats(JSON.readTree(reply.body()).get("data").get(1).get("embedding"));
        float[] expected =
            alone.texts(List.of("0"), List.of("queue " + i), Progress.NONE).vector(0);
        assertThat(cosine(second, expected)).isGreaterThan(.99999);
      } else {
        assertThat(reply.statusCode()).isEqualTo(429);
        assertThat(reply.headers().firstValue("Retry-After"))
            .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
        JsonNode error = JSON.readTree(reply.body()).get("error");
        assertThat(error.get("type").textValue()).isEqualTo("rate_limit_error");
        assertThat(error.get("code").textValue()).isEqualTo("rate_limit_exceeded");
      }
    }
    assertThat(served).isEqualTo(32);
    assertThat(post("{\"model\":\"docs\",\"input\":\"again\"}").statusCode()).isEqualTo(200);
  }

  private static double cosine(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static byte[] raw(String body) {
    return "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theTextsOfACallerWhoHungUpAreDropped() throws Exception {
    shut = true;
    String many = String.join(",", Collections.nCopies(32, "\"left alone\""));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(raw("{\"model\":\"docs\",\"input\":[" + many + "]}"));
      while (gates.isEmpty() || gates.getFirst().calls.isEmpty()) {
        Thread.sleep(5);
      }
    }
    Thread.sleep(600); // the server looks five times a second
    gates.getFirst().open();

    assertThat(post("{\"model\":\"docs\",\"input\":\"another\"}").statusCode()).isEqualTo(200);
    List<String> computed = gates.getFirst().calls.stream().flatMap(List::stream).toList();
    assertThat(Collections.frequency(computed, "left alone")).isEqualTo(16); // the first batch
  }

  @Test
  void aCallerThatSendsTheNextRequestBeforeTheAnswerGetsBothAnswers() throws Exception {
    shut = true;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(raw("{\"model\":\"docs\",\"input\":\"first\"}"));
      while (gates.isEmpty() || gates.getFirst().calls.isEmpty()) {
        Thread.sleep(5);
      }
      socket
          .getOutputStream()
          .write(
              "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Thread.sleep(500);
      gates.getFirst().open();

      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answers).containsOnlyOnce("\"object\":\"list\"").endsWith("{\"status\":\"live\"}");
    }
  }
}
