package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.answer.QuestionText;
import dev.whetstone.answer.Turn;
import dev.whetstone.answer.Turn.Speaker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request's messages ask: the last message of the user, and what was said before it by the
/// user and the assistant. Messages of other roles (`system`, `tool`) are instructions and data for
/// a model of the caller's choice, and are not read: how an app answers is the app's.
///
/// @param earlier oldest first, the last [#EARLIER]
record Conversation(String question, List<Turn> earlier) {
  private static final int EARLIER = 50;

  /// One that consists of a question.
  ///
  /// @param field that holds it, by its path
  static Conversation of(String question, String field) {
    return new Conversation(checked(question, field), List.of());
  }

  /// The messages in a field of a request, each an object with `role` and `content`: a text, or an
  /// array of parts of which those with a `text` are read. Objects without a role are passed over.
  static Conversation of(JsonBody body, String field) {
    var turns = new ArrayList<Turn>();
    @Nullable String question = null;
    String asked = "";
    int before = 0;
    for (JsonBody message : body.objects(field)) {
      String role = message.textOrNull("role");
      boolean user = "user".equals(role);
      if (!user && !"assistant".equals(role)) {
        continue;
      }
      String text = content(message, user);
      if (user) {
        question = text;
        asked = message.path() + "content";
        before = turns.size();
      }
      if (!text.isBlank()) {
        turns.add(new Turn(user ? Speaker.USER : Speaker.ASSISTANT, text));
      }
    }
    if (question == null) {
      String path = body.path() + field;
      throw RequestException.badRequest(
          path, "\"" + path + "\" has no message of role \"user\": its last one is the question");
    }
    return new Conversation(
        checked(question, asked), turns.subList(Math.max(0, before - EARLIER), before));
  }

  /// The same with turns before it.
  Conversation after(List<Turn> turns) {
    var all = new ArrayList<>(turns);
    all.addAll(earlier);
    return new Conversation(question, all.subList(Math.max(0, all.size() - EARLIER), all.size()));
  }

  private static String content(JsonBody message, boolean user) {
    JsonNode content = message.node().get("content");
    String path = message.path() + "content";
    if (content == null || content.isNull()) {
      if (user) {
        throw RequestException.badRequest(path, "\"" + path + "\" is missing: give a text");
      }
      return ""; // an assistant that called a tool
    }
    if (content.isTextual()) {
      return content.textValue();
    }
    if (!content.isArray()) {
      throw RequestException.badRequest(path, "\"" + path + "\" must be a text, or parts of one");
    }
    var text = new StringBuilder();
    for (JsonNode part : content) {
      if (part.path("text").isTextual()) {
        text.append(text.isEmpty() ? "" : "\n").append(part.get("text").textValue());
      } else if (user) {
        throw RequestException.badRequest(
            path,
            "\"" + path + "\" has a part without a text: images, sound and files are not read");
      }
    }
    return text.toString();
  }

  private static String checked(String text, String field) {
    String question = text.strip();
    if (QuestionText.isBlank(question)) {
      throw RequestException.badRequest(field, "\"" + field + "\" is blank: give a question");
    }
    String tooLong = QuestionText.tooLong("\"" + field + "\"", question);
    if (tooLong != null) {
      throw RequestException.badRequest(field, tooLong);
    }
    return question;
  }
}
