package dev.whetstone.http;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.answer.Turn;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.serving.WorkLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Step 7 of the workflow as its text has it.
  private static final String LITERAL =
      "{\"name\": \"domain-rag\", \"retriever\": {\"type\": \"elasticsearch\", \"endpoint\":"
          + " \"https://<es-endpoint>\", \"index\": \"rag-index\", \"top_k\": 5}}";

  private static final String LUCENE =
      "{\"name\":\"demo\",\"retriever\":{\"type\":\"lucene\",\"index\":\"docs\"}}";

  @TempDir Path folder;
  private StubApplication engine;
  private final HttpClient client = HttpClient.newHttpClient();
  private Catalog catalog;
  private Server server;

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

  @Test
  void theWorkflowsLiteralCallIsStoredAndShownAsNotReady() throws Exception {
    HttpResponse<String> made =
        client.send(
            request("/v1/apps/rag/create")
                .header("Content-Type", "application/x-www-form-urlencoded") // what curl -d sends
                .POST(HttpRequest.BodyPublishers.ofString(LITERAL))
                .build(),
            BodyHandlers.ofString());

    JsonNode app = JSON.readTree(made.body());
    assertThat(made.statusCode()).isEqualTo(200);
    assertThat(app.get("id").textValue()).matches("app-[a-z2-7]{12}");
    assertThat(app.get("status").textValue()).isEqualTo("not_ready");
    assertThat(app.get("reason").textValue()).contains("placeholder").contains("rag-index");
    assertThat(app.get("retriever").toString())
        .isEqualTo(
            "{\"type\":\"elasticsearch\",\"endpoint\":\"https://<es-endpoint>\",\"index\":"
                + "\"rag-index\",\"top_k\":5}");
    HttpResponse<String> asked = post("/v1/apps/domain-rag/retrieve", "{\"query\":\"why?\"}");
    assertThat(asked.statusCode()).isEqualTo(503);
    assertThat(code(asked)).isEqualTo("AppNotReady");
  }

  @Test
  void appsAreListedShownByIdOrNameAndDeleted() throws Exception {
    String id = create(LUCENE);

    JsonNode listed = JSON.readTree(get("/v1/apps").body()).get("apps");
    JsonNode byName = JSON.readTree(get("/v1/apps/demo").body());
    HttpResponse<String> deleted = send(request("/v1/apps/" + id).DELETE());
    HttpResponse<String> gone = get("/v1/apps/" + id);

    assertThat(listed).hasSize(1);
    assertThat(byName.get("id").textValue()).isEqualTo(id);
    assertThat(byName.get("status").textValue()).isEqualTo("ready");
    assertThat(byName.get("retriever").get("top_k").intValue()).isEqualTo(5);
    assertThat(deleted.body()).isEqualTo("{\"id\":\"" + id + "\",\"deleted\":true}");
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(code(gone)).isEqualTo("AppNotFound");
  }

  @Test
  void aRetrieveExplainsItselfOnDemandAndSaysWhatIsNotInTheIndex() throws Exception {
    create(LUCENE);

    JsonNode plain = JSON.readTree(post("/v1/apps/demo/retrieve", "{\"query\":\"x\"}").body());
    JsonNode why =
        JSON.readTree(
            post("/v1/apps/demo/retrieve", "{\"query\":\"x\",\"expect\":\"pumps.pdf\"}").body());

    assertThat(plain.has("explanation")).isFalse();
    assertThat(why.get("hits")).isEqualTo(plain.get("hits"));
    JsonNode first = why.at("/explanation/passages/0");
    assertThat(first.get("id")).isEqualTo(why.at("/hits/0/id"));
    assertThat(first.get("words").toString()).isEqualTo("{\"score\":1.5,\"part\":0.0}");
    assertThat(first.at("/vectors/rank").intValue()).isEqualTo(1);
    assertThat(first.at("/terms/source").textValue()).isEqualTo("engine");
    assertThat(first.at("/terms/matched/0/term").textValue()).isEqualTo("pump");
    assertThat(why.at("/explanation/plan/vectors_weight").doubleValue()).isEqualTo(.75);
    assertThat(why.at("/explanation/expected/outcome").textValue()).isEqualTo("not_in_index");
    assertThat(why.at("/explanation/expected/similar/0").textValue()).isEqualTo("guide/pumps.pdf");
  }

  @Test
  void aTakenNameIsRefusedAndTheSameCallAgainAnswersWithTheApp() throws Exception {
    String id = create(LUCENE);

    HttpResponse<String> again = post("/v1/apps/rag/create", LUCENE);
    HttpResponse<String> other =
        post("/v1/apps/rag/create", LUCENE.replace("\"docs\"", "\"other\""));

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(again.body()).get("id").textValue()).isEqualTo(id);
    assertProblem(other, 409, id);
    assertProblem(other, 409, "give another name");
    assertThat(code(other)).isEqualTo("AppNameTaken");
    assertThat(get("/v1/apps/demo").statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(get("/v1/apps").body()).get("apps")).hasSize(1);
  }

  @Test
  void moreAppsThanAllowedAreRefusedUntilOneIsDeleted() throws Exception {
    try (Server small =
        Server.start(
            narrow(2, ServerSettings.Intake.DEFAULT.memory()), new StubApplication(catalog, 3))) {
      URI create = URI.create(small.address() + "/v1/apps/rag/create");
      for (String name : List.of("a", "b", "c", "c")) {
        var made =
            client.send(posted(create, LUCENE.replace("demo", name)), BodyHandlers.ofString());
        assertThat(made.statusCode()).isEqualTo(200);
      }

      var fourth = client.send(posted(create, LUCENE), BodyHandlers.ofString());
      assertProblem(fourth, 409, "serve.max_apps");
      assertThat(code(fourth)).isEqualTo("TooManyApps");

      assertThat(send(request("/v1/apps/a").DELETE()).statusCode()).isEqualTo(200);
      assertThat(client.send(posted(create, LUCENE), BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void appsThatSharedANameBeforeAreStillServedByTheirIds() throws Exception {
    String id = create(LUCENE);
    String second = catalog.create("demo", catalog.apps().getFirst().retriever()).id();

    assertThat(get("/v1/apps/" + id).statusCode()).isEqualTo(200);
    assertThat(get("/v1/apps/" + second).statusCode()).isEqualTo(200);
    assertProblem(
        post("/v1/apps/rag/create", LUCENE.replace("\"docs\"", "\"other\"")), 409, "app-");
    assertThat(send(request("/v1/apps/" + second).DELETE()).statusCode()).isEqualTo(200);
    assertThat(get("/v1/apps/demo").statusCode()).isEqualTo(200);
  }

  @Test
  void retrieveAnswersInItsShapeAndFilters() throws Exception {
    create(LUCENE);

    HttpResponse<String> all = post("/v1/apps/demo/retrieve", "{\"query\":\"pump\",\"top_k\":1}");
    HttpResponse<String> one =
        post(
            "/v1/apps/demo/retrieve",
            "{\"query\":\"pump\",\"filter\":{\"document\":[\"guide/valves.md\"]}}");

    assertThat(all.body())
        .isEqualTo(
            "{\"hits\":[{\"id\":\"p1\",\"score\":0.5,\"text\":\"The pump stops when the tank is"
                + " empty.\",\"document\":\"guide/pumps.pdf\",\"heading\":\"Guide > Parts\","
                + "\"page\":3,\"span\":[5,43],\"scores\":{\"cosine\":0.7,\"fused\":0.5},"
                + "\"url\":\"https://docs.example.com/pumps.pdf#page=3\"}],"
                + "\"space\":\"0123456789abcdef\",\"generation\":\"docs-1\"}");
    assertThat(JSON.readTree(one.body()).get("hits")).hasSize(1);
    assertThat(one.body()).contains("\"id\":\"p2\"");
  }

  @Test
  void aCompletionMarksEachCitationAndListsIt() throws Exception {
    create(LUCENE);

    JsonNode reply =
        JSON.readTree(
            post(
                    "/api/v1/apps/demo/completion",
                    "{\"input\":{\"prompt\":\"When does it stop?\",\"session_id\":\"s1\"},"
                        + "\"parameters\":{},\"debug\":{}}")
                .body());

    JsonNode output = reply.get("output");
    assertThat(output.get("text").textValue())
        .isEqualTo("The pump stops when the tank is empty.<ref>[1]</ref>");
    assertThat(output.get("finish_reason").textValue()).isEqualTo("stop");
    assertThat(output.get("session_id").textValue())
        .as("one that a caller makes up is not taken")
        .matches("[0-9a-f]{32}");
    JsonNode reference = output.get("doc_references").get(0);
    assertThat(reference.get("index_id").textValue()).isEqualTo("1");
    assertThat(reference.get("doc_id").textValue()).isEqualTo("guide/pumps.pdf");
    assertThat(reference.get("doc_name").textValue()).isEqualTo("pumps.pdf");
    assertThat(reference.get("doc_url").textValue())
        .isEqualTo("https://docs.example.com/pumps.pdf#page=3");
    assertThat(reference.get("page_number").toString()).isEqualTo("[3]");
    assertThat(reply.get("usage").get("models").get(0).get("model_id").textValue())
        .isEqualTo("extractive");
    assertThat(reply.get("request_id").textValue()).isNotEmpty();
  }

  @Test
  void theLastMessageOfTheUserIsTheQuestionAndASessionIsMade() throws Exception {
    create(LUCENE);

    JsonNode output =
        JSON.readTree(
                post(
                        "/api/v1/apps/demo/completion",
                        "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"When?\"}]},"
                            + "\"parameters\":{\"rag_options\":{\"file_ids\":[\"none\"]}}}")
                    .body())
            .get("output");

    assertThat(output.get("declined").booleanValue()).isTrue();
    assertThat(output.get("text").textValue()).contains("do not answer");
    assertThat(output.get("doc_references")).isEmpty();
    assertThat(output.get("session_id").textValue()).hasSize(32);
  }

  @Test
  void aSessionBringsTheTurnsBeforeAndAnIdThatACallerMakesUpNone() throws Exception {
    create(LUCENE);
    String first = session("{\"input\":{\"prompt\":\"When does it stop?\"}}");
    assertThat(earlier()).isEmpty();

    String same = session(follow(first));

    assertThat(same).isEqualTo(first);
    assertThat(earlier())
        .extracting(Turn::text)
        .containsExactly("When does it stop?", "The pump stops when the tank is empty. [1]");

    session(
        follow(first).replace("\"session_id\"", "\"history\":[{\"user\":\"x\"}],\"session_id\""));
    assertThat(earlier()).extracting(Turn::text).containsExactly("x"); // what is sent counts

    String unknown = session(follow("00000000000000000000000000000000"));
    assertThat(unknown).isNotEqualTo(first).hasSize(32);
    assertThat(earlier()).isEmpty();
  }

  private String session(String body) throws Exception {
    JsonNode reply = JSON.readTree(post("/api/v1/apps/demo/completion", body).body());
    return reply.at("/output/session_id").textValue();
  }

  private static String follow(String session) {
    return "{\"input\":{\"prompt\":\"And then?\",\"session_id\":\"%s\"}}".formatted(session);
  }

  private List<Turn> earlier() {
    return Objects.requireNonNull(engine.query).earlier();
  }

  @Test
  void badRequestsAreToldWhatIsWrong() throws Exception {
    create(LUCENE);
    String retrieve = "/v1/apps/demo/retrieve";

    assertProblem(post(retrieve, "{\"query\":"), 400, "not JSON");
    assertProblem(post(retrieve, ""), 400, "no body");
    assertProblem(post(retrieve, "[]"), 400, "must be a JSON object");
    assertProblem(post(retrieve, "{\"query\":\"a\",\"query\":\"b\"}"), 400, "Duplicate");
    assertProblem(post(retrieve, "{\"query\":\"a\",\"topk\":3}"), 400, "\"topk\" is not known");
    assertProblem(post(retrieve, "{\"query\":7}"), 400, "\"query\" must be a text");
    assertProblem(post(retrieve, "{\"query\":\" \"}"), 400, "is blank");
    assertProblem(post(retrieve, "{\"query\":\"a\",\"top_k\":0}"), 400, "from 1 to 1000");
    assertProblem(post(retrieve, "{\"query\":\"a\",\"top_k\":1.5}"), 400, "whole number");
    assertProblem(
        post(retrieve, "{\"query\":\"a\",\"filter\":{\"document\":3}}"), 400, "filter.document");
    assertProblem(
        post(retrieve, "{\"query\":\"" + "x".repeat(2001) + "\"}"), 400, "2001 characters");
    assertProblem(post(retrieve, "[".repeat(5000)), 400, "nesting depth");
    assertProblem(
        post("/v1/apps/rag/create", LUCENE.replace("lucene", "solr")),
        400,
        "\"solr\" is not known");
    assertProblem(
        post(
            "/api/v1/apps/demo/completion",
            "{\"input\":{\"prompt\":\"q\",\"history\":[{\"me\":\"q\"}]}}"),
        400,
        "input.history[0].me");
    assertProblem(
        post(
            "/api/v1/apps/demo/completion",
            "{\"input\":{\"prompt\":\"q\"},\"parameters\":{\"rag_options\":{\"tags\":[\"a\"]}}}"),
        400,
        "parameters.rag_options.tags");
    assertProblem(
        post("/v1/apps/rag/create", LUCENE.replace("demo", "\\ud800")), 400, "must be Unicode");
    assertProblem(
        post("/v1/apps/rag/create", LUCENE.replace("docs", "\\ud800")), 400, "no index name");
    String fields =
        IntStream.range(0, 101).mapToObj(i -> "\"f" + i + "\":\"x\"").collect(joining(","));
    assertProblem(
        post(retrieve, "{\"query\":\"a\",\"filter\":{" + fields + "}}"), 400, "100 fields");
    assertThat(get("/v1/apps").statusCode()).isEqualTo(200);
    assertProblem(get("/v1/nothing"), 404, "/v1/nothing");
    assertProblem(send(request("/v1/apps").PUT(HttpRequest.BodyPublishers.noBody())), 405, "PUT");
  }

  @Test
  void aBodyThatEndsTooSoonIsToldInPlainWords() throws Exception {
    HttpResponse<String> reply = post("/v1/apps/rag/create", "{\"name\": [1");

    assertProblem(reply, 400, "line 1, column 12");
    assertThat(JSON.readTree(reply.body()).get("message").textValue())
        .doesNotContain("marker at", "Source", "StreamReadFeature")
        .endsWith("Array.");
  }

  @Test
  void anOversizedBodyIsRefusedWhetherItSaysItsLengthOrNot() throws Exception {
    create(LUCENE);
    String big = "{\"query\":\"" + "x".repeat((1 << 20) + 10) + "\"}";

    HttpResponse<String> told = post("/v1/apps/demo/retrieve", big);
    HttpResponse<String> chunked =
        send(
            request("/v1/apps/demo/retrieve")
                .POST(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString(big))));

    assertProblem(told, 413, "over 1048576 bytes");
    assertProblem(chunked, 413, "over 1048576 bytes");
  }

  @Test
  void whoIsStillSendingABodyThatIsRefusedIsToldWhy() throws Exception {
    create(LUCENE);
    byte[] head =
        "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(16 << 20)
            .getBytes(StandardCharsets.US_ASCII);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(head);
      for (int i = 0; i < 16; i++) { // fails once the other side has closed
        socket.getOutputStream().write(new byte[1 << 20]);
        Thread.sleep(10);
      }

      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(reply).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void failuresOfTheEngineAreMappedAndKeepThisMachinesNamesToThemselves() throws Exception {
    create(LUCENE);
    String ask = "{\"query\":\"q\"}";

    engine.failure = new Failure.Unavailable("index /srv/secret/index does not answer");
    HttpResponse<String> unavailable = post("/v1/apps/demo/retrieve", ask);
    engine.failure = new Failure.CorruptArtifact("/srv/secret/model is damaged");
    HttpResponse<String> corrupt = post("/v1/apps/demo/retrieve", ask);
    engine.failure = new Failure.Refused("the spaces do not match", Remedy.step("embed"));
    HttpResponse<String> refused = post("/v1/apps/demo/retrieve", ask);
    engine.failure = new IllegalStateException("bug at /srv/secret");
    HttpResponse<String> bug = post("/v1/apps/demo/retrieve", ask);

    assertThat(unavailable.statusCode()).isEqualTo(503);
    assertThat(unavailable.headers().firstValue("Retry-After")).isPresent();
    assertThat(corrupt.statusCode()).isEqualTo(500);
    assertProblem(refused, 403, "whet embed");
    assertThat(bug.statusCode()).isEqualTo(500);
    assertThat(unavailable.body() + corrupt.body() + bug.body()).doesNotContain("secret");
  }

  @Test
  void livenessAndReadinessDiffer() throws Exception {
    engine.ready = false;

    assertThat(get("/health").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get("/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("whet index");
    engine.ready = true;
    assertThat(get("/ready").body()).isEqualTo("{\"status\":\"ready\"}");
  }

  @Test
  void aMessageFullOfFoldersIsAnsweredAndHidden() throws Exception {
    String type = " /" + "srv/".repeat(20_000) + "x\" and /srv/other/y";
    for (String field : List.of(type, "/".repeat(50_000), "file:" + type)) {
      HttpResponse<String> reply =
          post("/v1/apps/rag/create", LUCENE.replace("lucene", field.replace("\"", "")));

      assertProblem(reply, 400, "retriever.type");
      assertThat(reply.body()).hasSizeLessThan(5000).doesNotContain("srv/");
    }
  }

  @Test
  void aRouteThatOverflowsTheStackAnswersAsEveryOtherFault() throws Exception {
    create(LUCENE);

    assertProblem(post("/v1/apps/demo/retrieve", "{\"query\":\"deep\"}"), 500, "see its log");
    assertProblem(
        post("/api/v1/apps/demo/completion", "{\"input\":{\"prompt\":\"deep\"}}"),
        500,
        "see its log");
  }

  @Test
  void whatARequestSaysWronglyIsNoWarningInTheLog() throws Exception {
    var logged = new CopyOnWriteArrayList<LogRecord>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            logged.add(line);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    java.util.logging.Logger.getLogger(Server.class.getName()).addHandler(handler);
    try {
      assertProblem(
          post("/v1/apps/rag/create", LUCENE.replace("lucene", "solr")), 400, "retriever.type");
      engine.failure = new Failure.Unavailable("the index does not answer");
      create(LUCENE);
      assertThat(post("/v1/apps/demo/retrieve", "{\"query\":\"q\"}").statusCode()).isEqualTo(503);
    } finally {
      java.util.logging.Logger.getLogger(Server.class.getName()).removeHandler(handler);
    }
    assertThat(logged).hasSize(1);
    assertThat(logged.getFirst().getMessage()).endsWith("the index does not answer");
  }

  @Test
  void whatIsNotReadyIsToldWithoutThisMachinesNames() throws Exception {
    create(LUCENE);
    var messages = new ArrayList<String>();
    for (Failure failure :
        List.of(
            new Failure.CorruptArtifact("/srv/secret/x.json is damaged"),
            new Failure.Unavailable("https://secret:9200 does not answer"),
            new Failure.BadInput("/srv/secret/my models/3 holds no model: run `whet run`"),
            new Failure.Refused("\"/srv/secret/a b/c\" and file:///srv/secret/d differ"))) {
      engine.missing = failure;
      messages.add(get("/ready").body());
      messages.add(get("/v1/apps").body());
      messages.add(post("/v1/apps/demo/retrieve", "{\"query\":\"q\"}").body());
    }

    assertThat(messages).noneMatch(message -> message.contains("secret"));
    assertThat(messages.subList(6, 9))
        .allMatch(message -> message.contains("…/3 holds no model: run `whet run`"));
  }

  @Test
  void repliesNameNoProgramAndCarrySafeHeaders() throws Exception {
    HttpResponse<String> reply = get("/health");

    assertThat(reply.headers().map()).doesNotContainKeys("server", "x-powered-by");
    assertThat(reply.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    assertThat(reply.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(reply.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(raw("GET /health HTTP/1.1\r\nHost: x y\r\n\r\n"))
        .doesNotContainIgnoringCase("jetty");
    assertThat(raw("GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .doesNotContainIgnoringCase("jetty");
  }

  @Test
  void pagesOfOtherSitesAndOtherNamesOfThisMachineAreTurnedAway() throws Exception {
    HttpResponse<String> page = send(request("/v1/apps").header("Origin", "https://evil.example"));

    assertProblem(page, 403, "other sites");
    assertThat(raw("GET /v1/apps HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void withAKeyOnlyItsBearerIsServed() throws Exception {
    try (Server locked =
        start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).withApiKey("k3y"))) {
      URI apps = URI.create(locked.address() + "/v1/apps");

      var none = send(HttpRequest.newBuilder(apps));
      var wrong = send(HttpRequest.newBuilder(apps).header("Authorization", "Bearer k3"));
      var right = send(HttpRequest.newBuilder(apps).header("Authorization", "Bearer k3y"));
      var health = send(HttpRequest.newBuilder(URI.create(locked.address() + "/health")));
      engine.ready = false;
      URI readiness = URI.create(locked.address() + "/ready");
      var ready = send(HttpRequest.newBuilder(readiness));
      var known = send(HttpRequest.newBuilder(readiness).header("Authorization", "Bearer k3y"));

      assertProblem(none, 401, "Authorization");
      assertThat(code(wrong)).isEqualTo("InvalidApiKey");
      assertThat(right.statusCode()).isEqualTo(200);
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("{\"status\":\"not_ready\"}");
      assertThat(known.body()).contains("whet index");
    }
  }

  @Test
  void aPortInUseIsNamedWithWhatToDoAndTheFrameworkLogsNothing() {
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    List<Logger> frameworks =
        Stream.of("io.javalin", "org.eclipse.jetty")
            .map(name -> (Logger) LoggerFactory.getLogger(name))
            .toList();
    frameworks.forEach(logger -> logger.addAppender(logged));
    try {
      assertThatThrownBy(
              () -> start(ServerSettings.DEFAULT.withAddress("127.0.0.1", server.port())))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("port " + server.port())
          .hasMessageContaining("choose another port");
    } finally {
      frameworks.forEach(logger -> logger.detachAppender(logged));
    }
    assertThat(logged.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }

  @Test
  void moreThanItCanServeGetsTooManyRequestsAndTheRestIsAnswered() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(1, ServerSettings.Intake.DEFAULT.memory()))) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      HttpRequest slow =
          HttpRequest.newBuilder(uri)
              .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"slow\"}"))
              .build();
      CompletableFuture<HttpResponse<String>> first =
          client.sendAsync(slow, BodyHandlers.ofString());
      assertThat(engine.started.await(5, TimeUnit.SECONDS)).isTrue();

      var others = new ArrayList<HttpResponse<String>>();
      for (int i = 0; i < 3; i++) {
        others.add(client.send(slow, BodyHandlers.ofString()));
      }
      engine.go.countDown();

      assertThat(others).allMatch(reply -> reply.statusCode() == 429);
      assertThat(others.getFirst().headers().firstValue("Retry-After")).contains("1");
      assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void bodiesThatTogetherTakeTooMuchMemoryAreSentAwayUntilTheOthersAreAnswered() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(8, 2 << 20))) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      String room = " ".repeat(300_000); // 1.2 MB of the 2
      HttpRequest slow = posted(uri, "{\"query\":\"slow\"" + room + "}");
      HttpRequest quick = posted(uri, "{\"query\":\"q\"" + room + "}");
      HttpRequest untold =
          HttpRequest.newBuilder(uri)
              .POST(
                  HttpRequest.BodyPublishers.fromPublisher(
                      HttpRequest.BodyPublishers.ofString("{\"query\":\"q\"" + room + "}")))
              .build();
      var first = client.sendAsync(slow, BodyHandlers.ofString());
      assertThat(engine.started.await(5, TimeUnit.SECONDS)).isTrue();

      var full = client.send(quick, BodyHandlers.ofString());
      var fullToo = client.send(untold, BodyHandlers.ofString());
      var little = client.send(posted(uri, "{\"query\":\"q\"}"), BodyHandlers.ofString());
      engine.go.countDown();

      assertProblem(full, 429, "at its limit");
      assertThat(full.headers().firstValue("Retry-After")).contains("1");
      assertProblem(fullToo, 429, "at its limit");
      assertThat(little.statusCode()).isEqualTo(200);
      assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      for (int i = 0; i < 5; i++) { // what they held was given back
        assertThat(client.send(quick, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void aBodyOfMoreValuesThanThereIsMemoryForIsRefused() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(8, 2 << 20))) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      String values = "{\"query\":\"q\",\"filter\":{\"a\":[" + "[],".repeat(20_000) + "[]]}}";

      var reply = client.send(posted(uri, values), BodyHandlers.ofString());

      assertProblem(reply, 413, "memory");
    }
  }

  @Test
  void aBodyThatComesTooSlowlyIsNotWaitedFor() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(8, 2 << 20));
        var socket = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
      socket.setSoTimeout(10_000);
      var out = socket.getOutputStream();
      out.write(
          "POST /v1/apps/demo/retrieve HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 15; i++) {
        out.write(' ');
        out.flush();
        Thread.sleep(80);
      }

      var bytes = new byte[4096];
      String reply =
          new String(bytes, 0, socket.getInputStream().read(bytes), StandardCharsets.US_ASCII);

      assertThat(reply).startsWith("HTTP/1.1 408").contains("too slowly");
    }
  }

  /// There is memory for one of these replies. Without a limit the first caller holds it for good.
  @Test
  @Timeout(20)
  void aCallerThatReadsALongReplySlowlyIsGivenUp() throws Exception {
    create(LUCENE);
    String long24MiB = "{\"query\":\"long 24\"}";
    try (Server small = start(narrow(8, 30 << 20));
        var slow = new Socket()) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), small.port()));
      slow.getOutputStream()
          .write(
              ("POST /v1/apps/demo/retrieve HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                          .formatted(long24MiB.length())
                      + long24MiB)
                  .getBytes(StandardCharsets.US_ASCII));
      slow.setSoTimeout(10_000);
      assertThat(slow.getInputStream().read()).isPositive();

      HttpRequest long7MiB = posted(uri, "{\"query\":\"long 7\"}");
      HttpResponse<String> other = client.send(long7MiB, BodyHandlers.ofString());
      while (other.statusCode() == 429) {
        Thread.sleep(50);
        slow.getInputStream().skipNBytes(1); // what had come before it was given up
        other = client.send(long7MiB, BodyHandlers.ofString());
      }

      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.body()).hasSizeGreaterThan(7 << 20);
      assertThatThrownBy(() -> slow.getInputStream().skipNBytes(24 << 20))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aRequestUnderWayIsAnsweredWhenTheServerStops() throws Exception {
    create(LUCENE);
    CompletableFuture<HttpResponse<String>> slow =
        client.sendAsync(
            request("/v1/apps/demo/retrieve")
                .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"slow\"}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(engine.started.await(5, TimeUnit.SECONDS)).isTrue();
    int port = server.port();

    var stopping = CompletableFuture.runAsync(server::close);
    Thread.sleep(300); // the stop is under way
    boolean waits = !stopping.isDone();
    engine.go.countDown();

    assertThat(slow.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopping.get(5, TimeUnit.SECONDS);
    assertThat(waits).isTrue();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }

  private static ServerSettings narrow(int concurrent, int memory) {
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

  private Server start(ServerSettings settings) {
    return Server.start(settings, engine);
  }

  private String create(String body) throws Exception {
    return JSON.readTree(post("/v1/apps/rag/create", body).body()).get("id").textValue();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path));
  }

  private static HttpRequest posted(URI uri, String body) {
    return HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(3000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      var bytes = new byte[4096];
      int n = socket.getInputStream().read(bytes);
      return new String(bytes, 0, Math.max(0, n), StandardCharsets.ISO_8859_1);
    }
  }

  private static String code(HttpResponse<String> reply) throws IOException {
    return JSON.readTree(reply.body()).get("code").textValue();
  }

  private static void assertProblem(HttpResponse<String> reply, int status, String said)
      throws IOException {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    JsonNode problem = JSON.readTree(reply.body());
    assertThat(problem.get("message").textValue()).contains(said);
    assertThat(problem.get("code").textValue()).isNotEmpty();
    assertThat(problem.get("request_id").textValue()).isNotEmpty();
  }
}
