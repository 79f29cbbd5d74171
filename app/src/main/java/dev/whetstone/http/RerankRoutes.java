package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Busy;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.ServedReranker;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reranking of texts that the caller brings, in the shape of Cohere's and Jina's calls: the scores
/// of the reranker that serves in the workspace.
///
/// A relevance is the sigmoid of the raw score, which `scores.rerank` of a retrieve holds.
/// Documents of equal relevance stand in the order of the request.
final class RerankRoutes {
  /// Longest request body: a thousand passages with their JSON.
  private static final int REQUEST_BYTES = 8 << 20;

  private static final int DOCUMENTS = 1000;
  private static final int DOCUMENT_CHARACTERS = 100_000;

  private final Application application;
  private final AccessCheck access;

  RerankRoutes(Application application, AccessCheck access) {
    this.application = application;
    this.access = access;
  }

  private record DocumentBody(String text) {}

  /// @param index of the document in the request
  /// @param document absent where it was not asked for
  private record Result(
      int index,
      double relevanceScore,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DocumentBody document) {}

  /// @param id of the request
  private record Results(String id, String model, List<Result> results) {}

  void add(RoutesConfig routes) {
    routes.post("/v1/rerank", this::rerank);
    routes.post("/v2/rerank", this::rerank); // the same in Cohere's second version
  }

  private void rerank(Context context) {
    JsonBody body =
        JsonBody.read(context, REQUEST_BYTES)
            .only(
                "model",
                "query",
                "documents",
                "top_n",
                "return_documents",
                "rank_fields",
                "max_tokens_per_doc",
                "max_chunks_per_doc",
                "priority");
    if (body.has("rank_fields") && !body.strings("rank_fields").equals(Set.of("text"))) {
      throw RequestException.badRequest(
          "rank_fields", "\"rank_fields\" may be [\"text\"] alone: no other field is read");
    }
    Caller caller = access.caller(Server.core(context));
    ServedReranker model = model(caller, body.textOrNull("model"));
    String query = query(body);
    List<String> documents = documents(body);
    int most = body.whole("top_n", documents.size(), 1, Integer.MAX_VALUE);
    boolean texts = body.flag("return_documents");
    List<Double> relevance =
        scores(context, caller, query, documents).stream().map(RerankRoutes::relevance).toList();
    List<Result> results =
        IntStream.range(0, documents.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -relevance.get(i)))
            .limit(most)
            .map(
                i ->
                    new Result(
                        i, relevance.get(i), texts ? new DocumentBody(documents.get(i)) : null))
            .toList();
    Replies.json(context, new Results(Server.requestId(context), model.id(), results));
  }

  /// A raw score as a number from 0 to 1.
  static double relevance(float score) {
    return 1 / (1 + Math.exp(-score));
  }

  /// @param named by the request; null: the one there is
  private ServedReranker model(Caller caller, @Nullable String named) {
    ServedReranker serving =
        application
            .reranker(caller)
            .orElseThrow(
                () ->
                    notFound(
                        "No reranker serves in this workspace: none was proven to gain, or it was"
                            + " rolled back."));
    if (named != null && !named.equals(serving.id()) && !named.equals(serving.name())) {
      throw notFound(
          "There is no reranker \""
              + named
              + "\": the one that serves is \""
              + serving.id()
              + "\".");
    }
    return serving;
  }

  private static RequestException notFound(String message) {
    return new RequestException(404, "ModelNotFound", message).at("model");
  }

  private static String query(JsonBody body) {
    return Conversation.of(body.text("query"), "query").question();
  }

  /// Texts, or objects with a `text`; both may stand in one array.
  private static List<String> documents(JsonBody body) {
    JsonNode documents = body.node().get("documents");
    if (documents == null || !documents.isArray() || documents.isEmpty()) {
      throw RequestException.badRequest(
          "documents", "\"documents\" must be an array of texts, or of objects with a \"text\"");
    }
    if (documents.size() > DOCUMENTS) {
      throw tooLarge(
          "\"documents\" has "
              + documents.size()
              + " entries: at most "
              + DOCUMENTS
              + " are taken in one request");
    }
    var texts = new ArrayList<String>(documents.size());
    for (JsonNode document : documents) {
      texts.add(text(document, "documents[" + texts.size() + "]"));
    }
    return texts;
  }

  private static String text(JsonNode document, String path) {
    JsonNode text = document.isObject() ? document.get("text") : document;
    if (text == null || !text.isTextual()) {
      throw RequestException.badRequest(
          "documents", "\"" + path + "\" must be a text, or an object with a \"text\"");
    }
    if (text.textValue().isBlank()) {
      throw RequestException.badRequest("documents", "\"" + path + "\" is empty: give a text");
    }
    if (text.textValue().length() > DOCUMENT_CHARACTERS) {
      throw tooLarge(
          "\"%s\" has %d characters: at most %d are taken; split it into passages"
              .formatted(path, text.textValue().length(), DOCUMENT_CHARACTERS));
    }
    return text.textValue();
  }

  private static RequestException tooLarge(String message) {
    return new RequestException(413, "RequestTooLarge", message).at("documents");
  }

  private List<Float> scores(Context context, Caller caller, String query, List<String> documents) {
    try {
      return application.rerank(caller, query, documents, new ClientDisconnect(context));
    } catch (Busy e) {
      throw RequestException.busy(e);
    } catch (CancellationException _) {
      throw RequestException.disconnected();
    }
  }
}
