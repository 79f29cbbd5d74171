package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Holds values against the schemas of an OpenAPI document, as strictly as documentation has to be:
/// a field that is not described is a problem, too, unless `additionalProperties` says otherwise.
record SchemaCheck(JsonNode document) {
  /// What of the value is not as the schema says, by path; empty where all is.
  List<String> problems(JsonNode schema, JsonNode value) {
    var problems = new ArrayList<String>();
    check(schema, value, "", problems);
    return problems;
  }

  /// A schema, or another part, where it stands.
  JsonNode resolved(JsonNode schema) {
    JsonNode ref = schema.get("$ref");
    return ref == null ? schema : resolved(document.at(ref.asText().substring(1)));
  }

  private void check(JsonNode given, JsonNode value, String path, List<String> problems) {
    JsonNode schema = resolved(given);
    if (schema.isMissingNode()) {
      problems.add(path + ": a reference leads nowhere: " + given);
      return;
    }
    if (schema.has("oneOf")) {
      boolean one = stream(schema.get("oneOf")).anyMatch(each -> problems(each, value).isEmpty());
      if (!one) {
        problems.add(path + ": none of oneOf: " + value);
      }
      return;
    }
    if (schema.has("const") && !schema.get("const").equals(value)) {
      problems.add(path + ": is " + value + ", not " + schema.get("const"));
    }
    if (schema.has("enum") && stream(schema.get("enum")).noneMatch(value::equals)) {
      problems.add(path + ": " + value + " is none of " + schema.get("enum"));
    }
    if (schema.has("type") && !isOf(schema.get("type"), value)) {
      problems.add(path + ": " + value + " is no " + schema.get("type"));
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      check(schema.path("items"), value.get(i), path + "[" + i + "]", problems);
    }
    if (value.isObject()) {
      object(schema, value, path, problems);
    }
  }

  private void object(JsonNode schema, JsonNode value, String path, List<String> problems) {
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        problems.add(path + "." + required.asText() + ": is required and absent");
      }
    }
    JsonNode more = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String at = path + "." + field.getKey();
      JsonNode known = schema.path("properties").get(field.getKey());
      if (known != null) {
        check(known, field.getValue(), at, problems);
      } else if (more.isObject()) {
        check(more, field.getValue(), at, problems);
      } else if (!more.asBoolean()) {
        problems.add(at + ": is not described");
      }
    }
  }

  private static boolean isOf(JsonNode types, JsonNode value) {
    return types.isArray()
        ? stream(types).anyMatch(type -> isOf(type, value))
        : switch (types.asText()) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          case "null" -> value.isNull();
          default -> false;
        };
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return array.valueStream();
  }
}
