package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.answer.Turn;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.serving.Query;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The calls that answer: OpenAI's chat completions and responses, DashScope's completion, whole
/// and as streams. The shapes are those of the services' references.
@Timeout(60)
class AnswerRoutesTest {
  /// A fraction of a second, on a machine that does nothing else; `clients/first_event.py` measures
  /// it.
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SENTENCE = "The pump stops when the tank is empty.";
  private static final String CHAT = "/v1/chat/completions";
  private static final String RESPONSES = "/v1/responses";
  private static final String COMPLETION = "/api/v1/apps/demo/completion";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Catalog catalog;
  private StubApplication engine;
  private Server server;
  private String app;

  @BeforeEach
  void start() {
    catalog = Catalog.open(folder.resolve("catalog.db"));
    app = catalog.create("demo", new Retriever(EngineKind.LUCENE, null, "docs", 5)).id();
    engine = new StubApplication(catalog);
    server = Server.start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0), engine);
  }

  @AfterEach
  void stop() {
    engine.go.countDown();
    server.close();
    catalog.close();
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode reply(String path, String body) throws Exception {
    HttpResponse<String> reply = post(path, body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body());
  }

  /// What stands behind `data:` in each event.
  private List<String> stream(String path, String body, String... headers) throws Exception {
    HttpResponse<String> reply = post(path, body, headers);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(reply.body()).endsWith("\n\n");
    return reply
        .body()
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring("data:".length()).strip())
        .toList();
  }

  private static String chat(String question, String rest) {
    return "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}"
        .formatted(question, rest);
  }

  private static String respond(String question, String rest) {
    return "{\"model\":\"demo\",\"input\":\"%s\"%s}".formatted(question, rest);
  }

  @Test
  void aChatCompletionIsWholeUnlessAStreamIsAskedForAndAnnotatesItsMarks() throws Exception {
    JsonNode reply =
        reply(CHAT, chat("When?", ",\"temperature\":0.2,\"tools\":[],\"foo\":{\"bar\":1}"));

    assertThat(reply.get("object").textValue()).isEqualTo("chat.completion");
    assertThat(reply.get("id").textValue()).startsWith("chatcmpl-");
    assertThat(reply.get("model").textValue()).isEqualTo("demo");
    JsonNode choice = reply.at("/choices/0");
    assertThat(choice.get("finish_reason").textValue()).isEqualTo("stop");
    String content = choice.at("/message/content").textValue();
    assertThat(content).isEqualTo(SENTENCE + " [1]");
    assertThat(choice.at("/message/role").textValue()).isEqualTo("assistant");
    JsonNode annotation = choice.at("/message/annotations/0");
    JsonNode cited = annotation.get("url_citation");
    assertThat(annotation.get("type").textValue()).isEqualTo("url_citation");
    assertThat(
            content.substring(
                cited.get("start_index").intValue(), cited.get("end_index").intValue()))
        .isEqualTo("[1]");
    assertThat(cited.get("url").textValue()).isEqualTo("https://docs.example.com/pumps.pdf#page=3");
    assertThat(annotation.at("/source/page").intValue()).isEqualTo(3);
    assertThat(reply.at("/usage/total_tokens").intValue()).isZero();
    assertThat(reply.at("/whetstone/outcome").textValue()).isEqualTo("answered");
  }

  @Test
  void aChatStreamHasDeltasAnEndTheUsageThatWasAskedForAndDone() throws Exception {
    List<String> events =
        stream(CHAT, chat("When?", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

    assertThat(events.getLast()).isEqualTo("[DONE]");
    var chunks = new ArrayList<JsonNode>();
    for (String event : events.subList(0, events.size() - 1)) {
      chunks.add(JSON.readTree(event));
    }
    assertThat(chunks)
        .allSatisfy(
            chunk -> {
              assertThat(chunk.get("object").textValue()).isEqualTo("chat.completion.chunk");
              assertThat(chunk.get("id")).isEqualTo(chunks.getFirst().get("id"));
            });
    assertThat(chunks.get(0).at("/choices/0/delta/role").textValue()).isEqualTo("assistant");
    assertThat(chunks.get(0).at("/choices/0/delta/annotations").isArray()).isTrue();
    assertThat(chunks.get(1).at("/choices/0/delta/content").textValue())
        .isEqualTo(SENTENCE + " [1]");
    JsonNode annotation = chunks.get(1).at("/choices/0/delta/annotations/0");
    assertThat(annotation.get("index").intValue()).isZero();
    assertThat(annotation.at("/url_citation/title").textValue()).isEqualTo("Guide");
    assertThat(chunks.get(1).at("/choices/0/finish_reason").isNull()).isTrue();
    assertThat(chunks.get(2).at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    assertThat(chunks.get(2).has("usage")).isFalse();
    assertThat(chunks.get(3).get("choices")).isEmpty();
    assertThat(chunks.get(3).at("/usage/total_tokens").intValue()).isZero();
    assertThat(chunks).hasSize(4);
  }

  @Test
  void aDeclinedQuestionIsAnAnswerThatSaysSoWithEmptyAnnotations() throws Exception {
    String none = ",\"filter\":{\"document\":[\"none\"]}";

    JsonNode chat = reply(CHAT, chat("When?", none));
    List<String> streamed = stream(CHAT, chat("When?", none + ",\"stream\":true"));
    JsonNode response = reply(RESPONSES, respond("When?", none));
    JsonNode completion =
        reply(
                COMPLETION,
                "{\"input\":{\"prompt\":\"When?\"},\"parameters\":{\"rag_options\":{\"file_ids\":[\"none\"]}}}")
            .get("output");

    assertThat(chat.at("/choices/0/message/content").textValue()).contains("do not answer");
    assertThat(chat.at("/choices/0/message/annotations").isArray()).isTrue();
    assertThat(chat.at("/choices/0/message/annotations")).isEmpty();
    assertThat(chat.at("/whetstone/declined").booleanValue()).isTrue();
    assertThat(chat.at("/whetstone/nearest").isArray()).isTrue();
    assertThat(JSON.readTree(streamed.get(1)).at("/choices/0/delta/content").textValue())
        .contains("do not answer");
    assertThat(response.at("/output/0/content/0/text").textValue()).contains("do not answer");
    assertThat(completion.get("reject_status").booleanValue()).isTrue();
    assertThat(completion.get("doc_references")).isEmpty();
  }

  @Test
  void theLastMessageOfTheUserIsTheQuestionAndThoseBeforeItGoWithIt() throws Exception {
    reply(
        CHAT,
        """
        {"model":"%s","messages":[
          {"role":"system","content":"Be short."},
          {"role":"user","content":[{"type":"text","text":"Hello"},{"type":"text","text":"there"}]},
          {"role":"assistant","content":null,"tool_calls":[]},
          {"role":"assistant","content":"Yes?"},
          {"role":"user","content":"When?"}]}\
        """
            .formatted(app));

    Query asked = Objects.requireNonNull(engine.query);
    var before =
        List.of(
            new Turn(Turn.Speaker.USER, "Hello\nthere"), new Turn(Turn.Speaker.ASSISTANT, "Yes?"));
    assertThat(asked.question()).isEqualTo("When?");
    assertThat(asked.earlier()).isEqualTo(before);

    reply(
        RESPONSES,
        """
        {"model":"demo","instructions":"Be short.","input":[
          {"role":"user","content":[{"type":"input_text","text":"Hello\\nthere"}]},
          {"type":"reasoning","summary":[]},
          {"role":"assistant","content":[{"type":"output_text","text":"Yes?"}]},
          {"role":"user","content":"When?"}]}\
        """);
    assertThat(Objects.requireNonNull(engine.query).earlier()).isEqualTo(before);

    reply(
        COMPLETION,
        """
        {"input":{"prompt":"When?","history":[{"user":"Hello\\nthere","bot":"Yes?"}]}}\
        """);
    assertThat(Objects.requireNonNull(engine.query).earlier()).isEqualTo(before);
  }

  @Test
  void anOpenAiCallersProblemsHaveOpenAisShape() throws Exception {
    HttpResponse<String> unknown = post(CHAT, chat("q", "").replace("demo", "gpt-5"));
    HttpResponse<String> blank = post(CHAT, chat(" ", ""));
    HttpResponse<String> image =
        post(
            CHAT,
            "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}");
    HttpResponse<String> stored = post(RESPONSES, respond("q", ",\"previous_response_id\":\"r\""));
    catalog.create("cold", new Retriever(EngineKind.LUCENE, null, "none", 5));
    HttpResponse<String> notReady =
        post(CHAT, chat("q", ",\"stream\":true").replace("demo", "cold"));

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(unknown.body()).at("/error/code").textValue())
        .isEqualTo("model_not_found");
    assertThat(JSON.readTree(unknown.body()).at("/error/param").textValue()).isEqualTo("model");
    assertThat(List.of(blank.statusCode(), image.statusCode(), stored.statusCode()))
        .containsOnly(400);
    assertThat(JSON.readTree(stored.body()).at("/error/param").textValue())
        .isEqualTo("previous_response_id");
    assertThat(notReady.statusCode()).as("before the first event").isEqualTo(503);
    assertThat(JSON.readTree(notReady.body()).at("/error/message").isTextual()).isTrue();
  }

  @Test
  void aProblemInMidStreamIsToldInTheStreamAndNamesNoFile() throws Exception {
    List<String> chat = stream(CHAT, chat("It breaks", ",\"stream\":true"));
    List<String> response = stream(RESPONSES, respond("It breaks", ",\"stream\":true"));
    HttpResponse<String> completion =
        post(COMPLETION, "{\"input\":{\"prompt\":\"It breaks\"}}", "X-DashScope-SSE", "enable");

    assertThat(JSON.readTree(chat.getLast()).at("/error/type").textValue())
        .isEqualTo("server_error");
    JsonNode failed = JSON.readTree(response.getLast());
    assertThat(failed.get("type").textValue()).isEqualTo("response.failed");
    assertThat(failed.at("/response/error/code").textValue()).isEqualTo("server_error");
    assertThat(completion.body()).contains("event:error\n:HTTP_STATUS/500\n", "\"InternalError\"");
    assertThat(chat.getLast() + response.getLast() + completion.body()).doesNotContain("/srv/");
  }

  @Test
  void aResponseStreamHasTheEventsOfTheReferenceInTheirOrder() throws Exception {
    List<String> events = stream(RESPONSES, respond("When?", ",\"stream\":true"));

    var types = new ArrayList<String>();
    for (int i = 0; i < events.size(); i++) {
      JsonNode event = JSON.readTree(events.get(i));
      types.add(event.get("type").textValue());
      assertThat(event.get("sequence_number").intValue()).isEqualTo(i);
    }
    assertThat(types)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.annotation.added",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    JsonNode annotation = JSON.readTree(events.get(5)).get("annotation");
    assertThat(annotation.get("type").textValue()).isEqualTo("file_citation");
    assertThat(annotation.get("file_id").textValue()).isEqualTo("guide/pumps.pdf");
    assertThat(annotation.get("filename").textValue()).isEqualTo("pumps.pdf");
    assertThat(annotation.get("index").intValue()).isEqualTo(SENTENCE.length() + 1);
    JsonNode streamed = JSON.readTree(events.getLast()).get("response");
    JsonNode whole = reply(RESPONSES, respond("When?", ""));
    assertThat(streamed.get("status").textValue()).isEqualTo("completed");
    assertThat(streamed.at("/output/0/content")).isEqualTo(whole.at("/output/0/content"));
    assertThat(whole.get("object").textValue()).isEqualTo("response");
    assertThat(whole.at("/usage/input_tokens_details/cached_tokens").intValue()).isZero();
  }

  @Test
  void aCompletionStreamIsCumulativeUnlessDeltasAreAskedFor() throws Exception {
    String body = "{\"input\":{\"prompt\":\"When?\",\"session_id\":\"s\"}%s}";
    HttpResponse<String> raw = post(COMPLETION, body.formatted(""), "X-DashScope-SSE", "enable");
    List<String> whole = stream(COMPLETION, body.formatted(""), "Accept", "text/event-stream");
    List<String> deltas =
        stream(
            COMPLETION,
            body.formatted(",\"parameters\":{\"incremental_output\":true}"),
            "X-DashScope-SSE",
            "enable");

    assertThat(raw.body()).startsWith("id:1\nevent:result\n:HTTP_STATUS/200\ndata:{");
    String text = SENTENCE + "<ref>[1]</ref>";
    JsonNode first = JSON.readTree(whole.getFirst()).get("output");
    JsonNode last = JSON.readTree(whole.getLast()).get("output");
    assertThat(first.get("text").textValue()).isEqualTo(text);
    assertThat(first.get("finish_reason").textValue()).isEqualTo("null");
    assertThat(first.at("/doc_references/0/index_id").textValue()).isEqualTo("1");
    assertThat(last.get("text").textValue()).isEqualTo(text);
    assertThat(last.get("finish_reason").textValue()).isEqualTo("stop");
    assertThat(last.get("session_id").textValue()).matches("[0-9a-f]{32}");
    assertThat(last.at("/doc_references/0/scores/fused").isNumber()).isTrue();
    assertThat(JSON.readTree(deltas.getFirst()).at("/output/text").textValue()).isEqualTo(text);
    assertThat(JSON.readTree(deltas.getLast()).at("/output/text").textValue()).isEmpty();
  }

  @Test
  void aCallerThatGoesAwayEndsTheWorkSoonStreamedOrNot() throws Exception {
    for (String rest : List.of("", ",\"stream\":true")) {
      engine = new StubApplication(catalog);
      try (Server other =
          Server.start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0), engine)) {
        String body = chat("It waits", rest);
        long left;
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), other.port())) {
          socket
              .getOutputStream()
              .write(
                  "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                      .formatted(CHAT, body.length(), body)
                      .getBytes(StandardCharsets.US_ASCII));
          if (rest.isEmpty()) {
            while (engine.query == null) {
              Thread.sleep(5);
            }
          } else {
            assertThat(read(socket, "tank is empty")).isTrue();
          }
          left = System.nanoTime();
        }

        assertThat(engine.dropped.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(SOON);
      }
    }
  }

  /// There is memory for one such event. Without a limit the first caller holds it for good.
  @Test
  void aCallerThatReadsAStreamSlowlyIsGivenUp() throws Exception {
    var d = ServerSettings.Intake.DEFAULT;
    var narrow =
        new ServerSettings.Intake(
            d.connections(),
            d.headPatience(),
            d.requestBytes(),
            30 << 20,
            d.bodyPatience(),
            Duration.ofSeconds(2));
    String body = chat("long 24", ",\"stream\":true");
    try (Server small =
            Server.start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).with(narrow), engine);
        var slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), small.port()));
      slow.setSoTimeout(20_000);
      slow.getOutputStream()
          .write(
              "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(CHAT, body.length(), body)
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(read(slow, "xxx")).isTrue();

      URI uri = URI.create(small.address() + CHAT);
      HttpRequest other =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
      String reply = "";
      while (!reply.contains("[DONE]")) { // as long as the memory is held it is told so
        Thread.sleep(100);
        reply = client.send(other, BodyHandlers.ofString()).body();
      }

      assertThat(reply).hasSizeGreaterThan(24 << 20);
      assertThatThrownBy(() -> slow.getInputStream().skipNBytes(24 << 20))
          .isInstanceOf(IOException.class);
    }
  }

  private static boolean read(Socket socket, String until) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf(until) < 0) {
      int one = socket.getInputStream().read();
      if (one < 0) {
        return false;
      }
      text.append((char) one);
    }
    return true;
  }

  @Test
  void appsAreListedAsModelsOnceEach() throws Exception {
    catalog.create("twice", new Retriever(EngineKind.LUCENE, null, "docs", 5));
    catalog.create("twice", new Retriever(EngineKind.LUCENE, null, "docs", 3));
    catalog.create(app, new Retriever(EngineKind.LUCENE, null, "docs", 5)); // another app's id

    JsonNode listed =
        JSON.readTree(
                client
                    .send(
                        HttpRequest.newBuilder(URI.create(server.address() + "/v1/models")).build(),
                        BodyHandlers.ofString())
                    .body())
            .get("data");

    var ids = new ArrayList<String>();
    listed.forEach(model -> ids.add(model.get("id").textValue()));
    assertThat(ids)
        .hasSize(4)
        .doesNotHaveDuplicates()
        .contains("demo")
        .doesNotContain("twice", app);
    assertThat(listed.get(0).get("kind").textValue()).isEqualTo("app");
    assertThat(listed.get(0).get("status").textValue()).isEqualTo("ready");
    assertThat(Set.copyOf(ids)).anyMatch(id -> id.startsWith("app-"));
  }
}
