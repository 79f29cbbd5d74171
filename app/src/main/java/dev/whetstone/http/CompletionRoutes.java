package dev.whetstone.http;

import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.answer.Turn;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Sessions;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers in the shape of DashScope's application call, whole or as a stream: cumulative text, or
/// with `incremental_output` what each event adds.
final class CompletionRoutes {
  private static final System.Logger LOG = System.getLogger(CompletionRoutes.class.getName());

  private final AppRoutes apps;
  private final Application application;
  private final Sessions sessions;
  private final int requestBytes;

  CompletionRoutes(AppRoutes apps, Application application, Sessions sessions, int requestBytes) {
    this.apps = apps;
    this.sessions = sessions;
    this.application = application;
    this.requestBytes = requestBytes;
  }

  void add(RoutesConfig routes) {
    routes.post("/api/v1/apps/{id}/completion", this::complete);
  }

  private void complete(Context context) {
    App app = apps.find(context);
    // "model" and "doc_reference_type" are what DashScope's own clients send
    JsonBody body =
        JsonBody.read(context, requestBytes).only("model", "input", "parameters", "debug");
    JsonBody input =
        body.object("input")
            .only(
                "prompt", "messages", "history", "session_id", "biz_params", "doc_reference_type");
    JsonBody parameters =
        body.objectOrEmpty("parameters")
            .only(
                "incremental_output",
                "has_thoughts",
                "enable_thinking",
                "dialog_round",
                "top_p",
                "top_k",
                "seed",
                "temperature",
                "max_tokens",
                "flow_stream_mode",
                "enable_web_search",
                "rag_options");
    Conversation conversation = conversation(input);
    String session = session(input);
    Optional<List<Turn>> known = sessions.turns(session, apps.owner());
    if (known.isEmpty()) {
      session = sessions.newId(); // one that a caller made up is not taken
    } else if (conversation.earlier().isEmpty()) {
      conversation = conversation.after(known.get());
    }
    JsonBody options =
        parameters
            .objectOrEmpty("rag_options")
            .only("pipeline_ids", "file_ids", "metadata_filter", "rerank");
    requirePipelines(app, options);
    var query =
        new Query(
            conversation.question(),
            filter(options),
            options.flagOr("rerank", true),
            conversation.earlier());
    var asked = new FollowedAnswer.Asked(apps.caller(context), app, query);
    boolean incremental = parameters.flag("incremental_output");
    if (streams(context)) {
      Answered streamed = new Stream(context, session, incremental).run(asked);
      if (streamed != null) {
        keep(session, asked, streamed);
      }
      return;
    }
    Answered answered =
        FollowedAnswer.follow(context, application, asked, FollowedAnswer.Reader.NONE);
    keep(session, asked, answered);
    Replies.json(context, CompletionBody.of(answered, session, Server.requestId(context)));
  }

  /// A session that cannot be written costs the follow-up, not the answer.
  private void keep(String session, FollowedAnswer.Asked asked, Answered answered) {
    try {
      sessions.add(session, apps.owner(), asked.query().question(), answered.answer().text());
    } catch (Failure e) {
      LOG.log(System.Logger.Level.WARNING, "a session is not kept: {0}", e.getMessage());
    }
  }

  private static boolean streams(Context context) {
    String accept = context.header("Accept");
    return "enable".equalsIgnoreCase(context.header("X-DashScope-SSE"))
        || (accept != null && accept.toLowerCase(Locale.ROOT).contains("text/event-stream"));
  }

  /// The prompt, or the last message of the user; before it the history, or the messages before.
  private static Conversation conversation(JsonBody input) {
    List<Turn> history = history(input);
    if (input.has("messages")) {
      input.objects("messages").forEach(message -> message.only("role", "content", "name"));
    }
    if (input.has("prompt")) {
      return Conversation.of(input.text("prompt"), "input.prompt").after(history);
    }
    if (!input.has("messages")) {
      throw RequestException.badRequest("\"input.prompt\" is missing: give the question as a text");
    }
    return Conversation.of(input, "messages").after(history);
  }

  /// DashScope's older form of a conversation: an array of `{"user": …, "bot": …}`.
  private static List<Turn> history(JsonBody input) {
    if (!input.has("history")) {
      return List.of();
    }
    var turns = new ArrayList<Turn>();
    for (JsonBody round : input.objects("history")) {
      round.only("user", "bot");
      if (round.has("user")) {
        turns.add(new Turn(Turn.Speaker.USER, round.text("user")));
      }
      if (round.has("bot")) {
        turns.add(new Turn(Turn.Speaker.ASSISTANT, round.text("bot")));
      }
    }
    return turns;
  }

  /// What the caller says; empty where it says nothing.
  private static String session(JsonBody input) {
    String session = input.textOrNull("session_id");
    if (session == null) {
      return "";
    }
    if (session.length() > 128) {
      throw RequestException.badRequest("\"input.session_id\" has over 128 characters");
    }
    return session;
  }

  /// `pipeline_ids` are DashScope's knowledge bases. An app here has one, its index.
  private static void requirePipelines(App app, JsonBody options) {
    if (!options.has("pipeline_ids")) {
      return;
    }
    List<String> known = List.of(app.retriever().index(), app.name(), app.id());
    for (String id : options.strings("pipeline_ids")) {
      if (!known.contains(id)) {
        throw RequestException.badRequest(
            "\"parameters.rag_options.pipeline_ids\" names \""
                + id
                + "\": this app searches \""
                + app.retriever().index()
                + "\" alone");
      }
    }
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
    return RetrieveRoutes.checked(anyOf);
  }

  /// A reply as a stream. A problem before its first event is a reply of its own with its status; a
  /// later one is an event `error`, and the last.
  private final class Stream implements FollowedAnswer.Reader {
    private final Context context;
    private final EventStream events;
    private final String session;
    private final boolean incremental;
    private final CompletionBody.Progress progress = new CompletionBody.Progress();
    private int sent;

    Stream(Context context, String session, boolean incremental) {
      this.context = context;
      this.events = new EventStream(context);
      this.session = session;
      this.incremental = incremental;
    }

    /// Null where a problem ended it.
    @Nullable Answered run(FollowedAnswer.Asked asked) {
      String request = Server.requestId(context);
      try {
        Answered answered = FollowedAnswer.follow(context, application, asked, this);
        CompletionBody whole = CompletionBody.of(answered, session, request);
        boolean told = incremental && !answered.answer().declined();
        send("result", 200, told ? whole.withText("") : whole);
        return answered;
      } catch (RuntimeException e) {
        if (!events.open()) {
          throw e;
        }
        RequestException problem = ErrorReplies.problem(e, context);
        send("error", problem.status(), ErrorFormat.DASHSCOPE.body(problem, request));
        return null;
      }
    }

    @Override
    public void found(List<Retrieved> hits) {
      progress.found(hits);
    }

    @Override
    public void sentence(Sentence sentence, List<Citation> added) {
      String delta = progress.add(sentence, added);
      String text = incremental ? delta : progress.text();
      send("result", 200, progress.body(text, session, Server.requestId(context)));
    }

    @Override
    public void quiet() {
      events.quiet();
    }

    private void send(String event, int status, Record data) {
      sent++;
      events.send(
          "id:%d\nevent:%s\n:HTTP_STATUS/%d\ndata:%s\n\n"
              .formatted(sent, event, status, EventStream.json(data)));
    }
  }
}
