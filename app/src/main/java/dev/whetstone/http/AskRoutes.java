package dev.whetstone.http;

import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.QuestionLength;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Filter;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Retrieval;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Finding passages, and answering from them.
final class AskRoutes {
  private static final int FILTER_FIELDS = 100;

  private final AppRoutes apps;
  private final Application application;
  private final int requestBytes;

  AskRoutes(AppRoutes apps, Application application, int requestBytes) {
    this.apps = apps;
    this.application = application;
    this.requestBytes = requestBytes;
  }

  void add(RoutesConfig routes) {
    routes.post("/v1/apps/{id}/retrieve", this::retrieve);
    routes.post("/api/v1/apps/{id}/completion", this::complete);
  }

  private void retrieve(Context context) {
    App app = apps.find(context);
    JsonBody body =
        JsonBody.read(context, requestBytes)
            .only("query", "top_k", "filter", "rerank", "explain", "expect");
    String question = question(body.text("query"), "query");
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

  private void complete(Context context) {
    App app = apps.find(context);
    JsonBody body = JsonBody.read(context, requestBytes).only("input", "parameters", "debug");
    JsonBody input =
        body.object("input").only("prompt", "messages", "history", "session_id", "biz_params");
    JsonBody parameters =
        body.objectOrEmpty("parameters")
            .only(
                "incremental_output",
                "has_thoughts",
                "top_p",
                "top_k",
                "seed",
                "temperature",
                "rag_options");
    refuseStreaming(context, parameters);
    if (input.has("history")) {
      throw RequestException.badRequest(
          "\"input.history\" is not supported yet: each question is answered on its own");
    }
    String question = question(input);
    String session = session(input);
    JsonBody options =
        parameters.objectOrEmpty("rag_options").only("file_ids", "metadata_filter", "rerank");
    var query = new Query(question, filter(options), options.flagOr("rerank", true));
    Answered answered = application.answer(apps.caller(context), app, query, ModelWait.INSIDE);
    Replies.json(context, Replies.Completion.of(answered, session, Server.requestId(context)));
  }

  private static void refuseStreaming(Context context, JsonBody parameters) {
    String accept = context.header("Accept");
    String sse = context.header("X-DashScope-SSE");
    if (parameters.flag("incremental_output")
        || (accept != null && accept.contains("text/event-stream"))
        || (sse != null && sse.equalsIgnoreCase("enable"))) {
      throw RequestException.badRequest(
          "Answers are not streamed yet: leave out X-DashScope-SSE, \"Accept: text/event-stream\""
              + " and parameters.incremental_output");
    }
  }

  /// The prompt, or the last message of the user.
  private static String question(JsonBody input) {
    if (input.has("prompt")) {
      return question(input.text("prompt"), "input.prompt");
    }
    if (!input.has("messages")) {
      throw RequestException.badRequest("\"input.prompt\" is missing: give the question as a text");
    }
    List<JsonBody> messages = input.objects("messages");
    for (JsonBody message : messages.reversed()) {
      if (message.only("role", "content").text("role").equals("user")) {
        return question(message.text("content"), message.path() + "content");
      }
    }
    throw RequestException.badRequest("\"input.messages\" has no message of role \"user\"");
  }

  private static String question(String text, String field) {
    String question = text.strip();
    if (question.isEmpty()) {
      throw RequestException.badRequest("\"" + field + "\" is blank: give a question");
    }
    String tooLong = QuestionLength.wrong("\"" + field + "\"", question);
    if (tooLong != null) {
      throw RequestException.badRequest(tooLong);
    }
    return question;
  }

  private static String session(JsonBody input) {
    String session = input.textOrNull("session_id");
    if (session == null || session.isEmpty()) {
      return UUID.randomUUID().toString().replace("-", "");
    }
    if (session.length() > 128) {
      throw RequestException.badRequest("\"input.session_id\" has over 128 characters");
    }
    return session;
  }

  /// `file_ids` are documents, `metadata_filter` is field → value or values. What would narrow the
  /// search and is not understood is refused, never ignored.
  private static Filter filter(JsonBody options) {
    Map<String, Set<String>> anyOf = new HashMap<>();
    if (options.has("metadata_filter")) {
      anyOf.putAll(options.object("metadata_filter").texts());
    }
    if (options.has("file_ids")) {
      anyOf.put("document", options.strings("file_ids"));
    }
    return checked(anyOf);
  }

  private static Filter checked(Map<String, Set<String>> anyOf) {
    if (anyOf.size() > FILTER_FIELDS) {
      throw RequestException.badRequest("a filter names at most " + FILTER_FIELDS + " fields");
    }
    return new Filter(anyOf);
  }
}
