package dev.whetstone.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Time;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.store.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The calls of OpenSearch's ml-commons that a deployment takes.
///
/// Sources: the ML Commons APIs (docs.opensearch.org, ml-commons-plugin/api) and, for uploads in
/// chunks, opensearch-py-ml's `ModelUploader` and the plugin's `RestMLRegisterModelMetaAction` and
/// `RestMLUploadModelChunkAction`.
final class MlCommons implements AutoCloseable {
  private static final String BASE = "/_plugins/_ml";
  private static final String MODEL = "model_id";
  private static final String GROUP = "model_group_id";
  private static final String CONTENT = "model_content_hash_value";
  private static final int MOST_CHUNKS = 10_000; // what one search returns

  private final MlCall call;
  private final Duration poll;
  private final Duration patience;

  /// A model that the cluster knows.
  record RegisteredModel(String id, String state, int chunks) {
    boolean deployed() {
      return state.equals("DEPLOYED");
    }

    /// Whether chunks of it are missing.
    boolean incomplete() {
      return state.isEmpty() || state.equals("REGISTERING") || state.equals("UPLOADING");
    }
  }

  /// @param poll how often a task is looked after
  /// @param patience how long a task may take
  MlCommons(ClusterConnection cluster, Duration poll, Duration patience) {
    this.call = new MlCall(cluster, poll, Time.SYSTEM);
    this.poll = poll;
    this.patience = patience;
  }

  /// The model group of that name, made if there is none.
  String group(String name) {
    return findGroup(name)
        .orElseGet(
            () -> {
              ObjectNode body = Json.MAPPER.createObjectNode();
              body.put("name", name);
              body.put("description", "Embedding models made by Whetstone");
              return create(BASE + "/model_groups/_register", body, GROUP, () -> findGroup(name));
            });
  }

  private Optional<String> findGroup(String name) {
    ObjectNode query = search(term("name.keyword", name), 1);
    JsonNode hits = hits(BASE + "/model_groups/_search", query);
    return hits.isEmpty() ? Optional.empty() : Optional.of(hits.get(0).path("_id").asText());
  }

  /// The model of exactly these bytes that was registered last, if there is one.
  Optional<RegisteredModel> find(String sha256) {
    JsonNode hits = models(term(CONTENT, sha256), 1);
    return hits.isEmpty() ? Optional.empty() : Optional.of(known(hits.get(0)));
  }

  /// Models, not their chunks, the newest first.
  private JsonNode models(ObjectNode filter, int size) {
    ObjectNode query = search(filter, size);
    ((ObjectNode) query.at("/query/bool"))
        .putArray("must_not")
        .addObject()
        .putObject("exists")
        .put("field", "chunk_number");
    query.putArray("sort").addObject().putObject("created_time").put("order", "desc");
    return hits(BASE + "/models/_search", query);
  }

  /// The remote model of a connector, if there is one.
  Optional<RegisteredModel> findRemote(String connector) {
    // The field is no keyword in the plugin's mapping: matched, then compared.
    ObjectNode match = Json.MAPPER.createObjectNode();
    match.putObject("match").put("connector_id", connector);
    for (JsonNode hit : hits(BASE + "/models/_search", search(match, 100))) {
      if (hit.at("/_source/connector_id").asText().equals(connector)) {
        return Optional.of(known(hit));
      }
    }
    return Optional.empty();
  }

  private static RegisteredModel known(JsonNode hit) {
    JsonNode source = hit.path("_source");
    return new RegisteredModel(
        hit.path("_id").asText(),
        source.path("model_state").asText(""),
        source.path("total_chunks").asInt());
  }

  /// Registers a model whose chunks are to follow.
  ///
  /// @param about with the content's SHA-256, by which it is found again
  /// @return its id
  String registerMeta(ObjectNode about) {
    String sha256 = about.path(CONTENT).asText();
    return create(
        BASE + "/models/_register_meta", about, MODEL, () -> find(sha256).map(RegisteredModel::id));
  }

  /// The chunks of a model that have arrived.
  Set<Integer> chunks(String model) {
    ObjectNode query = search(term(MODEL, model), MOST_CHUNKS);
    query.putArray("_source").add("chunk_number");
    var numbers = new HashSet<Integer>();
    for (JsonNode hit : hits(BASE + "/models/_search", query)) {
      JsonNode number = hit.path("_source").path("chunk_number");
      if (number.isNumber()) {
        numbers.add(number.intValue());
      }
    }
    return numbers;
  }

  void upload(String model, int number, byte[] chunk) {
    required(call.post(BASE + "/models/" + model + "/upload_chunk/" + number, chunk), "status");
  }

  /// Registers a model that the cluster fetches, or a remote one, and waits for it.
  ///
  /// @return its id
  String register(ObjectNode about) {
    String connector = about.path("connector_id").asText("");
    Supplier<Optional<String>> made =
        () ->
            connector.isEmpty()
                ? findFetched(about)
                : findRemote(connector).map(RegisteredModel::id);
    MlCall.MlReply reply =
        call.create(BASE + "/models/_register", about, () -> made.get().map(id -> with(MODEL, id)));
    return reply.body().has("task_id")
        ? await(required(reply, "task_id"), "register the model")
        : awaitRegistered(required(reply, MODEL));
  }

  /// The model that the cluster was last told to fetch in these words. It has no hash of its
  /// content before it is whole.
  private Optional<String> findFetched(ObjectNode about) {
    for (JsonNode hit : models(term("name.keyword", about.path("name").asText()), 100)) {
      JsonNode source = hit.path("_source");
      if (source.path("description").equals(about.path("description"))
          && source.path(GROUP).equals(about.path(GROUP))
          && (!source.has(CONTENT) || source.path(CONTENT).equals(about.path(CONTENT)))) {
        return Optional.of(hit.path("_id").asText());
      }
    }
    return Optional.empty();
  }

  /// Brings a model into the memory of the cluster's nodes, and waits for it.
  void deploy(String model) {
    MlCall.MlReply reply =
        call.post(BASE + "/models/" + model + "/_deploy", Json.MAPPER.createObjectNode());
    await(required(reply, "task_id"), "deploy the model");
  }

  String createConnector(ObjectNode connector) {
    return create(
        BASE + "/connectors/_create", connector, "connector_id", () -> findConnector(connector));
  }

  /// The connector that calls the same address with the same parameters, if there is one.
  Optional<String> findConnector(ObjectNode connector) {
    String name = connector.path("name").asText();
    for (JsonNode hit :
        hits(BASE + "/connectors/_search", search(term("name.keyword", name), 100))) {
      JsonNode source = hit.path("_source");
      if (source.path("parameters").equals(connector.path("parameters"))
          && source.at("/actions/0/url").equals(connector.at("/actions/0/url"))) {
        return Optional.of(hit.path("_id").asText());
      }
    }
    return Optional.empty();
  }

  /// A text's vector by a model in the cluster.
  ///
  /// @param role null where the model was registered without prompts
  float[] predict(String model, String text, @org.jspecify.annotations.Nullable Role role) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putArray("text_docs").add(text);
    body.put("return_number", true);
    body.putArray("target_response").add("sentence_embedding");
    if (role != null) {
      String type = role == Role.QUERY ? "query" : "passage";
      body.putObject("parameters").put("content_type", type);
    }
    return vector(call.post(BASE + "/_predict/text_embedding/" + model, body));
  }

  /// A text's vector by a remote model, through its connector.
  float[] predictRemote(String model, String text, Role role) {
    ObjectNode parameters = Json.MAPPER.createObjectNode();
    parameters.putArray("input").add(text);
    parameters.put("input_type", role == Role.QUERY ? "query" : "passage");
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.set("parameters", parameters);
    return vector(call.post(BASE + "/models/" + model + "/_predict", body));
  }

  private static float[] vector(MlCall.MlReply reply) {
    JsonNode data = reply.body().at("/inference_results/0/output/0/data");
    if (!data.isArray() || data.isEmpty()) {
      throw new Failure.BadInput("OpenSearch's prediction holds no vector: " + brief(reply.body()));
    }
    var vector = new float[data.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = data.get(i).floatValue();
    }
    return vector;
  }

  /// Waits for a task.
  ///
  /// @return the model's id
  private String await(String task, String to) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      JsonNode body = call.get(BASE + "/tasks/" + task).body();
      String state = body.path("state").asText("");
      switch (state) {
        case "COMPLETED" -> {
          return body.path(MODEL).asText();
        }
        case "FAILED", "COMPLETED_WITH_ERROR", "CANCELLED", "EXPIRED", "UNREACHABLE" ->
            throw MlAdvice.failure(
                "task " + task, "to " + to, 400, state + ", " + error(body.path("error")));
        default -> pause(until, "the task " + task + " to " + to, state);
      }
    }
  }

  /// Waits for a model whose task is not known. One that cannot be fetched is removed.
  private String awaitRegistered(String model) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      MlCall.MlReply reply = call.get(BASE + "/models/" + model);
      String state = reply.body().path("model_state").asText("");
      if (reply.missing() || state.equals("REGISTER_FAILED")) {
        throw MlAdvice.failure(
            "model " + model, "to register it", 400, "it could not fetch the model");
      }
      if (!state.equals("REGISTERING")) {
        return model;
      }
      pause(until, "registering the model " + model, state);
    }
  }

  private void pause(long until, String what, String state) {
    if (System.nanoTime() > until) {
      throw new Failure.Unavailable(
          "OpenSearch has not ended %s after %d s (state %s). It may yet: run the same command again to go on"
              .formatted(what, patience.toSeconds(), state));
    }
    Time.SYSTEM.pause(poll);
  }

  /// A text, or a text for each node.
  private static String error(JsonNode error) {
    return error.isTextual() ? error.asText() : brief(error);
  }

  private String create(
      String path, ObjectNode body, String field, Supplier<Optional<String>> made) {
    return required(call.create(path, body, () -> made.get().map(id -> with(field, id))), field);
  }

  private static MlCall.MlReply with(String field, String id) {
    return new MlCall.MlReply(200, Json.MAPPER.createObjectNode().put(field, id));
  }

  private static String required(MlCall.MlReply reply, String field) {
    String value = reply.body().path(field).asText("");
    if (value.isEmpty()) {
      throw new Failure.BadInput(
          "OpenSearch answered "
              + reply.status()
              + " without \""
              + field
              + "\": "
              + brief(reply.body()));
    }
    return value;
  }

  private static String brief(JsonNode body) {
    String text = body.toString();
    return text.length() > 400 ? text.substring(0, 400) + "…" : text;
  }

  /// None where the index does not exist yet.
  private JsonNode hits(String path, ObjectNode query) {
    MlCall.MlReply reply = call.post(path, query);
    JsonNode hits = reply.missing() ? Json.MAPPER.createArrayNode() : reply.body().at("/hits/hits");
    return hits.isArray() ? hits : Json.MAPPER.createArrayNode();
  }

  private static ObjectNode term(String field, String value) {
    ObjectNode term = Json.MAPPER.createObjectNode();
    term.putObject("term").put(field, value);
    return term;
  }

  private static ObjectNode search(ObjectNode filter, int size) {
    ObjectNode query = Json.MAPPER.createObjectNode();
    query.put("size", size);
    ArrayNode filters = query.putObject("query").putObject("bool").putArray("filter");
    List.of(filter).forEach(filters::add);
    return query;
  }

  @Override
  public void close() {
    call.close();
  }
}
