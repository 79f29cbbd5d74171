package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whetstone.catalog.App;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.ServedModel;
import dev.whetstone.serving.AppState;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.ServedReranker;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What can be named as `model`, in OpenAI's shape: apps, models that embed, and the reranker.
///
/// Each `id` is there once. A model that embeds and the reranker are listed under their own ids. An
/// app is listed under its name; where one of those, or another app, has that name too, under its
/// id, which is `app-` and twelve characters and unique. Calls take apps by id and by name, and
/// look a name up among what they can use alone: `documents` may be an app for
/// `/v1/chat/completions` and a model for `/v1/embeddings`.
final class ModelRoutes {
  private final Application application;
  private final AccessCheck access;
  private final @Nullable Embeddings embeddings;

  /// @param embeddings null where none are served
  ModelRoutes(Application application, AccessCheck access, @Nullable Embeddings embeddings) {
    this.application = application;
    this.access = access;
    this.embeddings = embeddings;
  }

  /// What is ours begins with `kind`: `app`, `embedding` or `reranker`.
  private record ModelBody(
      String id, String object, long created, String ownedBy, @JsonUnwrapped Ours ours) {
    /// @param name of an app, or of the version of a model
    /// @param status of an app, `ready` or `not_ready`; absent for others
    /// @param space absent where it does not embed, as the figures after it are
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Ours(
        String kind,
        String name,
        @Nullable String status,
        @Nullable String space,
        @Nullable Integer dimension,
        @Nullable Integer maxTokens) {}

    static ModelBody of(ServedModel model) {
      return of(
          model.id(),
          model.created(),
          new Ours(
              "embedding",
              model.name(),
              null,
              model.space().value(),
              model.dimension(),
              model.maxTokens()));
    }

    static ModelBody of(ServedReranker model) {
      return of(
          model.id(), model.created(), new Ours("reranker", model.name(), null, null, null, null));
    }

    static ModelBody of(String id, AppState state) {
      App app = state.app();
      String status = state.readiness().ready() ? "ready" : "not_ready";
      return of(id, app.created(), new Ours("app", app.name(), status, null, null, null));
    }

    private static ModelBody of(String id, Instant created, Ours ours) {
      return new ModelBody(id, "model", created.getEpochSecond(), "whetstone", ours);
    }
  }

  private record ModelList(String object, List<ModelBody> data) {}

  void add(RoutesConfig routes) {
    routes.get("/v1/models", this::list);
    routes.get("/v1/models/<id>", this::show);
  }

  private void list(Context context) {
    Replies.json(context, new ModelList("list", models(context)));
  }

  private void show(Context context) {
    String id = context.pathParam("id");
    Replies.json(
        context,
        models(context).stream()
            .filter(model -> model.id().equals(id))
            .findFirst()
            .or(() -> embedding(id))
            .or(() -> app(context, id))
            .orElseThrow(() -> RequestException.noSuchModel(id)));
  }

  private List<ModelBody> models(Context context) {
    Caller caller = access.caller(Server.core(context));
    var models = new ArrayList<ModelBody>();
    if (embeddings != null) {
      embeddings.models().forEach(model -> models.add(ModelBody.of(model)));
    }
    application.reranker(caller).ifPresent(model -> models.add(ModelBody.of(model)));
    Set<String> taken = new HashSet<>();
    models.forEach(model -> taken.add(model.id()));
    List<AppState> apps = application.apps(caller);
    Map<String, Integer> names = new HashMap<>(); // and ids, which an app might have for its name
    for (AppState state : apps) {
      names.merge(state.app().name(), 1, Integer::sum);
      names.merge(state.app().id(), 1, Integer::sum);
    }
    for (AppState state : apps) {
      App app = state.app();
      boolean clear = names.getOrDefault(app.name(), 0) == 1 && !taken.contains(app.name());
      models.add(ModelBody.of(clear ? app.name() : app.id(), state));
    }
    return models;
  }

  /// A model under a name that is not listed: that of the version that serves.
  private Optional<ModelBody> embedding(String id) {
    return Optional.ofNullable(embeddings).flatMap(known -> known.model(id)).map(ModelBody::of);
  }

  private Optional<ModelBody> app(Context context, String id) {
    Caller caller = access.caller(Server.core(context));
    return application
        .app(caller, id)
        .map(app -> ModelBody.of(id, new AppState(app, application.readiness(caller, app))));
  }
}
