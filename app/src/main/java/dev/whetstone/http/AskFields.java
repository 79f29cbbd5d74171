package dev.whetstone.http;

import dev.whetstone.answer.QuestionLength;
import dev.whetstone.core.Filter;
import java.util.Map;
import java.util.Set;

/// The fields of a request that asks, as every call reads them.
final class AskFields {
  private static final int FILTER_FIELDS = 100;

  private AskFields() {}

  /// A question, without white space around it.
  ///
  /// @throws RequestException if it is missing, blank or too long
  static String question(JsonBody body, String field) {
    String path = body.path() + field;
    String question = body.text(field).strip();
    if (question.isEmpty()) {
      throw RequestException.badRequest(path, "\"" + path + "\" is blank: give a question");
    }
    String tooLong = QuestionLength.wrong("\"" + path + "\"", question);
    if (tooLong != null) {
      throw RequestException.badRequest(path, tooLong);
    }
    return question;
  }

  /// The passages that may be found: field → the values that it may have.
  static Filter filter(JsonBody body) {
    Map<String, Set<String>> anyOf = body.objectOrEmpty("filter").texts();
    if (anyOf.size() > FILTER_FIELDS) {
      throw RequestException.badRequest("a filter names at most " + FILTER_FIELDS + " fields");
    }
    return new Filter(anyOf);
  }
}
