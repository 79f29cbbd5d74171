package dev.whetstone.deploy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// A stand-in for an OpenSearch cluster with ml-commons, after its public documentation
/// (docs.opensearch.org, `ml-commons-plugin/…`, named at each route) and sources
/// (github.com/opensearch-project/ml-commons). It keeps what it is sent, and predicts from the
/// uploaded zip with the libraries that the plugin uses, in the way of its
/// `ONNXSentenceTransformerTextEmbeddingTranslator`.
public final class StubMlCommons implements AutoCloseable {
  private static final String BASE = "/_plugins/_ml";

  private final HttpServer server;
  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, ObjectNode> models = new LinkedHashMap<>();
  private final Map<String, JsonNode> fetched = new HashMap<>();
  private final Map<String, ObjectNode> groups = new LinkedHashMap<>();
  private final Map<String, ObjectNode> connectors = new LinkedHashMap<>();
  private final Map<String, ObjectNode> tasks = new LinkedHashMap<>();
  private final Map<String, TreeMap<Integer, byte[]>> chunks = new LinkedHashMap<>();

  /// Method and path of each request, in order.
  public final List<String> requests = new ArrayList<>();

  boolean localFiles = true;
  boolean urls = true;
  boolean mlNodes = true;
  public boolean trusts = true;
  boolean plugin = true;
  @Nullable String breaker;
  @Nullable String authorization;
  int busy;
  int chunksUntilItDies = Integer.MAX_VALUE;
  public int pollsUntilDone = 2;
  boolean wrongPooling;

  /// Requests whose answers are lost, once each: what they ask for is done.
  public final Set<String> loses = new HashSet<>();

  public StubMlCommons(Path folder) throws IOException {
    this.folder = folder;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newSingleThreadExecutor());
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  long count(String request) {
    return requests.stream().filter(one -> one.matches(request)).count();
  }

  /// Flips a bit of what was uploaded.
  void damage(String id) {
    byte[] chunk = there(chunks, id).firstEntry().getValue();
    chunk[chunk.length / 2] ^= 1;
  }

  ObjectNode model(String id) {
    return there(models, id);
  }

  /// Every connector as any user of the cluster may read it: without credentials.
  public List<ObjectNode> shownConnectors() {
    return connectors.values().stream()
        .map(connector -> connector.deepCopy().<ObjectNode>without("credential"))
        .toList();
  }

  /// How many groups, models and connectors there are.
  public List<Integer> made() {
    return List.of(groups.size(), models.size(), connectors.size());
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final int status;

    Refusal(int status, String reason) {
      super(reason);
      this.status = status;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(request);
    int status = 200;
    JsonNode reply;
    try {
      if (request.contains("upload_chunk") && chunksUntilItDies-- <= 0) {
        exchange.close(); // cut off in the middle
        return;
      }
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (body.length > 0 && !takes(type)) {
        throw new Refusal(
            406,
            type == null
                ? "Content-Type header is missing"
                : "Content-Type header [" + type + "] is not supported");
      }
      if (busy > 0) {
        busy--;
        exchange.getResponseHeaders().add("Retry-After", "0");
        throw new Refusal(429, "rejected execution of coordinating operation");
      }
      if (authorization != null
          && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        throw new Refusal(401, "Unauthorized");
      }
      if (!plugin) {
        throw new Refusal(
            400, "no handler found for uri [" + exchange.getRequestURI() + "] and method [POST]");
      }
      reply = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body);
    } catch (Refusal e) {
      status = e.status;
      reply = error(e);
    } catch (Exception e) {
      status = 500;
      reply = error(new Refusal(500, String.valueOf(e)));
    }
    if (loses.removeIf(request::endsWith)) {
      exchange.close();
      return;
    }
    byte[] bytes = reply.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /// Whether a node reads a body of that type: RestController.dispatchRequest and
  /// RestRequest.parseContentType of OpenSearch; held against a real node by [ContentTypeTest].
  static boolean takes(@Nullable String contentType) {
    return contentType != null
        && contentType.matches("(?i)application/(x-nd)?(json|smile|yaml|cbor)\\s*(;.*)?");
  }

  private static ObjectNode error(Refusal refusal) {
    ObjectNode reply = Json.MAPPER.createObjectNode();
    reply
        .putObject("error")
        .put("type", "illegal_argument_exception")
        .put("reason", refusal.getMessage());
    return reply.put("status", refusal.status);
  }

  private JsonNode answer(String method, String path, byte[] body) throws Exception {
    String[] parts = path.substring(BASE.length() + 1).split("/");
    return switch (method + " " + parts[0] + (parts.length > 1 ? " " + verb(parts) : "")) {
      // api/model-group-apis/search-model-group
      case "POST model_groups _search" -> search(groups, json(body));
      // api/model-group-apis/register-model-group
      case "POST model_groups _register" -> registerGroup(json(body));
      // api/model-apis/search-model, with "Searching for all model chunks"
      case "POST models _search" -> searchModels(json(body));
      // RestMLRegisterModelMetaAction of ml-commons; opensearch-py-ml's ModelUploader
      case "POST models _register_meta" -> registerMeta(json(body));
      // RestMLUploadModelChunkAction and MLModelChunkUploader of ml-commons
      case "POST models upload_chunk" -> upload(parts[1], Integer.parseInt(parts[3]), body);
      // api/model-apis/register-model
      case "POST models _register" -> register(json(body));
      // api/model-apis/get-model
      case "GET models id" -> getModel(parts[1]);
      // api/model-apis/deploy-model
      case "POST models _deploy" -> deploy(parts[1]);
      // api/tasks-apis/get-task
      case "GET tasks id" -> task(parts[1]);
      // api/train-predict/predict; custom-local-models, step 4
      case "POST _predict text_embedding" -> predict(parts[2], json(body));
      // remote_inference_blueprints/openai_connector_embedding_blueprint, step 4
      case "POST models _predict" -> predictRemote(parts[1], json(body));
      // api/connector-apis/search-connector
      case "POST connectors _search" -> search(connectors, json(body));
      // api/connector-apis/create-connector
      case "POST connectors _create" -> createConnector(json(body));
      default -> throw new Refusal(405, "Incorrect HTTP method for uri [" + path + "]");
    };
  }

  private static String verb(String[] parts) {
    return parts.length == 4
        ? parts[2]
        : parts.length == 3
            ? (parts[2].startsWith("_") ? parts[2] : parts[1])
            : parts[1].startsWith("_") ? parts[1] : "id";
  }

  private static ObjectNode json(byte[] body) throws IOException {
    return (ObjectNode) Json.MAPPER.readTree(body);
  }

  private static ObjectNode object(String key, String value) {
    return Json.MAPPER.createObjectNode().put(key, value);
  }

  private static String put(Map<String, ObjectNode> into, String prefix, ObjectNode value) {
    String id = prefix + "-" + (into.size() + 1);
    into.put(id, value);
    return id;
  }

  /// One `term` filter, as it was asked for; `name.keyword` is `name`.
  private static ObjectNode search(Map<String, ObjectNode> all, ObjectNode query) {
    JsonNode filter = query.at("/query/bool/filter/0");
    var term = filter.path(filter.has("term") ? "term" : "match").properties().iterator().next();
    String field = term.getKey().replace(".keyword", "");
    ObjectNode reply = Json.MAPPER.createObjectNode();
    ArrayNode hits = reply.putObject("hits").putArray("hits");
    all.forEach(
        (id, source) -> {
          if (source.path(field).equals(term.getValue())) {
            hits.addObject().put("_id", id).set("_source", source);
          }
        });
    return reply;
  }

  private ObjectNode searchModels(ObjectNode query) {
    String model = query.at("/query/bool/filter/0/term/model_id").asText("");
    if (model.isEmpty()) {
      return search(models, query);
    }
    ObjectNode reply = Json.MAPPER.createObjectNode();
    ArrayNode hits = reply.putObject("hits").putArray("hits");
    chunks
        .getOrDefault(model, new TreeMap<>())
        .keySet()
        .forEach(number -> hits.addObject().putObject("_source").put("chunk_number", number));
    return reply;
  }

  /// The message is that of MLModelGroupManager.
  private ObjectNode registerGroup(ObjectNode about) {
    groups.forEach(
        (id, group) -> {
          if (group.get("name").equals(about.get("name"))) {
            throw new Refusal(
                400,
                "The name you provided is already being used by a model group with ID: "
                    + id
                    + ".");
          }
        });
    return object("model_group_id", put(groups, "group", about)).put("status", "CREATED");
  }

  private ObjectNode getModel(String id) {
    ObjectNode model = models.get(id);
    if (model == null) {
      throw new Refusal(404, "Failed to find model with the provided model id: " + id);
    }
    ObjectNode now = model.deepCopy();
    fetched(id);
    return now;
  }

  /// What the cluster fetches is there when it has been asked for once.
  private void fetched(String id) {
    JsonNode hash = fetched.remove(id);
    if (hash != null) {
      there(models, id).put("model_state", "REGISTERED").set("model_content_hash_value", hash);
    }
  }

  private ObjectNode registerMeta(ObjectNode about) {
    if (!localFiles) {
      throw new Refusal(
          400,
          "To upload custom model from local file, user needs to enable"
              + " allow_registering_model_via_local_file settings. Otherwise please use opensearch"
              + " pre-trained models");
    }
    for (String field :
        List.of(
            "name", "model_format", "model_content_hash_value", "model_config", "total_chunks")) {
      if (!about.has(field)) {
        throw new Refusal(400, field + " is null");
      }
    }
    about.put("model_state", "REGISTERING");
    String id = put(models, "model", about);
    return object("model_id", id).put("status", "CREATED");
  }

  private ObjectNode upload(String id, int number, byte[] chunk) {
    ObjectNode model = there(models, id);
    if (model == null) {
      throw new Refusal(404, "Failed to find model");
    }
    if (number >= model.get("total_chunks").intValue()) {
      throw new Refusal(500, "Chunk number exceeds total chunks");
    }
    if (chunk.length == 0 || chunk.length > 10_000_000) {
      throw new Refusal(500, "Chunk size exceeds 10MB");
    }
    chunks.computeIfAbsent(id, _ -> new TreeMap<>()).put(number, chunk);
    if (number + 1 == model.get("total_chunks").intValue()) {
      model.put("model_state", "REGISTERED");
    }
    return object("status", "Uploaded");
  }

  private ObjectNode register(ObjectNode about) throws Exception {
    if (!about.path("function_name").asText().equals("remote")) {
      if (!urls) {
        throw new Refusal(
            400,
            "To upload custom model user needs to enable allow_registering_model_via_url settings."
                + " Otherwise please use OpenSearch pre-trained models.");
      }
      HttpResponse<byte[]> zip =
          client.send(
              HttpRequest.newBuilder(URI.create(about.get("url").asText())).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      // MLModelManager: no hash before all is there
      JsonNode hash = about.remove("model_content_hash_value");
      about.put("model_state", "REGISTERING");
      about.put("total_chunks", 1);
      String id = put(models, "model", about);
      fetched.put(id, hash);
      chunks.computeIfAbsent(id, _ -> new TreeMap<>()).put(0, zip.body());
      return task(id, "REGISTER_MODEL", null);
    }
    about.put("model_state", "REGISTERED");
    return task(put(models, "model", about), "REGISTER_MODEL", null);
  }

  /// What a call before this one made.
  private static <T> T there(Map<String, T> made, String id) {
    return Objects.requireNonNull(made.get(id), id);
  }

  private ObjectNode task(String model, String type, @Nullable String error) {
    ObjectNode task = Json.MAPPER.createObjectNode();
    task.put("model_id", model);
    task.put("task_type", type);
    task.put("state", error == null ? "COMPLETED" : "FAILED");
    if (error != null) {
      task.put("error", "{\"node-1\":\"" + error + "\"}");
    }
    task.put("polls", 0);
    return object("task_id", put(tasks, "task", task)).put("status", "CREATED");
  }

  private ObjectNode task(String id) {
    ObjectNode task = there(tasks, id);
    if (task.get("polls").intValue() < pollsUntilDone) {
      task.put("polls", task.get("polls").intValue() + 1);
      return object("state", "RUNNING").put("task_type", task.get("task_type").asText());
    }
    fetched(task.get("model_id").asText());
    return task;
  }

  private ObjectNode deploy(String id) throws Exception {
    ObjectNode model = there(models, id);
    if (!mlNodes) {
      throw new Refusal(
          400,
          "No eligible node found to execute this request. It's best practice to provision ML nodes"
              + " to serve your models. You can disable this setting to serve the model on your"
              + " data node for development purposes by disabling the"
              + " \"plugins.ml_commons.only_run_on_ml_node\" configuration using the"
              + " _cluster/settings api");
    }
    if (breaker != null) {
      throw new Refusal(429, breaker + " is open, please check your resources!");
    }
    if (model.path("function_name").asText().equals("remote")) {
      model.put("model_state", "DEPLOYED");
      return task(id, "DEPLOY_MODEL", null);
    }
    byte[] zip = zip(id);
    if (!Sha256.of(zip).equals(model.get("model_content_hash_value").asText())) {
      return task(id, "DEPLOY_MODEL", "model content changed");
    }
    Path place = Files.createDirectories(folder.resolve(id));
    int graphs = 0;
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        graphs += entry.getName().endsWith(".onnx") ? 1 : 0;
        Files.write(place.resolve(entry.getName()), in.readAllBytes());
      }
    }
    if (graphs != 1) { // DLModel.loadModel
      return task(id, "DEPLOY_MODEL", "found multiple models");
    }
    model.put("model_state", "DEPLOYED");
    return task(id, "DEPLOY_MODEL", null);
  }

  private byte[] zip(String id) throws IOException {
    var zip = new ByteArrayOutputStream();
    for (byte[] chunk : there(chunks, id).values()) {
      zip.write(chunk);
    }
    return zip.toByteArray();
  }

  private ObjectNode predict(String id, ObjectNode body) throws Exception {
    ObjectNode model = there(models, id);
    JsonNode config = model.get("model_config");
    String type = body.at("/parameters/content_type").asText("");
    boolean asymmetric = config.has("query_prefix") || config.has("passage_prefix");
    if (asymmetric == type.isEmpty()) { // TextEmbeddingModel.isAsymmetricModel
      throw new Refusal(
          400,
          asymmetric
              ? "The embedding model chosen is asymmetric. To use it, you must declare whether the"
                  + " input is of type `QUERY` or of type `PASSAGE`."
              : "When passing AsymmetricTextEmbeddingParameters, the model requires to be"
                  + " registered with at least one of `query_prefix` or `passage_prefix`.");
    }
    String prefix = type.isEmpty() ? "" : config.path(type + "_prefix").asText("");
    var results = new ArrayList<float[]>();
    for (JsonNode text : body.get("text_docs")) {
      results.add(embed(folder.resolve(id), config, prefix + text.asText()));
    }
    return inference(results);
  }

  private static ObjectNode inference(List<float[]> vectors) {
    ObjectNode reply = Json.MAPPER.createObjectNode();
    ArrayNode results = reply.putArray("inference_results");
    for (float[] vector : vectors) {
      ObjectNode output = results.addObject().putArray("output").addObject();
      output.put("name", "sentence_embedding").put("data_type", "FLOAT32");
      output.putArray("shape").add(vector.length);
      ArrayNode data = output.putArray("data");
      for (float value : vector) {
        data.add(value);
      }
    }
    return reply;
  }

  /// As the plugin does: its tokenizer's settings, its input names, its pooling.
  float[] embed(Path place, JsonNode config, String text) throws Exception {
    var environment = OrtEnvironment.getEnvironment();
    try (var tokenizer =
            HuggingFaceTokenizer.builder()
                .optPadding(true)
                .optTokenizerPath(place.resolve("tokenizer.json"))
                .build();
        var session = environment.createSession(place.resolve("model.onnx").toString())) {
      var encoding = tokenizer.encode(text);
      var inputs = new LinkedHashMap<String, OnnxTensor>();
      inputs.put(
          "input_ids", OnnxTensor.createTensor(environment, new long[][] {encoding.getIds()}));
      inputs.put(
          "attention_mask",
          OnnxTensor.createTensor(environment, new long[][] {encoding.getAttentionMask()}));
      if (config.get("model_type").asText().matches("bert|albert")) {
        inputs.put(
            "token_type_ids",
            OnnxTensor.createTensor(environment, new long[][] {encoding.getTypeIds()}));
      }
      try (var result = session.run(inputs)) {
        float[][] states = ((float[][][]) result.get(0).getValue())[0];
        boolean cls = config.get("pooling_mode").asText().equals("cls") != wrongPooling;
        var pooled = new float[states[0].length];
        for (int row = 0; row < (cls ? 1 : states.length); row++) {
          for (int i = 0; i < pooled.length; i++) {
            pooled[i] += states[row][i];
          }
        }
        double square = 0;
        for (float value : pooled) {
          square += value * value;
        }
        for (int i = 0; i < pooled.length; i++) {
          pooled[i] /= (float) Math.sqrt(square);
        }
        return pooled;
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }
  }

  private ObjectNode createConnector(ObjectNode connector) {
    if (!trusts) {
      throw new Refusal(400, "Connector URL is not matching the trusted connector endpoint regex");
    }
    return object("connector_id", put(connectors, "connector", connector));
  }

  /// Fills the blueprint's places in, calls, and takes `data[].embedding` as
  /// `connector.post_process.openai.embedding` does.
  private ObjectNode predictRemote(String id, ObjectNode body) throws Exception {
    ObjectNode connector = there(connectors, there(models, id).get("connector_id").asText());
    JsonNode action = connector.at("/actions/0");
    var parameters = new LinkedHashMap<String, JsonNode>();
    connector.get("parameters").properties().forEach(e -> parameters.put(e.getKey(), e.getValue()));
    body.get("parameters").properties().forEach(e -> parameters.put(e.getKey(), e.getValue()));
    String sent = action.get("request_body").asText();
    for (var parameter : parameters.entrySet()) {
      JsonNode value = parameter.getValue();
      sent =
          sent.replace(
              "${parameters." + parameter.getKey() + "}",
              value.isTextual() ? value.asText() : value.toString());
    }
    var request =
        HttpRequest.newBuilder(URI.create(action.get("url").asText()))
            .POST(HttpRequest.BodyPublishers.ofString(sent));
    action
        .get("headers")
        .properties()
        .forEach(
            header ->
                request.header(
                    header.getKey(),
                    header
                        .getValue()
                        .asText()
                        .replace(
                            "${credential.whetstone_key}",
                            connector.at("/credential/whetstone_key").asText())));
    HttpResponse<String> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (reply.statusCode() != 200) {
      throw new Refusal(reply.statusCode(), "Error from remote service: " + reply.body());
    }
    var vectors = new ArrayList<float[]>();
    for (JsonNode row : Json.MAPPER.readTree(reply.body()).get("data")) {
      var vector = new float[row.get("embedding").size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = row.get("embedding").get(i).floatValue();
      }
      vectors.add(vector);
    }
    return inference(vectors);
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
