package dev.whetstone.corpus.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads records in JSON: one object a line, an array of objects, or one object. Each object is a
/// [DataRecord]. Objects in objects are flattened: `address.city: Bern`, `tags: a, b`,
/// `parts[0].name: Lid`. The values of an object `metadata` are properties and no text. The lines
/// of BEIR's corpora (`_id`, `title`, `text`, `metadata`) are such records.
public final class JsonRecordReader {
  private static final int FEWEST = 2; // objects of an array that is the content of an object
  private static final JsonMapper MAPPER =
      Json.bounded(StreamReadConstraints.builder().maxNestingDepth(200).build());

  private final RecordSink sink;

  private JsonRecordReader(DocumentBuilder into) {
    this.sink = new RecordSink(into, "record");
  }

  /// @param lines whether the file's name says that each line is an object
  /// @throws Failure.BadInput if no object can be read, or it is a log of questions
  public static void read(String text, boolean lines, DocumentBuilder into) {
    var reader = new JsonRecordReader(into);
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    boolean array = body.stripLeading().startsWith("[");
    if (array && !(lines && hasSeveralValues(body))) {
      reader.array(body);
    } else if (lines || hasSeveralValues(body)) {
      reader.lines(body);
    } else {
      reader.object(body);
    }
    reader.sink.close();
  }

  /// Whether more follows after the first value, or the first is broken.
  private static boolean hasSeveralValues(String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() != null;
    } catch (IOException e) {
      return text.strip().indexOf('\n') >= 0 && text.stripLeading().startsWith("{");
    }
  }

  private void lines(String text) {
    int line = 0;
    for (String row : (Iterable<String>) text.lines()::iterator) {
      line++;
      if (!row.isBlank()) {
        try {
          record(MAPPER.readTree(row), line);
        } catch (JsonProcessingException e) {
          sink.broken(line, "no JSON");
        }
      }
    }
  }

  private void array(String text) {
    int line = 1;
    try (JsonParser parser = MAPPER.createParser(text)) {
      parser.nextToken(); // the bracket
      while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
        line = parser.currentTokenLocation().getLineNr();
        JsonNode element = MAPPER.readTree(parser);
        record(element, line);
      }
    } catch (IOException e) {
      sink.broken(line, "no JSON; what follows is not read");
    }
  }

  private void object(String text) {
    JsonNode object;
    try {
      object = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Failure.BadInput("is no JSON: " + e.getOriginalMessage(), e);
    }
    String content = content(object);
    if (content == null) {
      record(object, 1);
      return;
    }
    var around = new DataRecord();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!field.getKey().equals(content)) {
        flatten(field.getKey(), field.getValue(), around);
      }
    }
    sink.add(around, 1);
    for (JsonNode element : object.get(content)) {
      record(element, 1);
    }
  }

  /// The name of the one array of objects that an object is made around; null for none.
  private static @Nullable String content(JsonNode object) {
    String found = null;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (value.isArray() && value.size() >= FEWEST && value.get(0).isObject()) {
        if (found != null) {
          return null;
        }
        found = field.getKey();
      }
    }
    boolean titled =
        object.properties().stream()
            .anyMatch(field -> FieldRole.of(field.getKey()) == FieldRole.TEXT);
    return titled ? null : found;
  }

  private void record(JsonNode node, int line) {
    if (!node.isObject()) {
      sink.broken(line, "no object");
      return;
    }
    refuseQuestions(node);
    var record = new DataRecord();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      if (FieldRole.of(field.getKey()) == FieldRole.METADATA && value.isObject()) {
        for (Map.Entry<String, JsonNode> each : value.properties()) {
          if (each.getValue().isValueNode()) {
            record.metadata(each.getKey(), each.getValue().asText());
          }
        }
      } else {
        flatten(field.getKey(), value, record);
      }
    }
    sink.add(record, line);
  }

  /// A log of questions names the answers: among the documents it would answer its own questions.
  private static void refuseQuestions(JsonNode node) {
    JsonNode answer = node.path("answers").path(0);
    JsonNode place = answer.isObject() ? answer : node;
    if (node.path("question").isTextual()
        && (place.path("document").isTextual() || place.path("file").isTextual())
        && (place.has("phrase") || place.has("page"))) {
      throw QuestionLogs.refusal();
    }
  }

  private static void flatten(String path, JsonNode value, DataRecord into) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(field -> flatten(path + "." + field.getKey(), field.getValue(), into));
    } else if (value.isArray()) {
      var scalars = new StringBuilder();
      for (int i = 0; i < value.size(); i++) {
        JsonNode element = value.get(i);
        if (element.isContainerNode()) {
          flatten(path + "[" + i + "]", element, into);
        } else if (!element.isNull()) {
          scalars.append(scalars.isEmpty() ? "" : ", ").append(element.asText());
        }
      }
      into.add(path, scalars.toString());
    } else if (!value.isNull()) {
      into.add(path, value.asText());
    }
  }
}
