package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.catalog.App;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Query;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers in the shape of OpenAI's chat completions, whole or as a stream of deltas.
///
/// A request's unknown fields are ignored, as clients expect that send all the options that they
/// know. Each mark in the text has an annotation; in a stream the annotations of a sentence come
/// with its delta, each with its `index`, by which clients join them.
final class ChatRoutes {
  private final OpenAiAnswers answers;
  private final int requestBytes;

  ChatRoutes(OpenAiAnswers answers, int requestBytes) {
    this.answers = answers;
    this.requestBytes = requestBytes;
  }

  /// @param index its place among the message's, in a stream; absent elsewhere
  /// @param source ours
  private record Annotation(
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer index,
      String type,
      UrlCitation urlCitation,
      OpenAiAnswers.Source source) {
    private record UrlCitation(int startIndex, int endIndex, String title, String url) {}

    static Annotation of(MarkedText.Mark mark, @Nullable Integer index) {
      Citation citation = mark.citation();
      return new Annotation(
          index,
          "url_citation",
          new UrlCitation(mark.from(), mark.to(), citation.title(), Replies.address(citation)),
          OpenAiAnswers.Source.of(citation));
    }
  }

  private record Usage(int promptTokens, int completionTokens, int totalTokens) {
    static Usage of(Answer.Usage usage) {
      int input = usage.inputTokens();
      int output = usage.outputTokens();
      return new Usage(input, output, input + output);
    }
  }

  private record Message(
      String role, String content, @Nullable String refusal, List<Annotation> annotations) {}

  private record Choice(
      int index, Message message, @Nullable String logprobs, String finishReason) {}

  private record Completion(
      String id,
      String object,
      long created,
      String model,
      List<Choice> choices,
      Usage usage,
      OpenAiAnswers.Ours whetstone) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Delta(
      @Nullable String role, @Nullable String content, @Nullable List<Annotation> annotations) {}

  private record PartChoice(
      int index, Delta delta, @Nullable String logprobs, @Nullable String finishReason) {}

  /// @param usage of the last chunk alone, where it was asked for
  /// @param whetstone of the chunk that ends the choice
  private record Chunk(
      String id,
      String object,
      long created,
      String model,
      List<PartChoice> choices,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Usage usage,
      @JsonInclude(JsonInclude.Include.NON_NULL) OpenAiAnswers.@Nullable Ours whetstone) {}

  void add(RoutesConfig routes) {
    routes.post("/v1/chat/completions", this::complete);
  }

  private void complete(Context context) {
    JsonBody body = JsonBody.read(context, requestBytes);
    boolean streams = body.flag("stream");
    boolean counts = body.objectOrEmpty("stream_options").flag("include_usage");
    if (!body.has("messages")) {
      throw RequestException.badRequest(
          "messages", "\"messages\" is missing: its last message of role \"user\" is the question");
    }
    Query query = OpenAiAnswers.query(body, Conversation.of(body, "messages"));
    App app = answers.app(context, body);
    String id = "chatcmpl-" + Server.requestId(context);
    long created = System.currentTimeMillis() / 1000;
    String model = body.text("model");
    if (streams) {
      new Stream(context, id, created, model).run(app, query, counts);
      return;
    }
    Answered answered = answers.follow(context, app, query, FollowedAnswer.Reader.NONE);
    MarkedText text = MarkedText.of(answered.answer());
    var message =
        new Message(
            "assistant",
            text.text(),
            null,
            text.marks().stream().map(mark -> Annotation.of(mark, null)).toList());
    Replies.json(
        context,
        new Completion(
            id,
            "chat.completion",
            created,
            model,
            List.of(new Choice(0, message, null, "stop")),
            Usage.of(answered.answer().usage()),
            OpenAiAnswers.Ours.of(answered)));
  }

  /// A reply as a stream. A problem before its first chunk is a reply of its own with its status; a
  /// later one is a chunk with an `error`, and the last.
  private final class Stream implements FollowedAnswer.Reader {
    private final Context context;
    private final EventStream events;
    private final MarkedText text = new MarkedText();
    private final String id;
    private final long created;
    private final String model;

    Stream(Context context, String id, long created, String model) {
      this.context = context;
      this.events = new EventStream(context);
      this.id = id;
      this.created = created;
      this.model = model;
    }

    void run(App app, Query query, boolean counts) {
      try {
        Answered answered = answers.follow(context, app, query, this);
        String end = text.end(answered.answer());
        if (!end.isEmpty()) {
          delta(new Delta(null, end, null));
        }
        var over = new PartChoice(0, new Delta(null, null, null), null, "stop");
        send(List.of(over), null, OpenAiAnswers.Ours.of(answered));
        if (counts) {
          send(List.of(), Usage.of(answered.answer().usage()), null);
        }
        events.send("data: [DONE]\n\n");
      } catch (RuntimeException e) {
        if (!events.open()) {
          throw e;
        }
        RequestException problem = ErrorReplies.problem(e, context);
        events.data(ErrorFormat.OPENAI.body(problem, Server.requestId(context)));
      }
    }

    @Override
    public void found(List<Retrieved> hits) {
      delta(new Delta("assistant", "", List.of()));
    }

    @Override
    public void sentence(Sentence sentence, List<Citation> added) {
      int index = text.marks().size();
      MarkedText.Addition addition = text.add(sentence, added);
      var annotations = new ArrayList<Annotation>();
      for (MarkedText.Mark mark : addition.marks()) {
        annotations.add(Annotation.of(mark, index + annotations.size()));
      }
      delta(new Delta(null, addition.text(), annotations));
    }

    @Override
    public void quiet() {
      events.quiet();
    }

    private void delta(Delta delta) {
      send(List.of(new PartChoice(0, delta, null, null)), null, null);
    }

    private void send(
        List<PartChoice> choices, @Nullable Usage usage, OpenAiAnswers.@Nullable Ours ours) {
      events.data(new Chunk(id, "chat.completion.chunk", created, model, choices, usage, ours));
    }
  }
}
