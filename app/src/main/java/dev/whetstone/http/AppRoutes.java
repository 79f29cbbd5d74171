package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.serving.AppCreation;
import dev.whetstone.serving.AppState;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Readiness;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Making, listing, showing and deleting apps.
final class AppRoutes {
  private final Application application;
  private final AccessCheck access;
  private final WriteAccess writes;
  private final int requestBytes;

  AppRoutes(Application application, AccessCheck access, WriteAccess writes, int requestBytes) {
    this.application = application;
    this.access = access;
    this.writes = writes;
    this.requestBytes = requestBytes;
  }

  private record RetrieverBody(
      String type,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String endpoint,
      String index,
      int topK) {}

  /// @param reason why it is not ready; absent when it is
  private record AppBody(
      String id,
      String name,
      RetrieverBody retriever,
      String status,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason,
      String created,
      String updated) {
    static AppBody of(AppState state) {
      App app = state.app();
      Retriever retriever = app.retriever();
      Readiness readiness = state.readiness();
      return new AppBody(
          app.id(),
          app.name(),
          new RetrieverBody(
              retriever.engine().name(), retriever.endpoint(), retriever.index(), retriever.topK()),
          readiness.ready() ? "ready" : "not_ready",
          readiness.ready() ? null : RequestException.publicReason(readiness),
          app.created().toString(),
          app.updated().toString());
    }
  }

  private record AppList(List<AppBody> apps) {}

  private record Deleted(String id, boolean deleted) {}

  void add(RoutesConfig routes) {
    routes.post("/v1/apps/rag/create", this::create);
    routes.get("/v1/apps", this::list);
    routes.get("/v1/apps/{id}", this::show);
    routes.delete("/v1/apps/{id}", this::delete);
  }

  /// The app that the path names, by id or by name.
  App find(Context context) {
    String id = context.pathParam("id");
    return application.app(caller(context), id).orElseThrow(() -> RequestException.noSuchApp(id));
  }

  Caller caller(Context context) {
    return access.caller(Server.core(context));
  }

  /// What a session of the caller's is bound to.
  String owner() {
    return access.owner();
  }

  private void create(Context context) {
    writes.require();
    JsonBody body = JsonBody.read(context, requestBytes).only("name", "retriever");
    JsonBody of = body.object("retriever").only("type", "endpoint", "index", "top_k");
    var retriever =
        new Retriever(
            kind(of.text("type")),
            of.textOrNull("endpoint"),
            of.text("index"),
            of.whole("top_k", Retriever.DEFAULT_TOP_K, 1, 1000));
    switch (application.createApp(caller(context), body.text("name"), retriever)) {
      case AppCreation.Created(App app) -> reply(context, app);
      case AppCreation.NameTaken(App other) ->
          throw isOwn(context, other)
              ? RequestException.nameOfOwnApp(other)
              : RequestException.nameTaken(other);
      case AppCreation.TooMany(int most) -> throw RequestException.tooManyApps(most);
    }
  }

  /// @throws Failure.BadInput naming the known types
  private EngineKind kind(String name) {
    for (EngineKind kind : application.engines()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new Failure.BadInput(
        "retriever.type \""
            + name
            + "\" is not known: use one of "
            + application.engines().stream()
                .map(kind -> "\"" + kind + "\"")
                .collect(Collectors.joining(", ")));
  }

  private void list(Context context) {
    List<AppState> apps = application.apps(caller(context));
    Replies.json(context, new AppList(apps.stream().map(AppBody::of).toList()));
  }

  private void show(Context context) {
    reply(context, find(context));
  }

  private void reply(Context context, App app) {
    Readiness readiness = application.readiness(caller(context), app);
    Replies.json(context, AppBody.of(new AppState(app, readiness)));
  }

  /// Whether the steps of the workspace make it.
  private boolean isOwn(Context context, App app) {
    return application.ownApp(caller(context)).filter(own -> own.id().equals(app.id())).isPresent();
  }

  private void delete(Context context) {
    writes.require();
    App app = find(context);
    if (isOwn(context, app)) {
      throw RequestException.ownApp(app);
    }
    if (!application.deleteApp(caller(context), app.id())) {
      throw RequestException.noSuchApp(app.id());
    }
    Replies.json(context, new Deleted(app.id(), true));
  }
}
