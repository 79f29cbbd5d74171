package dev.whetstone.http;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Making, listing, showing and deleting apps.
final class AppRoutes {
  private final Catalog catalog;
  private final Engine engine;
  private final ServerSettings settings;

  AppRoutes(Catalog catalog, Engine engine, ServerSettings settings) {
    this.catalog = catalog;
    this.engine = engine;
    this.settings = settings;
  }

  void add(RoutesConfig routes) {
    routes.post("/v1/apps/rag/create", this::create);
    routes.get("/v1/apps", this::list);
    routes.get("/v1/apps/{id}", context -> Replies.json(context, shown(find(context))));
    routes.delete("/v1/apps/{id}", this::delete);
  }

  /// The app that the path names, by id or by name.
  App find(Context context) {
    String id = context.pathParam("id");
    return catalog.app(id).orElseThrow(() -> Problem.noSuchApp(id));
  }

  /// The app that the path names, when it can answer.
  App ready(Context context) {
    App app = find(context);
    Readiness readiness = readiness(app);
    if (!readiness.ready()) {
      throw Problem.notReady(readiness.told());
    }
    return app;
  }

  private void create(Context context) {
    Body body = Body.read(context, settings.intake().requestBytes()).only("name", "retriever");
    Body of = body.object("retriever").only("type", "endpoint", "index", "top_k");
    var retriever =
        new Retriever(
            Retriever.Type.of(of.text("type")),
            of.textOrNull("endpoint"),
            of.text("index"),
            of.whole("top_k", Retriever.DEFAULT_TOP_K, 1, 1000));
    App app = catalog.createOnce(body.text("name"), retriever);
    if (!app.retriever().equals(retriever)) {
      throw Problem.nameTaken(app);
    }
    Replies.json(context, shown(app));
  }

  private void list(Context context) {
    List<Map<String, Object>> apps = catalog.apps().stream().map(this::shown).toList();
    Replies.json(context, Map.of("apps", apps));
  }

  private void delete(Context context) {
    App app = find(context);
    if (!catalog.delete(app.id())) {
      throw Problem.noSuchApp(app.id());
    }
    var reply = new LinkedHashMap<String, Object>();
    reply.put("id", app.id());
    reply.put("deleted", true);
    Replies.json(context, reply);
  }

  private Readiness readiness(App app) {
    Retriever retriever = app.retriever();
    return retriever.placeholder()
        ? Readiness.notReady(
            "retriever.endpoint "
                + retriever.endpoint()
                + " is a placeholder: no index \""
                + retriever.index()
                + "\" can be reached there. Create the app again with the cluster's address, or"
                + " with type \"lucene\".")
        : engine.readiness(app);
  }

  private Map<String, Object> shown(App app) {
    Readiness readiness = readiness(app);
    var retriever = new LinkedHashMap<String, Object>();
    retriever.put("type", app.retriever().type().text());
    String endpoint = app.retriever().endpoint();
    if (endpoint != null) {
      retriever.put("endpoint", endpoint);
    }
    retriever.put("index", app.retriever().index());
    retriever.put("top_k", app.retriever().topK());
    var shown = new LinkedHashMap<String, Object>();
    shown.put("id", app.id());
    shown.put("name", app.name());
    shown.put("retriever", retriever);
    shown.put("status", readiness.ready() ? "ready" : "not_ready");
    if (!readiness.ready()) {
      shown.put("reason", readiness.told());
    }
    shown.put("created", app.created().toString());
    shown.put("updated", app.updated().toString());
    return shown;
  }
}
