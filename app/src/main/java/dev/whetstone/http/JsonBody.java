package dev.whetstone.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.whetstone.store.Json;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A JSON object of a request, read strictly: a field that is not known, of the wrong type or
/// missing is a [RequestException] that names it by its path (`retriever.top_k`).
///
/// @param path of this object in the body, ended by a dot; empty for the body itself
record JsonBody(JsonNode node, String path) {
  private static final int DEEPEST = 32;

  static final JsonMapper JSON =
      Json.strict(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());

  /// Reads the body whatever its content type says (`curl -d` sends a form's).
  static JsonBody read(Context context, int limit) {
    byte[] bytes = RequestBody.read(context, limit);
    if (bytes.length == 0) {
      throw RequestException.badRequest("The request has no body: send a JSON object.");
    }
    try {
      JsonNode node = JSON.readTree(bytes);
      if (node == null || !node.isObject()) {
        throw RequestException.badRequest("The body must be a JSON object.");
      }
      return new JsonBody(node, "");
    } catch (StreamConstraintsException e) {
      throw RequestException.badRequest(
          "The body is nested more than "
              + DEEPEST
              + " deep, or has a name or a number of more characters than are read.");
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw RequestException.badRequest(
          "The body is not JSON"
              + (at == null
                  ? "."
                  : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ").")
              + " "
              + parserMessage(e));
    } catch (IOException e) {
      throw RequestException.badRequest("The request's body cannot be read.");
    }
  }

  /// The parser's words without where it keeps the text that it reads.
  private static String parserMessage(JsonProcessingException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    int jargon = message.indexOf("(start marker");
    return jargon < 0 ? message : message.substring(0, jargon).strip() + ".";
  }

  JsonBody only(String... known) {
    var names = List.of(known);
    for (String field : (Iterable<String>) node::fieldNames) {
      if (!names.contains(field)) {
        throw wrong(field, "is not known here: the fields are " + String.join(", ", names));
      }
    }
    return this;
  }

  /// @param is what is wrong, as the rest of a sentence
  private RequestException wrong(String field, String is) {
    return RequestException.badRequest(path + field, "\"" + path + field + "\" " + is);
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  String text(String field) {
    String text = textOrNull(field);
    if (text == null) {
      throw wrong(field, "is missing: give a text");
    }
    return text;
  }

  @Nullable String textOrNull(String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(field, "must be a text");
    }
    return value.textValue();
  }

  int whole(String field, int orElse, int least, int most) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return orElse;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(field, "must be a whole number from " + least + " to " + most);
    }
    return value.intValue();
  }

  boolean flag(String field) {
    return flagOr(field, false);
  }

  boolean flagOr(String field, boolean orElse) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return orElse;
    }
    if (!value.isBoolean()) {
      throw wrong(field, "must be true or false");
    }
    return value.booleanValue();
  }

  JsonBody object(String field) {
    JsonNode value = node.get(field);
    if (value == null || !value.isObject()) {
      throw wrong(field, "must be an object");
    }
    return new JsonBody(value, path + field + ".");
  }

  /// An empty object where the field is not there.
  JsonBody objectOrEmpty(String field) {
    return has(field) ? object(field) : new JsonBody(JSON.createObjectNode(), path + field + ".");
  }

  List<JsonBody> objects(String field) {
    JsonNode value = node.get(field);
    if (value == null || !value.isArray()) {
      throw wrong(field, "must be an array of objects");
    }
    var objects = new ArrayList<JsonBody>();
    for (int i = 0; i < value.size(); i++) {
      if (!value.get(i).isObject()) {
        throw RequestException.badRequest("\"" + path + field + "[" + i + "]\" must be an object");
      }
      objects.add(new JsonBody(value.get(i), path + field + "[" + i + "]."));
    }
    return objects;
  }

  /// This object as field → texts; a single text stands for a list of one.
  Map<String, Set<String>> texts() {
    var all = new LinkedHashMap<String, Set<String>>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      all.put(field.getKey(), strings(field.getKey()));
    }
    return all;
  }

  Set<String> strings(String field) {
    JsonNode value = node.get(field);
    var texts = new HashSet<String>();
    if (value != null && value.isTextual()) {
      texts.add(value.textValue());
    } else if (value != null && value.isArray()) {
      value.forEach(
          one -> {
            if (!one.isTextual()) {
              throw RequestException.badRequest("\"" + path + field + "\" must hold texts only");
            }
            texts.add(one.textValue());
          });
    } else {
      throw wrong(field, "must be a text or an array of texts");
    }
    return texts;
  }
}
