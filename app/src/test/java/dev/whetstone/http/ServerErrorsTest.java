package dev.whetstone.http;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the server refuses, and how failures are told.
class ServerErrorsTest extends StubbedServer {
  @Test
  void aPipelineIsTheAppsIndexAlsoWhereBothHaveOneName() throws Exception {
    create(LUCENE.replace("\"demo\"", "\"docs\""));
    String ask =
        """
        {"input": {"prompt": "When?"}, "parameters": {"rag_options": {"pipeline_ids": ["%s"]}}}
        """;

    assertThat(post("/api/v1/apps/docs/completion", ask.formatted("docs")).statusCode())
        .isEqualTo(200);
    assertProblem(post("/api/v1/apps/docs/completion", ask.formatted("other")), 400, "other");
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
    assertProblem(post(retrieve, "{\"query\":\"\\u0000\\u200b\"}"), 400, "is blank");
    assertProblem(
        post(retrieve, "{\"query\":" + "[".repeat(40) + "]".repeat(40) + "}"), 400, "deep");
    assertProblem(post(retrieve, "{\"query\":\"a\",\"top_k\":0}"), 400, "from 1 to 1000");
    assertProblem(post(retrieve, "{\"query\":\"a\",\"top_k\":1.5}"), 400, "whole number");
    assertProblem(
        post(retrieve, "{\"query\":\"a\",\"filter\":{\"document\":3}}"), 400, "filter.document");
    assertProblem(
        post(retrieve, "{\"query\":\"" + "x".repeat(2001) + "\"}"), 400, "2001 characters");
    assertProblem(post(retrieve, "[".repeat(5000)), 400, "more than 32 deep");
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
}
