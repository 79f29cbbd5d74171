package dev.whetstone.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.serving.ServedReranker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RerankRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENTS =
      "\"documents\":[\"a valve\",{\"text\":\"the pump stops\",\"id\":7},\"the pump\"]";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Catalog catalog;
  private StubApplication application;
  private Server server;

  @BeforeEach
  void start() {
    catalog = Catalog.open(folder.resolve("catalog.db"));
    catalog.create("docs", new Retriever(EngineKind.LUCENE, null, "docs", 5));
    application = new StubApplication(catalog);
    application.reranker =
        new ServedReranker("docs-reranker", "docs/3", Instant.parse("2026-11-29T10:00:00Z"));
    server = start(null);
  }

  private Server start(@Nullable String key) {
    return Server.start(
        ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).withApiKey(key), application);
  }

  @AfterEach
  void stop() {
    application.go.countDown();
    server.close();
    catalog.close();
    client.close();
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private JsonNode reranked(String body) throws Exception {
    HttpResponse<String> reply = post("/v1/rerank", body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body());
  }

  private void assertRefused(String body, int status, String code, @Nullable String param)
      throws Exception {
    HttpResponse<String> reply = post("/v1/rerank", body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    JsonNode error = JSON.readTree(reply.body()).get("error");
    assertThat(error.get("code").textValue()).isEqualTo(code);
    assertThat(error.get("param").textValue()).isEqualTo(param);
  }

  @Test
  void documentsAreOrderedByTheirRelevanceWhichLiesBetween0And1() throws Exception {
    JsonNode reply =
        reranked("{\"model\":\"docs-reranker\",\"query\":\"pump stops\"," + DOCUMENTS + "}");

    JsonNode results = reply.get("results");
    assertThat(results).hasSize(3);
    assertThat(results.findValuesAsText("index")).containsExactly("1", "2", "0");
    assertThat(results.get(0).get("relevance_score").doubleValue())
        .isCloseTo(1 / (1 + Math.exp(-1)), within(1e-9)); // two words in common, less one
    assertThat(results.get(2).get("relevance_score").doubleValue())
        .isCloseTo(1 / (1 + Math.exp(1)), within(1e-9));
    assertThat(results.get(0).has("document")).isFalse();
    assertThat(reply.get("model").textValue()).isEqualTo("docs-reranker");
    assertThat(reply.get("id").textValue()).isNotEmpty();
  }

  @Test
  void asManyAsAreWantedComeBackWithTheirTextsWhereThoseAre() throws Exception {
    JsonNode results =
        reranked(
                "{\"query\":\"pump stops\",\"top_n\":2,\"return_documents\":true,"
                    + DOCUMENTS
                    + "}")
            .get("results");

    assertThat(results).hasSize(2);
    assertThat(results.get(0).at("/document/text").textValue()).isEqualTo("the pump stops");
    assertThat(results.get(1).at("/document/text").textValue()).isEqualTo("the pump");
  }

  @Test
  void equalDocumentsStandInTheirOrder() throws Exception {
    JsonNode results =
        reranked("{\"query\":\"pump\",\"documents\":[\"a\",\"pump\",\"b\",\"pump\"],\"top_n\":9}")
            .get("results");

    assertThat(results.findValuesAsText("index")).containsExactly("1", "3", "0", "2");
  }

  @Test
  void theModelMayBeNamedByItsVersionOrNotAtAll() throws Exception {
    for (String model : List.of("", "\"model\":\"docs/3\",", "\"model\":\"docs-reranker\",")) {
      JsonNode reply = reranked("{" + model + "\"query\":\"pump\"," + DOCUMENTS + "}");
      assertThat(reply.get("model").textValue()).isEqualTo("docs-reranker");
    }
    assertRefused(
        "{\"model\":\"docs/2\",\"query\":\"pump\"," + DOCUMENTS + "}",
        404,
        "model_not_found",
        "model");
    application.reranker = null;
    assertRefused("{\"query\":\"pump\"," + DOCUMENTS + "}", 404, "model_not_found", "model");
  }

  @Test
  void whatIsWrongWithARequestIsToldInOpenAisForm() throws Exception {
    assertRefused("{\"query\":\"pump\"}", 400, "invalid_parameter", "documents");
    assertRefused("{\"query\":\"pump\",\"documents\":[]}", 400, "invalid_parameter", "documents");
    assertRefused("{\"query\":\"p\",\"documents\":[7]}", 400, "invalid_parameter", "documents");
    assertRefused(
        "{\"query\":\"p\",\"documents\":[{\"title\":\"t\"}]}",
        400,
        "invalid_parameter",
        "documents");
    assertRefused("{\"query\":\"p\",\"documents\":[\" \"]}", 400, "invalid_parameter", "documents");
    assertRefused("{\"query\":\" \"," + DOCUMENTS + "}", 400, "invalid_parameter", "query");
    assertRefused("{" + DOCUMENTS + "}", 400, "invalid_parameter", "query");
    assertRefused(
        "{\"query\":\"" + "x".repeat(2001) + "\"," + DOCUMENTS + "}",
        400,
        "invalid_parameter",
        "query");
    assertRefused(
        "{\"query\":\"p\",\"top_n\":0," + DOCUMENTS + "}", 400, "invalid_parameter", "top_n");
    assertRefused(
        "{\"query\":\"p\",\"rank_fields\":[]," + DOCUMENTS + "}",
        400,
        "invalid_parameter",
        "rank_fields");
  }

  @Test
  void tooManyOrTooLongDocumentsAreRefused() throws Exception {
    String many = String.join(",", Collections.nCopies(1001, "\"a\""));
    assertRefused(
        "{\"query\":\"p\",\"documents\":[" + many + "]}", 413, "request_too_large", "documents");
    assertRefused(
        "{\"query\":\"p\",\"documents\":[\"" + "a".repeat(100_001) + "\"]}",
        413,
        "request_too_large",
        "documents");
    String large = String.join(",", Collections.nCopies(100, "\"" + "a".repeat(90_000) + "\""));
    assertRefused(
        "{\"query\":\"p\",\"documents\":[" + large + "]}", 413, "request_too_large", null);
    assertThat(application.scorer.calls).as("nothing was computed").hasValue(0);
  }

  @Test
  void aRerankerThatCannotBeOpenedIsAFaultOfTheServer() throws Exception {
    application.failure = new Failure.Unavailable("/srv/rerankers/docs/3 is gone");

    HttpResponse<String> reply = post("/v1/rerank", "{\"query\":\"p\"," + DOCUMENTS + "}");

    assertThat(reply.statusCode()).isEqualTo(503);
    assertThat(reply.body()).contains("server_error").doesNotContain("/srv");
  }

  @Test
  void theWorkOfACallerWhoDisconnectsIsDropped() throws Exception {
    String body = "{\"query\":\"hang\"," + DOCUMENTS + "}";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /v1/rerank HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(body.length(), body)
                  .getBytes(US_ASCII));
      socket.getOutputStream().flush();
      assertThat(application.dropped.await(300, TimeUnit.MILLISECONDS)).isFalse();
    }

    assertThat(application.dropped.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void moreWorkThanIsTakenOnIsRefused() throws Exception {
    String body = "{\"query\":\"slow\"," + DOCUMENTS + "}";
    var statuses = new ArrayList<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done = new ExecutorCompletionService<HttpResponse<String>>(threads);
      for (int i = 0; i < 9; i++) {
        done.submit(() -> post("/v1/rerank", body));
      }
      for (int i = 0; i < 5; i++) { // the others have no turn within two seconds
        HttpResponse<String> reply = done.take().get();
        statuses.add(reply.statusCode());
        assertThat(reply.body()).contains("rate_limit_exceeded");
        assertThat(reply.headers().firstValue("Retry-After")).isPresent();
      }
      application.go.countDown();
      for (int i = 0; i < 4; i++) {
        statuses.add(done.take().get().statusCode());
      }
    }

    assertThat(statuses).containsExactly(429, 429, 429, 429, 429, 200, 200, 200, 200);
  }

  @Test
  void whoHasNoKeyIsRefused() throws Exception {
    server.close();
    server = start("secret");

    HttpResponse<String> reply = post("/v1/rerank", "{\"query\":\"p\"," + DOCUMENTS + "}");

    assertThat(reply.statusCode()).isEqualTo(401);
    assertThat(JSON.readTree(reply.body()).at("/error/code").textValue())
        .isEqualTo("invalid_api_key");
  }

  @Test
  void retrieveTellsRerankScoresAndWhatBecameOfTheReranker() throws Exception {
    String path = "/v1/apps/docs/retrieve";

    JsonNode done = JSON.readTree(post(path, "{\"query\":\"rerank\"}").body());
    JsonNode late = JSON.readTree(post(path, "{\"query\":\"rerank late\"}").body());
    JsonNode off = JSON.readTree(post(path, "{\"query\":\"rerank\",\"rerank\":false}").body());

    assertThat(done.at("/hits/0/score").doubleValue()).isEqualTo(.9);
    assertThat(done.at("/hits/0/scores/rerank").doubleValue()).isEqualTo(2.25);
    assertThat(done.at("/hits/0/scores/fused").doubleValue()).isEqualTo(.5);
    assertThat(done.get("rerank"))
        .isEqualTo(JSON.readTree("{\"status\":\"done\",\"model\":\"docs/3\",\"passages\":2}"));
    assertThat(late.at("/hits/0/scores").has("rerank")).isFalse();
    assertThat(late.get("rerank"))
        .isEqualTo(
            JSON.readTree("{\"status\":\"skipped\",\"model\":\"docs/3\",\"reason\":\"no_time\"}"));
    assertThat(off.has("rerank")).isFalse();
    assertThat(off.at("/hits/0/scores").has("rerank")).isFalse();
    assertThat(post(path, "{\"query\":\"rerank\",\"rerank\":1}").statusCode()).isEqualTo(400);
  }

  @Test
  void completionTellsThemWithItsReferences() throws Exception {
    String path = "/api/v1/apps/docs/completion";
    String options = ",\"parameters\":{\"rag_options\":{\"rerank\":false}}";

    JsonNode done = JSON.readTree(post(path, "{\"input\":{\"prompt\":\"rerank\"}}").body());
    JsonNode off =
        JSON.readTree(
            post(path, "{\"input\":{\"prompt\":\"rerank\"}%s}".formatted(options)).body());

    JsonNode reference = done.at("/output/doc_references/0");
    assertThat(reference.at("/scores/rerank").doubleValue()).isEqualTo(2.25);
    assertThat(reference.at("/scores/cosine").doubleValue()).isEqualTo(.7);
    assertThat(done.at("/output/rerank/status").textValue()).isEqualTo("done");
    assertThat(off.at("/output/doc_references/0/scores").has("rerank")).isFalse();
    assertThat(off.at("/output").has("rerank")).isFalse();
  }

  @Test
  void healthNamesTheOpenRerankersToThoseWhoHaveShownTheKey() throws Exception {
    assertThat(health(null)).isEqualTo("{\"status\":\"live\",\"rerankers\":[\"docs/3\"]}");
    server.close();
    server = start("secret");

    assertThat(health(null)).isEqualTo("{\"status\":\"live\"}");
    assertThat(health("secret")).contains("docs/3");
    application.reranker = null;
    assertThat(health("secret")).isEqualTo("{\"status\":\"live\"}");
  }

  private String health(@Nullable String key) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(server.address() + "/health"));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return client.send(request.build(), BodyHandlers.ofString()).body();
  }
}
