package dev.whetstone.http;

import dev.whetstone.catalog.App;
import dev.whetstone.core.Filter;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Retrieval;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Set;

/// Finding passages.
final class RetrieveRoutes {
  private static final int FILTER_FIELDS = 100;

  private final AppRoutes apps;
  private final Application application;
  private final int requestBytes;

  RetrieveRoutes(AppRoutes apps, Application application, int requestBytes) {
    this.apps = apps;
    this.application = application;
    this.requestBytes = requestBytes;
  }

  void add(RoutesConfig routes) {
    routes.post("/v1/apps/{id}/retrieve", this::retrieve);
  }

  private void retrieve(Context context) {
    App app = apps.find(context);
    JsonBody body =
        JsonBody.read(context, requestBytes)
            .only("query", "top_k", "filter", "rerank", "explain", "expect");
    String question = Conversation.of(body.text("query"), "query").question();
    int topK = body.whole("top_k", app.retriever().topK(), 1, 1000);
    Filter filter = checked(body.objectOrEmpty("filter").texts());
    var query = new Query(question, filter, body.flagOr("rerank", true));
    String expected = body.textOrNull("expect");
    if (body.flag("explain") || expected != null) {
      Replies.json(
          context,
          Replies.Hits.of(
              application.explain(apps.caller(context), app, query, topK, expected), topK));
      return;
    }
    Retrieval found = application.retrieve(apps.caller(context), app, query, topK);
    Replies.json(context, Replies.Hits.of(found, topK));
  }

  /// @throws RequestException if it names more fields than a filter may
  static Filter checked(Map<String, Set<String>> anyOf) {
    if (anyOf.size() > FILTER_FIELDS) {
      throw RequestException.badRequest("a filter names at most " + FILTER_FIELDS + " fields");
    }
    return new Filter(anyOf);
  }
}
