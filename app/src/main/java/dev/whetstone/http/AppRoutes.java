package dev.whetstone.http;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Making, listing, showing and deleting apps.
final class AppRoutes {
  private final Catalog catalog;
  private final Engine engine;
  private final ServerSettings settings;
  private final WorkPools pools;

  AppRoutes(Catalog catalog, Engine engine, ServerSettings settings, WorkPools pools) {
    this.catalog = catalog;
    this.engine = engine;
    this.settings = settings;
    this.pools = pools;
  }

  void add(RoutesConfig routes) {
    routes.post("/v1/apps/rag/create", this::create);
    routes.get("/v1/apps", this::list);
    routes.get("/v1/apps/{id}", this::show);
    routes.delete("/v1/apps/{id}", this::delete);
  }

  /// The app that the path names, by id or by name.
  App find(Context context) {
    String id = context.pathParam("id");
    return pools.catalog().call(() -> catalog.app(id)).orElseThrow(() -> Problem.noSuchApp(id));
  }

  /// @throws Problem if the app cannot answer
  void requireReady(App app) {
    Readiness readiness = readiness(app);
    if (!readiness.ready()) {
      throw Problem.notReady(readiness.told());
    }
  }

  private void create(Context context) {
    Body body = Body.read(context, settings.intake().requestBytes()).only("name", "retriever");
    Body of = body.object("retriever").only("type", "endpoint", "index", "top_k");
    var retriever =
        new Retriever(
            kind(of.text("type")),
            of.textOrNull("endpoint"),
            of.text("index"),
            of.whole("top_k", Retriever.DEFAULT_TOP_K, 1, 1000));
    String name = body.text("name");
    Replies.json(context, pools.apps().call(() -> shown(created(name, retriever))));
  }

  /// @throws Failure.BadInput naming the known types
  private EngineKind kind(String name) {
    for (EngineKind kind : engine.kinds()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new Failure.BadInput(
        "retriever.type \""
            + name
            + "\" is not known: use one of "
            + engine.kinds().stream()
                .map(kind -> "\"" + kind + "\"")
                .collect(Collectors.joining(", ")));
  }

  private synchronized App created(String name, Retriever retriever) {
    int most = settings.work().apps();
    List<App> apps = catalog.apps();
    if (apps.size() >= most && apps.stream().noneMatch(app -> app.name().equals(name))) {
      throw Problem.tooManyApps(most);
    }
    App app = catalog.createOnce(name, retriever);
    if (!app.retriever().equals(retriever)) {
      throw Problem.nameTaken(app);
    }
    return app;
  }

  private void list(Context context) {
    Replies.json(
        context,
        pools.apps().call(() -> Map.of("apps", catalog.apps().stream().map(this::shown).toList())));
  }

  private void show(Context context) {
    App app = find(context);
    Replies.json(context, pools.apps().call(() -> shown(app)));
  }

  private void delete(Context context) {
    App app = find(context);
    if (!pools.apps().call(() -> catalog.delete(app.id()))) {
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
    retriever.put("type", app.retriever().engine().name());
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
