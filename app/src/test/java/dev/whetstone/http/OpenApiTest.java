package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
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
import dev.whetstone.jobs.Job;
import dev.whetstone.jobs.JobLauncher;
import dev.whetstone.jobs.Jobs;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.serving.ServedReranker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Holds the server against its description. Each call that the document describes is made: with
/// the example of its body, with a field that is not known, without the key, and while the
/// application fails.
@Timeout(120)
class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOW =
      "describe it in app/src/main/resources/dev/whetstone/http/openapi/NAME.yaml (see OpenApi)";
  private static final Pattern KNOWN = Pattern.compile("the fields are ([\\w, ]+)");
  private static final String UNKNOWN = "not_a_field";
  private static final String LIST = "[]";

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final JsonNode document = OpenApi.document();
  private final SchemaCheck check = new SchemaCheck(document);
  private Catalog catalog;
  private StubApplication application;
  private Embeddings embeddings;
  private Registrations registrations;
  private Server server;
  private Jobs jobs;
  private String task;
  private String job;

  /// One call of the document.
  private record Call(String method, String path, JsonNode operation) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /// Fails each job at once.
  private static final class NoProcesses implements JobLauncher {
    @Override
    public List<String> steps() {
      return List.of("run");
    }

    @Override
    public ProcessHandle start(Job.Request request, Path out, Path err) throws IOException {
      throw new IOException("there are none here");
    }
  }

  @BeforeEach
  void start() throws Exception {
    Path models = Files.createDirectories(folder.resolve("models"));
    Model model =
        TinyBert.write(models.resolve("manual/1"), 1, Pooling.CLS, new Prompts("query: ", ""), 32);
    TinyBert.write(folder.resolve("shared/1"), 4);
    var deployments = new Deployments(folder, folder.resolve("deployments"));
    embeddings =
        new Embeddings(
            "manual",
            () -> model,
            TestLeases.of(this::encoder),
            deployments,
            EmbeddingLimits.DEFAULT);
    registrations =
        new Registrations(
            deployments,
            new ModelPlaces(
                folder,
                "s3://corp/handbook/",
                models,
                folder.resolve("deployed"),
                List.of(folder.resolve("shared").toString()),
                Map.of()),
            TestLeases.of(this::encoder));
    catalog = Catalog.open(folder.resolve("catalog.db"));
    application = new StubApplication(catalog);
    application.reranker = new ServedReranker("docs-reranker", "docs/3", Instant.EPOCH);
    jobs = new Jobs(folder.resolve("jobs"), new NoProcesses(), Clock.systemUTC());
    server = serve(ServerSettings.DEFAULT.with(new ServerSettings.Doors(true)));
    for (String name : List.of("own", "demo")) {
      send(
          server,
          "POST",
          "/v1/apps/rag/create",
          "{\"name\":\"" + name + "\",\"retriever\":{\"type\":\"lucene\",\"index\":\"docs\"}}");
    }
    job = json(send(server, "POST", "/v1/jobs", "{\"step\":\"run\"}")).get("id").textValue();
    task =
        json(send(server, "POST", "/_plugins/_ml/models/manual/_deploy", ""))
            .get("task_id")
            .textValue();
  }

  private Server serve(ServerSettings settings) {
    return Server.start(
        settings.withAddress("127.0.0.1", 0),
        application,
        new Server.Services(
            embeddings,
            registrations,
            new Server.WorkspaceServices(new StubDocuments(), jobs, true)));
  }

  private Encoder encoder(Model of) {
    return Encoders.open(of, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
  }

  @AfterEach
  void stop() {
    application.go.countDown();
    server.close();
    jobs.close();
    registrations.close();
    embeddings.close();
    catalog.close();
  }

  private HttpResponse<String> send(Server to, String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return client.send(
        HttpRequest.newBuilder(URI.create(to.address() + path)).method(method, publisher).build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> reply) throws IOException {
    return JSON.readTree(reply.body());
  }

  private List<Call> calls() {
    var calls = new ArrayList<Call>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          calls.add(
              new Call(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
        }
      }
    }
    return calls;
  }

  private JsonNode content(Call call) {
    return check
        .resolved(call.operation.path("requestBody"))
        .path("content")
        .path("application/json");
  }

  private @Nullable JsonNode example(Call call) {
    JsonNode example = content(call).get("example");
    return call.operation
            .path("operationId")
            .asText()
            .toLowerCase(Locale.ROOT)
            .matches("(upload|register).*")
        ? JSON.createObjectNode()
            .put("model_id", "custom-emb-v1")
            .put("model_path", folder.resolve("shared/1").toString())
        : example;
  }

  /// The path with what there is in place of its parameter.
  private String filled(Call call, @Nullable String id) {
    String there =
        call.path.contains("/tasks/")
            ? task
            : call.path.contains("/jobs/")
                ? job
                : call.path.contains("odels/") || call.path.contains("/_predict/")
                    ? "manual"
                    : "demo";
    String last = id == null ? there : id;
    return call.path.replace("{id}", last).replace("{name}", last);
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsOfARoute() {
    Set<String> routes =
        server.routes().stream()
            .map(route -> route.method() + " " + route.path().replace('<', '{').replace('>', '}'))
            .collect(Collectors.toCollection(TreeSet::new));

    var described = new TreeSet<>(calls().stream().map(Call::toString).toList());

    assertThat(described)
        .as("a route that is missing here is not described: %s", HOW)
        .isEqualTo(routes);
  }

  @Test
  void operationsHaveIdsOfTheirOwnAndAllReferencesLeadSomewhere() {
    assertThat(calls())
        .extracting(call -> call.operation.path("operationId").asText())
        .doesNotHaveDuplicates()
        .doesNotContain("");
    assertThat(document.findValuesAsText("$ref"))
        .allSatisfy(ref -> assertThat(document.at(ref.substring(1)).isMissingNode()).isFalse());
    assertThat(document.get("openapi").asText()).startsWith("3.1");
    assertThat(document.at("/info/version").asText()).isNotBlank();
  }

  @Test
  void itIsServedAsJson() throws Exception {
    assertThat(json(send(server, "GET", "/openapi.json", null))).isEqualTo(document);
  }

  @Test
  void repliesHoldWhatIsDescribedAndNothingElse() throws Exception {
    var problems = new ArrayList<String>();
    int answered = 0;
    for (Call call : calls()) {
      if (call.method.equals("DELETE")) {
        continue; // they come last: the others need what is deleted
      }
      JsonNode example = example(call);
      HttpResponse<String> reply =
          send(
              server, call.method, filled(call, null), example == null ? null : example.toString());
      hold(call, reply, problems);
      answered += reply.statusCode() == 200 ? 1 : 0;
      if (example != null && content(call).has("example")) {
        assertThat(check.problems(content(call).path("schema"), example))
            .as(call.toString())
            .isEmpty();
        assertThat(reply.statusCode()).as("%s: %s", call, reply.body()).isBetween(200, 202);
      }
    }
    for (Call call : calls()) {
      if (call.method.equals("DELETE")) {
        hold(call, send(server, "DELETE", filled(call, null), null), problems);
      }
    }

    assertThat(problems).as("replies differ from their descriptions: %s", HOW).isEmpty();
    assertThat(answered).isGreaterThan(15);
  }

  /// Notes what of a reply is not as its call's description says.
  private void hold(Call call, HttpResponse<String> reply, List<String> problems)
      throws IOException {
    String status = Integer.toString(reply.statusCode());
    JsonNode response = check.resolved(call.operation.path("responses").path(status));
    if (response.isMissingNode()) {
      problems.add(call + ": status " + status + " is not described: " + reply.body());
      return;
    }
    JsonNode schema = response.path("content").path("application/json").path("schema");
    String type = reply.headers().firstValue("Content-Type").orElse("");
    if (!schema.isMissingNode() && type.startsWith("application/json")) {
      for (String problem : check.problems(schema, json(reply))) {
        problems.add(call + " " + status + problem);
      }
    }
  }

  @Test
  void theFieldsOfRequestsAreThoseThatTheServerTakes() throws Exception {
    var problems = new ArrayList<String>();
    int compared = 0;
    for (Call call : calls()) {
      JsonNode schema = check.resolved(content(call).path("schema"));
      JsonNode example = example(call);
      if (example != null && !schema.isMissingNode()) {
        compared += fields(call, schema, (ObjectNode) example, List.of(), problems);
      }
    }

    assertThat(problems).as("fields differ from their description: %s", HOW).isEmpty();
    assertThat(compared).isGreaterThan(12);
  }

  /// Compares the fields of an object of a request, and of those in it.
  ///
  /// @param at where the object stands in the body
  private int fields(
      Call call, JsonNode schema, ObjectNode example, List<String> at, List<String> problems)
      throws Exception {
    if (schema.has("additionalProperties")) {
      return 0;
    }
    int compared = 0;
    ObjectNode body = example.deepCopy();
    ObjectNode object = body;
    for (String name : at) {
      object = inner(object, name);
    }
    object.put(UNKNOWN, 1);
    HttpResponse<String> reply = send(server, call.method, filled(call, null), body.toString());
    Matcher told = KNOWN.matcher(reply.body());
    var described = new TreeSet<String>();
    schema.path("properties").fieldNames().forEachRemaining(described::add);
    if (!told.find()) {
      problems.add(call + " " + at + ": takes a field that is not described: " + reply.body());
    } else if (!described.equals(new TreeSet<>(List.of(told.group(1).split(", "))))) {
      problems.add(call + " " + at + ": takes " + told.group(1) + "; described: " + described);
    }
    compared++;
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      JsonNode inner = check.resolved(field.getValue());
      boolean list = inner.has("items");
      JsonNode innermost = list ? check.resolved(inner.get("items")) : inner;
      if (innermost.has("properties")) {
        var deeper = new ArrayList<>(at);
        deeper.add(field.getKey() + (list ? LIST : ""));
        compared += fields(call, innermost, example, deeper, problems);
      }
    }
    return compared;
  }

  /// The object in a field, or the first of those in it, made where there is none.
  private static ObjectNode inner(ObjectNode object, String name) {
    if (!name.endsWith(LIST)) {
      return object.get(name) instanceof ObjectNode there ? there : object.putObject(name);
    }
    String field = name.substring(0, name.length() - LIST.length());
    return object.path(field).path(0) instanceof ObjectNode first
        ? first
        : object.putArray(field).addObject();
  }

  @Test
  void theEventsOfStreamsHoldWhatIsDescribed() throws Exception {
    var problems = new ArrayList<String>();
    var streams = new TreeSet<String>();
    for (Call call : calls()) {
      JsonNode events =
          call.operation.path("responses").path("200").path("content").path("text/event-stream");
      if (events.isMissingNode()) {
        continue;
      }
      assertThat(events.has("x-events")).as("%s: x-events: %s", call, HOW).isTrue();
      for (boolean declined : new boolean[] {false, true}) {
        List<JsonNode> told = events(call, declined);
        assertThat(told).as(call.toString()).isNotEmpty();
        for (JsonNode event : told) {
          check
              .problems(events.get("x-events"), event)
              .forEach(problem -> problems.add(call + problem + " in " + event));
        }
      }
      streams.add(call.operation.path("operationId").asText());
    }

    assertThat(problems).as("events differ from their descriptions: %s", HOW).isEmpty();
    assertThat(streams).contains("chat", "respond", "completion", "followJob");
  }

  /// The data of a call's stream.
  ///
  /// @param declined whether the question is one that finds nothing
  private List<JsonNode> events(Call call, boolean declined) throws Exception {
    JsonNode example = example(call);
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + filled(call, null)))
            .header("Accept", "text/event-stream");
    if (example == null) {
      request.GET();
    } else {
      ObjectNode body = example.deepCopy();
      boolean openAi = body.has("model");
      if (openAi) {
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
      }
      if (declined) {
        (openAi ? body.putObject("filter") : ragFilter(body)).put("document", "none");
      }
      request.POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }
    HttpResponse<String> reply = client.send(request.build(), BodyHandlers.ofString());
    assertThat(reply.headers().firstValue("Content-Type").orElse(""))
        .as("%s: %s", call, reply.body())
        .startsWith("text/event-stream");
    var events = new ArrayList<JsonNode>();
    for (String line : reply.body().lines().toList()) {
      if (line.startsWith("data:") && !line.endsWith("[DONE]")) {
        events.add(JSON.readTree(line.substring("data:".length())));
      }
    }
    return events;
  }

  private static ObjectNode ragFilter(ObjectNode body) {
    return body.putObject("parameters").putObject("rag_options").putObject("metadata_filter");
  }

  @Test
  void aDeclinedQuestionsReplyIsDescribed() throws Exception {
    var problems = new ArrayList<String>();
    int declined = 0;
    for (Call call : calls()) {
      JsonNode example = example(call);
      String id = call.operation.path("operationId").asText();
      if (example == null || !List.of("chat", "respond", "completion").contains(id)) {
        continue;
      }
      ObjectNode body = example.deepCopy();
      (body.has("model") ? body.putObject("filter") : ragFilter(body)).put("document", "none");
      HttpResponse<String> reply = send(server, call.method, filled(call, null), body.toString());
      hold(call, reply, problems);
      declined += reply.body().contains("\"decline\":{\"reason\"") ? 1 : 0;
    }

    assertThat(problems).as("replies differ from their descriptions: %s", HOW).isEmpty();
    assertThat(declined).isEqualTo(3);
  }

  @Test
  void errorsHaveTheStatusAndFormThatAreDescribed() throws Exception {
    var problems = new ArrayList<String>();
    var statuses = new HashSet<Integer>();
    try (Server asking = serve(ServerSettings.DEFAULT.withApiKey("secret"))) {
      for (Call call : calls()) {
        JsonNode example = example(call);
        String body = example == null ? null : example.toString();
        if (!call.path.equals("/health") && !call.path.equals("/ready")) {
          HttpResponse<String> unknown = send(asking, call.method, filled(call, null), body);
          assertThat(unknown.statusCode()).as(call.toString()).isIn(401, 403);
          hold(call, unknown, problems);
          statuses.add(unknown.statusCode());
        }
        if (call.path.contains("{") && !call.method.equals("PUT")) {
          HttpResponse<String> none = send(server, call.method, filled(call, "none"), body);
          assertThat(none.statusCode()).as(call.toString()).isEqualTo(404);
          hold(call, none, problems);
        }
        if (example != null) {
          for (String wrong : List.of("{", "[]", "{\"a\": 1}", " ".repeat(9 << 20))) {
            HttpResponse<String> bad = send(server, call.method, filled(call, null), wrong);
            assertThat(bad.statusCode()).as("%s: %s", call, bad.body()).isBetween(400, 413);
            hold(call, bad, problems);
            statuses.add(bad.statusCode());
          }
        }
      }
      for (RuntimeException failure :
          List.of(
              new Busy("at its limit", 1),
              new Failure.Unavailable("the index does not answer"),
              new Failure.Refused("not here"),
              new IllegalStateException("a fault of the test"))) {
        application.failure = failure;
        for (Call call : calls()) {
          JsonNode example = example(call);
          if (example != null && !call.method.equals("PUT")) {
            HttpResponse<String> failed =
                send(server, call.method, filled(call, null), example.toString());
            hold(call, failed, problems);
            statuses.add(failed.statusCode());
          }
        }
      }
    }

    assertThat(problems).as("errors differ from their descriptions: %s", HOW).isEmpty();
    assertThat(statuses).contains(400, 401, 403, 413, 429, 500, 503);
  }
}
