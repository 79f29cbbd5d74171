package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Vectors;
import dev.whetstone.deploy.Busy;
import dev.whetstone.deploy.Deployment;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.MlTask;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.deploy.Role;
import dev.whetstone.deploy.ServedModel;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The calls of OpenSearch's ml-commons that deploy a text-embedding model and ask it, as far as
/// our server has what they ask for. A model is named by its place (`model_path`), not uploaded.
final class MlRoutes {
  private static final String BASE = "/_plugins/_ml";

  private final Embeddings embeddings;
  private final Registrations registrations;

  MlRoutes(Embeddings embeddings, Registrations registrations) {
    this.embeddings = embeddings;
    this.registrations = registrations;
  }

  void add(RoutesConfig routes) {
    Handler register = this::register;
    routes.put(BASE + "/models/_upload", register); // as the workflow has it
    routes.post(BASE + "/models/_upload", register);
    routes.put(BASE + "/models/_register", register);
    routes.post(BASE + "/models/_register", register);
    routes.get(BASE + "/tasks/{id}", this::task);
    routes.get(BASE + "/models/{id}", context -> Replies.json(context, shown(find(context))));
    routes.delete(BASE + "/models/{id}", this::delete);
    routes.post(BASE + "/models/{id}/_deploy", this::deploy);
    routes.post(BASE + "/models/{id}/_predict", this::predict);
    routes.post(BASE + "/_predict/text_embedding/{id}", this::predict);
  }

  private void register(Context context) {
    Body body = Body.read(context, 1 << 16);
    if (!body.has("model_path")) {
      throw Problem.badRequest(
          "model_path",
          "\"model_path\" is missing: this server takes a model from a place, as {\"model_id\":"
              + " \"custom-emb-v1\", \"model_path\": \"oss://bucket/models/\"}; models are not"
              + " uploaded to it or fetched from a \"url\"");
    }
    body.only(
        "model_id",
        "model_path",
        "name",
        "version",
        "description",
        "function_name",
        "model_format",
        "model_group_id");
    String id = body.text(body.has("model_id") ? "model_id" : "name");
    if (!Deployment.isId(id)) {
      throw Problem.badRequest(
          "model_id",
          "\"model_id\" must be 1 to 100 letters, digits, dots, dashes and underscores, a letter or"
              + " digit first");
    }
    MlTask task;
    try {
      task = registrations.register(id, body.text("model_path"));
    } catch (Busy e) {
      throw Problem.busy(String.valueOf(e.getMessage()), e.seconds());
    }
    var reply = new LinkedHashMap<String, Object>();
    reply.put("task_id", task.id());
    reply.put("status", task.state().name());
    reply.put("model_id", id);
    Replies.json(context, reply);
  }

  private void task(Context context) {
    String id = context.pathParam("id");
    MlTask task =
        registrations
            .find(id)
            .orElseThrow(() -> new Problem(404, "NotFound", "Fail to find task \"" + id + "\""));
    var reply = new LinkedHashMap<String, Object>();
    if (task.state() == MlTask.State.COMPLETED) {
      reply.put("model_id", task.model());
    }
    reply.put("task_type", task.type());
    reply.put("function_name", "TEXT_EMBEDDING");
    reply.put("state", task.state().name());
    reply.put("worker_node", List.of("whetstone"));
    reply.put("create_time", task.created());
    reply.put("last_update_time", task.updated());
    if (task.failure() instanceof dev.whetstone.core.Failure failure) {
      reply.put("error", Problem.of(failure).said());
    } else if (task.failure() != null) {
      reply.put("error", "a fault of the server: see its log");
    }
    reply.put("is_async", true);
    Replies.json(context, reply);
  }

  private ServedModel find(Context context) {
    String id = context.pathParam("id");
    return embeddings
        .model(id)
        .orElseThrow(
            () ->
                new Problem(
                    404, "NotFound", "Failed to find model with the provided model id: " + id));
  }

  /// `space` is ours.
  private Map<String, Object> shown(ServedModel model) {
    var config = new LinkedHashMap<String, Object>();
    config.put("model_type", "bert");
    config.put("embedding_dimension", model.dimension());
    config.put("framework_type", "SENTENCE_TRANSFORMERS");
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", model.id());
    shown.put("algorithm", "TEXT_EMBEDDING");
    shown.put("model_version", model.name());
    shown.put("model_format", "ONNX");
    shown.put("model_state", "DEPLOYED");
    embeddings
        .deployments()
        .find(model.id())
        .ifPresent(
            deployment -> {
              shown.put("model_content_hash_value", deployment.content());
              shown.put("created_time", Instant.parse(deployment.created()).toEpochMilli());
            });
    shown.put("model_config", config);
    shown.put("space", model.space().value());
    return shown;
  }

  private void delete(Context context) {
    String id = context.pathParam("id");
    boolean there = registrations.deployments().remove(id);
    var reply = new LinkedHashMap<String, Object>();
    reply.put("_index", ".plugins-ml-model");
    reply.put("_id", id);
    reply.put("result", there ? "deleted" : "not_found");
    if (!there) {
      context.status(404);
    }
    Replies.json(context, reply);
  }

  private void deploy(Context context) {
    MlTask task = registrations.deploy(find(context).id());
    var reply = new LinkedHashMap<String, Object>();
    reply.put("task_id", task.id());
    reply.put("task_type", task.type());
    reply.put("status", task.state().name());
    Replies.json(context, reply);
  }

  private void predict(Context context) {
    ServedModel model = find(context);
    Body body =
        Body.read(context, embeddings.limits().requestBytes())
            .only("text_docs", "return_number", "return_bytes", "target_response", "parameters");
    Body parameters = body.objectOrEmpty("parameters").only("content_type");
    String type = parameters.textOrNull("content_type");
    Role role =
        switch (type == null ? "passage" : type.toLowerCase(Locale.ROOT)) {
          case "query" -> Role.QUERY;
          case "passage" -> Role.PASSAGE;
          default ->
              throw Problem.badRequest(
                  "parameters.content_type",
                  "\"parameters.content_type\" must be query or passage");
        };
    Vectors vectors =
        EmbeddingRoutes.embedded(context, embeddings, model, role, texts(body), true).vectors();
    var results = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < vectors.size(); i++) {
      var output = new LinkedHashMap<String, Object>();
      output.put("name", "sentence_embedding");
      output.put("data_type", "FLOAT32");
      output.put("shape", List.of(vectors.dimension()));
      output.put("data", vectors.vector(i));
      results.add(Map.of("output", List.of(output)));
    }
    Replies.json(context, Map.of("inference_results", results));
  }

  private List<String> texts(Body body) {
    JsonNode texts = body.node().get("text_docs");
    int most = embeddings.limits().textsPerRequest();
    if (texts == null || !texts.isArray() || texts.isEmpty()) {
      throw Problem.badRequest("text_docs", "\"text_docs\" must be an array of texts");
    }
    if (texts.size() > most) {
      throw new Problem(
          413, "RequestTooLarge", "\"text_docs\" has over " + most + " texts: send fewer at once");
    }
    var all = new ArrayList<String>();
    for (JsonNode text : texts) {
      if (!text.isTextual() || text.textValue().isEmpty()) {
        throw Problem.badRequest(
            "text_docs", "\"text_docs[" + all.size() + "]\" must be a text that is not empty");
      }
      all.add(text.textValue());
    }
    return all;
  }
}
