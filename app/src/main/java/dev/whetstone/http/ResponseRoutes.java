package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.catalog.App;
import dev.whetstone.http.ResponseBodies.Annotation;
import dev.whetstone.http.ResponseBodies.AnnotationAdded;
import dev.whetstone.http.ResponseBodies.Content;
import dev.whetstone.http.ResponseBodies.Item;
import dev.whetstone.http.ResponseBodies.ItemEvent;
import dev.whetstone.http.ResponseBodies.PartEvent;
import dev.whetstone.http.ResponseBodies.Response;
import dev.whetstone.http.ResponseBodies.ResponseEvent;
import dev.whetstone.http.ResponseBodies.TextDelta;
import dev.whetstone.http.ResponseBodies.TextDone;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Query;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;

/// Answers in the shape of OpenAI's responses, whole or as a stream of its events in its order: one
/// output item, a message with one part of text, whose annotations are `file_citation`.
///
/// Nothing is stored: `previous_response_id` and `conversation` are refused, since what they name
/// is not here and an answer without it would be another one. Other unknown fields are ignored.
final class ResponseRoutes {
  private final OpenAiAnswers answers;
  private final int requestBytes;

  ResponseRoutes(OpenAiAnswers answers, int requestBytes) {
    this.answers = answers;
    this.requestBytes = requestBytes;
  }

  void add(RoutesConfig routes) {
    routes.post("/v1/responses", this::respond);
  }

  private void respond(Context context) {
    JsonBody body = JsonBody.read(context, requestBytes);
    boolean streams = body.flag("stream");
    for (String kept : List.of("previous_response_id", "conversation")) {
      if (body.has(kept)) {
        throw RequestException.badRequest(
            kept,
            "\""
                + kept
                + "\" names what is not kept here: send the messages before the question in"
                + " \"input\"");
      }
    }
    Query query = OpenAiAnswers.query(body, conversation(body));
    App app = answers.app(context, body);
    var reply =
        new Response.Head(
            Server.requestId(context), System.currentTimeMillis() / 1000, body.text("model"));
    if (streams) {
      new Stream(context, reply).run(app, query);
      return;
    }
    Answered answered = answers.follow(context, app, query, FollowedAnswer.Reader.NONE);
    MarkedText text = MarkedText.of(answered.answer());
    Replies.json(context, reply.completed(Item.completed(reply, Content.of(text)), answered));
  }

  private static Conversation conversation(JsonBody body) {
    JsonNode input = body.node().get("input");
    if (input == null || input.isNull()) {
      throw RequestException.badRequest(
          "input", "\"input\" is missing: give the question, or messages");
    }
    return input.isTextual()
        ? Conversation.of(input.textValue(), "input")
        : Conversation.of(body, "input");
  }

  /// A reply as a stream. A problem before its first event is a reply of its own with its status; a
  /// later one is `response.failed`, and the last.
  private final class Stream implements FollowedAnswer.Reader {
    private final Context context;
    private final EventStream events;
    private final Response.Head head;
    private final MarkedText text = new MarkedText();
    private int sequence;

    Stream(Context context, Response.Head head) {
      this.context = context;
      this.events = new EventStream(context);
      this.head = head;
    }

    void run(App app, Query query) {
      try {
        Answered answered = answers.follow(context, app, query, this);
        String end = text.end(answered.answer());
        if (!end.isEmpty()) {
          send(new TextDelta(next(), head.item(), end));
        }
        Content content = Content.of(text);
        Item item = Item.completed(head, content);
        send(new TextDone(next(), head.item(), content.text()));
        send(new PartEvent("response.content_part.done", next(), head.item(), content));
        send(new ItemEvent("response.output_item.done", next(), item));
        send(new ResponseEvent("response.completed", next(), head.completed(item, answered)));
      } catch (RuntimeException e) {
        if (!events.open()) {
          throw e;
        }
        RequestException problem = ErrorReplies.problem(e, context);
        send(new ResponseEvent("response.failed", next(), head.failed(problem)));
      }
    }

    @Override
    public void found(List<Retrieved> hits) {
      send(new ResponseEvent("response.created", next(), head.begun()));
      send(new ResponseEvent("response.in_progress", next(), head.begun()));
      send(new ItemEvent("response.output_item.added", next(), Item.begun(head)));
      send(new PartEvent("response.content_part.added", next(), head.item(), Content.EMPTY));
    }

    @Override
    public void sentence(Sentence sentence, List<Citation> added) {
      int index = text.marks().size();
      MarkedText.Addition addition = text.add(sentence, added);
      send(new TextDelta(next(), head.item(), addition.text()));
      for (MarkedText.Mark mark : addition.marks()) {
        send(new AnnotationAdded(next(), head.item(), index++, Annotation.of(mark)));
      }
    }

    @Override
    public void quiet() {
      events.quiet();
    }

    private int next() {
      return sequence++;
    }

    private void send(ResponseBodies.Event event) {
      events.event(event.type(), (Record) event);
    }
  }
}
