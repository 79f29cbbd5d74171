package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Vectors;
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
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

  private record Registered(String taskId, String status, String modelId) {}

  private record Started(String taskId, String taskType, String status) {}

  /// @param modelId absent until the task is completed
  /// @param error absent unless it failed
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record TaskBody(
      @Nullable String modelId,
      @JsonUnwrapped Progress progress,
      @Nullable String error,
      boolean isAsync) {
    record Progress(
        String taskType,
        String functionName,
        String state,
        List<String> workerNode,
        long createTime,
        long lastUpdateTime) {}

    static TaskBody of(MlTask task) {
      return new TaskBody(
          task.state() == MlTask.State.COMPLETED ? task.model() : null,
          new Progress(
              task.type(),
              "TEXT_EMBEDDING",
              task.state().name(),
              List.of("whetstone"),
              task.created(),
              task.updated()),
          switch (task.failure()) {
            case null -> null;
            case Failure failure -> RequestException.of(failure).message();
            default -> "a fault of the server: see its log";
          },
          true);
    }
  }

  /// @param deployment absent for a model that is served without one
  private record ModelBody(
      @JsonUnwrapped About about,
      @JsonUnwrapped @Nullable Content deployment,
      ModelConfig modelConfig,
      String space) {
    record About(
        String name,
        String algorithm,
        String modelVersion,
        String modelFormat,
        String modelState) {}

    record Content(String modelContentHashValue, long createdTime) {}

    record ModelConfig(String modelType, int embeddingDimension, String frameworkType) {}
  }

  private record Deleted(
      @JsonProperty("_index") String index, @JsonProperty("_id") String id, String result) {}

  private record Tensor(String name, String dataType, List<Integer> shape, Object data) {}

  private record Inference(List<Tensor> output) {}

  private record Predicted(List<Inference> inferenceResults) {}

  void add(RoutesConfig routes) {
    Handler register = this::register;
    routes.put(BASE + "/models/_upload", register); // as the workflow has it
    routes.post(BASE + "/models/_upload", register);
    routes.put(BASE + "/models/_register", register);
    routes.post(BASE + "/models/_register", register);
    routes.get(BASE + "/tasks/{id}", this::task);
    routes.get(BASE + "/models/{id}", context -> Replies.json(context, body(find(context))));
    routes.delete(BASE + "/models/{id}", this::delete);
    routes.post(BASE + "/models/{id}/_deploy", this::deploy);
    routes.post(BASE + "/models/{id}/_predict", this::predict);
    routes.post(BASE + "/_predict/text_embedding/{id}", this::predict);
  }

  private void register(Context context) {
    JsonBody body = JsonBody.read(context, 1 << 16);
    if (!body.has("model_path")) {
      throw RequestException.badRequest(
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
      throw RequestException.badRequest(
          "model_id",
          "\"model_id\" must be 1 to 100 letters, digits, dots, dashes and underscores, a letter or"
              + " digit first");
    }
    MlTask task;
    try {
      task = registrations.register(id, body.text("model_path"));
    } catch (Busy e) {
      throw RequestException.busy(e);
    }
    Replies.json(context, new Registered(task.id(), task.state().name(), id));
  }

  private void task(Context context) {
    String id = context.pathParam("id");
    MlTask task =
        registrations
            .find(id)
            .orElseThrow(
                () -> new RequestException(404, "NotFound", "Fail to find task \"" + id + "\""));
    Replies.json(context, TaskBody.of(task));
  }

  private ServedModel find(Context context) {
    String id = context.pathParam("id");
    return embeddings
        .model(id)
        .orElseThrow(
            () ->
                new RequestException(
                    404, "NotFound", "Failed to find model with the provided model id: " + id));
  }

  /// `space` is ours.
  private ModelBody body(ServedModel model) {
    return new ModelBody(
        new ModelBody.About(model.id(), "TEXT_EMBEDDING", model.name(), "ONNX", "DEPLOYED"),
        embeddings
            .deployments()
            .find(model.id())
            .map(
                deployment ->
                    new ModelBody.Content(
                        deployment.content(), Instant.parse(deployment.created()).toEpochMilli()))
            .orElse(null),
        new ModelBody.ModelConfig("bert", model.dimension(), "SENTENCE_TRANSFORMERS"),
        model.space().value());
  }

  private void delete(Context context) {
    String id = context.pathParam("id");
    boolean there = registrations.deployments().remove(id);
    if (!there) {
      context.status(404);
    }
    Replies.json(context, new Deleted(".plugins-ml-model", id, there ? "deleted" : "not_found"));
  }

  private void deploy(Context context) {
    MlTask task = registrations.deploy(find(context).id());
    Replies.json(context, new Started(task.id(), task.type(), task.state().name()));
  }

  private void predict(Context context) {
    ServedModel model = find(context);
    JsonBody body =
        JsonBody.read(context, embeddings.limits().requestBytes())
            .only("text_docs", "return_number", "return_bytes", "target_response", "parameters");
    JsonBody parameters = body.objectOrEmpty("parameters").only("content_type");
    String type = parameters.textOrNull("content_type");
    Role role =
        switch (type == null ? "passage" : type.toLowerCase(Locale.ROOT)) {
          case "query" -> Role.QUERY;
          case "passage" -> Role.PASSAGE;
          default ->
              throw RequestException.badRequest(
                  "parameters.content_type",
                  "\"parameters.content_type\" must be query or passage");
        };
    Vectors vectors =
        EmbeddingRoutes.embedded(context, embeddings, model, role, texts(body), true).vectors();
    var results = new ArrayList<Inference>();
    for (int i = 0; i < vectors.size(); i++) {
      var tensor =
          new Tensor(
              "sentence_embedding", "FLOAT32", List.of(vectors.dimension()), vectors.vector(i));
      results.add(new Inference(List.of(tensor)));
    }
    Replies.json(context, new Predicted(results));
  }

  private List<String> texts(JsonBody body) {
    JsonNode texts = body.node().get("text_docs");
    int most = embeddings.limits().textsPerRequest();
    if (texts == null || !texts.isArray() || texts.isEmpty()) {
      throw RequestException.badRequest("text_docs", "\"text_docs\" must be an array of texts");
    }
    if (texts.size() > most) {
      throw new RequestException(
          413, "RequestTooLarge", "\"text_docs\" has over " + most + " texts: send fewer at once");
    }
    var all = new ArrayList<String>();
    for (JsonNode text : texts) {
      if (!text.isTextual() || text.textValue().isEmpty()) {
        throw RequestException.badRequest(
            "text_docs", "\"text_docs[" + all.size() + "]\" must be a text that is not empty");
      }
      all.add(text.textValue());
    }
    return all;
  }
}
