package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class McpRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String META =
      "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\","
          + " \"io.modelcontextprotocol/clientCapabilities\": {}}";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Catalog catalog;
  private StubApplication application;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    catalog = Catalog.open(folder.resolve("catalog.db"));
    application = new StubApplication(catalog);
    serve(ServerSettings.DEFAULT.with(new ServerSettings.Doors(true)));
  }

  private void serve(ServerSettings settings) throws Exception {
    server = Server.start(settings.withAddress("127.0.0.1", 0), application);
    for (String name : List.of("own", "demo")) {
      var _ =
          send(
              request("/v1/apps/rag/create")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"name\":\""
                              + name
                              + "\",\"retriever\":{\"type\":\"lucene\",\"index\":\"docs\"}}")));
    }
  }

  @AfterEach
  void stop() {
    application.go.countDown();
    server.close();
    catalog.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    var request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private static String message(String method, String params) {
    return "{\"jsonrpc\": \"2.0\", \"id\": 7, \"method\": \""
        + method
        + "\", \"params\": {"
        + params
        + "}}";
  }

  private static JsonNode json(HttpResponse<String> reply) throws IOException {
    return JSON.readTree(reply.body());
  }

  private JsonNode result(String method, String params) throws Exception {
    HttpResponse<String> reply =
        post("/mcp/demo", message(method, params), "MCP-Protocol-Version", "2025-11-25");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(json(reply).get("id").intValue()).isEqualTo(7);
    return json(reply).get("result");
  }

  private JsonNode call(String tool, String arguments) throws Exception {
    return result("tools/call", "\"name\": \"" + tool + "\", \"arguments\": {" + arguments + "}");
  }

  private static int code(HttpResponse<String> reply) throws IOException {
    return json(reply).at("/error/code").intValue();
  }

  @Test
  void aHandshakeAgreesOnTheClientsVersionOrTheNewestThatBeginsSo() throws Exception {
    for (String version : List.of("2025-06-18", "2025-11-25")) {
      JsonNode result = result("initialize", "\"protocolVersion\": \"" + version + "\"");
      assertThat(result.get("protocolVersion").textValue()).isEqualTo(version);
      assertThat(result.get("capabilities").has("tools")).isTrue();
      assertThat(result.at("/serverInfo/name").textValue()).isEqualTo("whetstone");
    }
    assertThat(result("initialize", "\"protocolVersion\": \"2024-11-05\"").get("protocolVersion"))
        .hasToString("\"2025-11-25\"");
    assertThat(result("ping", "")).isEmpty();
    HttpResponse<String> told =
        post("/mcp", "{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}");
    assertThat(told.statusCode()).isEqualTo(202);
    assertThat(told.body()).isEmpty();
  }

  @Test
  void searchAndFetchHaveTheShapesThatConnectorsAskFor() throws Exception {
    JsonNode found = call("search", "\"query\": \"why does the pump stop\"");

    JsonNode results = found.at("/structuredContent/results");
    assertThat(results).hasSize(2);
    assertThat(results.get(0).toString())
        .isEqualTo(
            "{\"id\":\"p1\",\"title\":\"Guide > Parts\","
                + "\"url\":\"https://docs.example.com/pumps.pdf#page=3\","
                + "\"text\":\"The pump stops when the tank is empty.\"}");
    assertThat(results.get(1).get("url").textValue()).isEqualTo("whetstone://demo/passages/p2");
    assertThat(JSON.readTree(found.at("/content/0/text").textValue()))
        .isEqualTo(found.get("structuredContent"));
    JsonNode read = call("fetch", "\"id\": \"p1\"").get("structuredContent");
    assertThat(read.get("id").textValue()).isEqualTo("p1");
    assertThat(read.get("text").textValue())
        .isEqualTo("Guide > Parts\n\nThe pump stops when the tank is empty.");
    assertThat(read.get("url").textValue()).isEqualTo("https://docs.example.com/pumps.pdf#page=3");
    assertThat(read.at("/metadata/document").textValue()).isEqualTo("guide/pumps.pdf");
    assertThat(read.at("/metadata/page").textValue()).isEqualTo("3");
  }

  @Test
  void theFilterActsAsEverywhere() throws Exception {
    JsonNode found =
        call("search", "\"query\": \"why\", \"filter\": {\"document\": \"guide/valves.md\"}");

    assertThat(found.at("/structuredContent/results").findValuesAsText("id")).containsExactly("p2");
  }

  @Test
  void anAnswerNamesItsPassagesAndADeclinedOneTheNearest() throws Exception {
    JsonNode answered = call("answer", "\"query\": \"why does it stop\"");
    JsonNode declined = call("answer", "\"query\": \"why\", \"filter\": {\"document\": \"none\"}");

    JsonNode answer = answered.get("structuredContent");
    assertThat(answer.get("answer").textValue()).endsWith("[1]");
    assertThat(answer.get("declined").booleanValue()).isFalse();
    assertThat(answer.at("/citations/0/url").textValue()).contains("#page=3");
    assertThat(answered.at("/content/1/uri").textValue()).isEqualTo("whetstone://demo/passages/p1");
    assertThat(declined.at("/structuredContent/declined").booleanValue()).isTrue();
    assertThat(declined.at("/structuredContent/citations")).isEmpty();
    assertThat(declined.at("/structuredContent/decline/reason").textValue())
        .isEqualTo("unknown_names");
    assertThat(declined.at("/structuredContent/decline/names/0").textValue()).isEqualTo("Kafka");
    JsonNode nearest = declined.at("/structuredContent/nearest");
    assertThat(nearest.isArray()).isTrue();
    assertThat(declined.get("content").findValuesAsText("uri")).hasSize(nearest.size());
    assertThat(answer.has("decline")).isFalse();
  }

  @Test
  void whereTheSettingsDoNotSaySoNothingAnswers() throws Exception {
    assertThat(result("tools/list", "").get("tools").findValuesAsText("name"))
        .contains("search", "fetch", "answer");
    server.close();
    serve(ServerSettings.DEFAULT);

    assertThat(result("tools/list", "").get("tools"))
        .extracting(tool -> tool.get("name").textValue())
        .containsExactly("search", "fetch");
    HttpResponse<String> asked =
        post(
            "/mcp/demo",
            message("tools/call", "\"name\": \"answer\", \"arguments\": {\"query\": \"why\"}"));
    assertThat(code(asked)).isEqualTo(-32602);
  }

  @Test
  void aPassageIsAResource() throws Exception {
    assertThat(result("resources/list", "").get("resources")).isEmpty();
    assertThat(result("resources/templates/list", "").at("/resourceTemplates/0/uriTemplate"))
        .hasToString("\"whetstone://demo/passages/{id}\"");
    JsonNode contents =
        result("resources/read", "\"uri\": \"whetstone://demo/passages/p2\"").at("/contents/0");
    assertThat(contents.get("text").textValue()).isEqualTo("The valve opens at four bar.");
    assertThat(contents.at("/_meta/whetstone~1source").textValue())
        .isEqualTo("s3://papers/guide/valves.md");
    for (String other :
        List.of(
            "whetstone://demo/passages/p9", "whetstone://own/passages/p2", "file:///etc/hosts")) {
      HttpResponse<String> reply =
          post("/mcp/demo", message("resources/read", "\"uri\": \"" + other + "\""));
      assertThat(code(reply)).as(other).isEqualTo(-32002);
    }
  }

  @Test
  void whatAToolCannotDoIsToldToWhoeverCalledIt() throws Exception {
    for (String arguments :
        List.of(
            "",
            "\"query\": \" \"",
            "\"query\": \"" + "x".repeat(3000) + "\"",
            "\"query\": \"why\", \"top_k\": 0",
            "\"query\": \"why\", \"filter\": 3",
            "\"question\": \"why\"")) {
      JsonNode result = call("search", arguments);
      assertThat(result.get("isError").booleanValue()).as(arguments).isTrue();
      assertThat(result.has("structuredContent")).isFalse();
      assertThat(result.at("/content/0/text").textValue()).isNotBlank();
    }
    assertThat(call("fetch", "\"id\": \"p9\"").get("isError").booleanValue()).isTrue();
    application.failure = new Busy("at its limit", 1);
    assertThat(call("search", "\"query\": \"why\"").get("isError").booleanValue()).isTrue();
    application.failure = new Failure.Unavailable("/srv/index does not answer");
    assertThat(call("search", "\"query\": \"why\"").at("/content/0/text").textValue())
        .doesNotContain("/srv");
  }

  @Test
  void aRequestOf2026StandsAlone() throws Exception {
    HttpResponse<String> discovered = modern("server/discover", META, null);
    HttpResponse<String> called =
        modern(
            "tools/call",
            META + ", \"name\": \"search\", \"arguments\": {\"query\": \"why\"}",
            "search");

    JsonNode discover = json(discovered).get("result");
    assertThat(discover.get("supportedVersions"))
        .extracting(JsonNode::textValue)
        .containsExactly("2025-06-18", "2025-11-25", "2026-07-28");
    assertThat(discover.get("resultType").textValue()).isEqualTo("complete");
    assertThat(discover.has("ttlMs")).isTrue();
    assertThat(discover.at("/_meta/io.modelcontextprotocol~1serverInfo/name").textValue())
        .isEqualTo("whetstone");
    assertThat(json(called).at("/result/structuredContent/results")).hasSize(2);
    assertThat(modern("initialize", META, null).statusCode()).isEqualTo(404);
    assertThat(modern("ping", META, null).statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> modern(String method, String params, @Nullable String name)
      throws Exception {
    return name == null
        ? post(
            "/mcp/demo",
            message(method, params),
            "MCP-Protocol-Version",
            "2026-07-28",
            "Mcp-Method",
            method)
        : post(
            "/mcp/demo",
            message(method, params),
            "MCP-Protocol-Version",
            "2026-07-28",
            "Mcp-Method",
            method,
            "Mcp-Name",
            name);
  }

  @Test
  void headersThatDisagreeWithTheBodyAreRefused() throws Exception {
    String list = message("tools/list", META);
    String call = META + ", \"name\": \"search\", \"arguments\": {\"query\": \"why\"}";

    assertThat(code(post("/mcp/demo", list))).isEqualTo(-32020); // no header
    assertThat(code(post("/mcp/demo", list, "MCP-Protocol-Version", "2025-11-25")))
        .isEqualTo(-32020);
    assertThat(
            code(
                post(
                    "/mcp/demo",
                    list,
                    "MCP-Protocol-Version",
                    "2026-07-28",
                    "Mcp-Method",
                    "tools/call")))
        .isEqualTo(-32020);
    assertThat(code(modern("tools/call", call, "fetch"))).isEqualTo(-32020);
    assertThat(json(modern("tools/call", call, "=?base64?c2VhcmNo?=")).has("result")).isTrue();
    HttpResponse<String> bare = modern("tools/list", "", null);
    assertThat(bare.statusCode()).isEqualTo(400);
    assertThat(code(bare)).isEqualTo(-32602);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024-11-05", "2027-01-01", "x"})
  void anUnknownVersionIs400WithThoseThatAreKnown(String version) throws Exception {
    HttpResponse<String> reply =
        post("/mcp/demo", message("tools/list", ""), "MCP-Protocol-Version", version);

    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(code(reply)).isEqualTo(-32022);
    assertThat(json(reply).at("/error/data/supported")).hasSize(3);
    assertThat(json(reply).get("id").intValue()).isEqualTo(7);
  }

  @Test
  void whatIsNoMessageIsAnErrorOfJsonRpc() throws Exception {
    assertThat(code(post("/mcp/demo", "{"))).isEqualTo(-32700);
    assertThat(code(post("/mcp/demo", ""))).isEqualTo(-32700);
    assertThat(code(post("/mcp/demo", "[" + message("ping", "") + "]"))).isEqualTo(-32600);
    assertThat(code(post("/mcp/demo", "{\"id\": 1, \"method\": \"ping\"}"))).isEqualTo(-32600);
    HttpResponse<String> unknown = post("/mcp/demo", message("tasks/list", ""));
    assertThat(unknown.statusCode()).isEqualTo(200);
    assertThat(code(unknown)).isEqualTo(-32601);
    assertThat(send(request("/mcp").GET()).statusCode()).isEqualTo(405);
    assertThat(send(request("/mcp").DELETE()).statusCode()).isEqualTo(405);
    HttpResponse<String> noApp = post("/mcp/none", message("ping", ""));
    assertThat(noApp.statusCode()).isEqualTo(404);
    assertThat(json(noApp).get("jsonrpc").textValue()).isEqualTo("2.0");
    HttpResponse<String> tooLong = post("/mcp/demo", " ".repeat(2 << 20));
    assertThat(tooLong.statusCode()).isEqualTo(413);
  }

  @Test
  void keysAndOriginsAreAskedForAsEverywhere() throws Exception {
    server.close();
    server =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).withApiKey("secret"), application);
    String ping = message("ping", "");

    HttpResponse<String> without = post("/mcp", ping);
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(json(without).at("/error/message").textValue()).contains("Bearer");
    assertThat(post("/mcp", ping, "Authorization", "Bearer secret").statusCode()).isEqualTo(200);
    assertThat(
            post("/mcp", ping, "Authorization", "Bearer secret", "Origin", "https://evil.example")
                .statusCode())
        .isEqualTo(403);
  }
}
