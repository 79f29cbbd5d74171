package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The description of all calls as OpenAPI 3.1, served at `/openapi.json`.
///
/// It is written by hand, a resource for each kind of call (`openapi/NAME.yaml`): `paths` and
/// `components` of all of them make one document. A call names the form of its errors (`x-errors:
/// Error`) in place of listing them: each call has the errors that its method can have.
/// `OpenApiTest` holds the routes, the fields of requests and replies and the statuses of errors
/// against it.
///
/// **A new call** is an entry under `paths` of the resource where it belongs, with an `example` of
/// its body that the test sends; a new resource is a name in [#PARTS].
final class OpenApi {
  /// The resources, `about` first.
  static final List<String> PARTS =
      List.of("about", "apps", "search", "models", "agents", "opensearch", "workspace", "service");

  private static final String ERRORS = "x-errors";
  private static final Map<String, String> READING =
      Map.of(
          "401", "The key is missing or wrong",
          "403",
              "The caller is refused: a page of another site, or a name that is not the server's",
          "404", "There is none of that name",
          "429", "Too much is under way: try again after the seconds in Retry-After",
          "500", "A fault: the server's log says why",
          "503", "Something that this needs does not answer, or is not ready");
  private static final Map<String, String> SENDING =
      Map.of(
          "400", "The message names what is wrong",
          "408", "The body comes too slowly",
          "413", "The body is too long");

  /// Made when it is first asked for: no start waits for it.
  private static final class Texts {
    static final byte[] JSON_TEXT;

    static {
      ObjectNode document = document();
      try {
        JSON_TEXT = JsonBody.JSON.writeValueAsBytes(document);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private OpenApi() {}

  static void add(RoutesConfig routes) {
    routes.get("/openapi.json", context -> send(context, "application/json", Texts.JSON_TEXT));
  }

  private static void send(Context context, String type, byte[] document) {
    MemoryBudget.of(context).only(document.length);
    context.contentType(type).result(document);
  }

  /// The whole document.
  static ObjectNode document() {
    var reader = new ObjectMapper(new YAMLFactory());
    ObjectNode all = JsonBody.JSON.createObjectNode();
    for (String part : PARTS) {
      try (InputStream in = OpenApi.class.getResourceAsStream("openapi/" + part + ".yaml")) {
        String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        merge(all, (ObjectNode) reader.readTree(text));
      } catch (IOException e) {
        throw new UncheckedIOException("openapi/" + part + ".yaml", e);
      }
    }
    String version = OpenApi.class.getPackage().getImplementationVersion();
    ((ObjectNode) all.get("info")).put("version", version == null ? "development" : version);
    for (Map.Entry<String, JsonNode> path : all.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (method.getValue().has(ERRORS)) {
          addErrors(method.getKey(), (ObjectNode) method.getValue());
        }
      }
    }
    return all;
  }

  /// Objects of one name are put together, down to the first that is none.
  private static void merge(ObjectNode into, ObjectNode part) {
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      if (into.get(field.getKey()) instanceof ObjectNode there
          && field.getValue() instanceof ObjectNode more) {
        merge(there, more);
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  private static void addErrors(String method, ObjectNode call) {
    String form = call.remove(ERRORS).asText();
    ObjectNode responses = (ObjectNode) call.get("responses");
    READING.forEach((status, means) -> addError(responses, status, means, form));
    if (method.equals("post") || method.equals("put")) {
      SENDING.forEach((status, means) -> addError(responses, status, means, form));
    }
  }

  private static void addError(ObjectNode responses, String status, String means, String form) {
    if (responses.has(status)) {
      return;
    }
    responses
        .putObject(status)
        .put("description", means)
        .putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + form);
  }
}
