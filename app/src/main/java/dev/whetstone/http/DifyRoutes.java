package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Passage;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Query;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An app as an external knowledge base of Dify, which appends `/retrieval` to the address that its
/// user gives: `http://HOST:8088/dify`. `knowledge_id` is the app.
///
/// **Scores.** Dify drops records below a threshold and may sort by the score, so a score must mean
/// the same for every question and fall along our order. The fused score does not: it makes the
/// best hit of any question 1. A record's score is therefore the cosine of question and passage,
/// from 0 to 1, and no less than that of a record behind it: what is ranked higher, by its words or
/// by the reranker, passes a threshold that a lower one passes.
///
/// Source: Dify's documentation, *External Knowledge API*.
final class DifyRoutes {
  /// Passages that are looked through for a condition which the engine does not know.
  private static final int LOOKED_THROUGH = 1000;

  private final Application application;
  private final AccessCheck access;
  private final int requestBytes;

  DifyRoutes(Application application, AccessCheck access, int requestBytes) {
    this.application = application;
    this.access = access;
    this.requestBytes = requestBytes;
  }

  /// @param metadata never null: Dify fails on that
  private record Item(String content, double score, String title, Map<String, String> metadata) {}

  /// @param note ours: that there may be more records than were found; else absent
  private record Records(
      List<Item> records, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {}

  void add(RoutesConfig routes) {
    routes.post("/dify/retrieval", this::retrieve);
  }

  private void retrieve(Context context) {
    JsonBody body =
        JsonBody.read(context, requestBytes)
            .only("knowledge_id", "query", "retrieval_setting", "metadata_condition");
    Caller caller = access.caller(Server.core(context));
    String id = body.text("knowledge_id");
    App app = application.app(caller, id).orElseThrow(() -> RequestException.noSuchApp(id));
    String question = Conversation.of(body.text("query"), "query").question();
    JsonBody setting = body.objectOrEmpty("retrieval_setting").only("top_k", "score_threshold");
    int topK = setting.whole("top_k", app.retriever().topK(), 1, LOOKED_THROUGH);
    double threshold = threshold(setting);
    DifyCondition condition =
        body.has("metadata_condition")
            ? DifyCondition.read(body.object("metadata_condition"))
            : DifyCondition.NONE;
    int depth = condition.exact() ? topK : LOOKED_THROUGH;
    var query = new Query(question, condition.filter());
    List<Retrieved> found = application.retrieve(caller, app, query, depth).hits();
    List<Retrieved> wanted =
        found.stream().filter(hit -> condition.rest().test(hit.passage())).limit(topK).toList();
    boolean more = !condition.exact() && found.size() >= depth && wanted.size() < topK;
    Replies.json(
        context,
        new Records(
            items(wanted, threshold),
            more
                ? "The condition was looked for in the best %d passages alone: there may be more."
                    .formatted(depth)
                : null));
  }

  private static double threshold(JsonBody setting) {
    JsonNode value = setting.node().get("score_threshold");
    if (value == null || value.isNull()) {
      return 0;
    }
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 1) {
      String path = setting.path() + "score_threshold";
      throw RequestException.badRequest(path, "\"" + path + "\" must be a number from 0 to 1");
    }
    return value.doubleValue();
  }

  /// @param hits best first
  private static List<Item> items(List<Retrieved> hits, double threshold) {
    var items = new ArrayList<Item>();
    double least = 0; // what the records behind have
    for (Retrieved hit : hits.reversed()) {
      least = Math.max(least, Math.clamp(hit.cosine().orElse(0), 0, 1));
      if (least >= threshold) {
        items.add(item(hit.passage(), least));
      }
    }
    return items.reversed();
  }

  private static Item item(Passage passage, double score) {
    Citation shown = Citation.of(1, passage);
    Map<String, String> metadata = McpTools.facts(passage);
    metadata.put("passage_id", passage.id());
    return new Item(shown.text(), score, shown.title(), metadata);
  }
}
