package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Requests of a cluster whose errors are failures. Safe for many threads.
final class Requests {
  private static final int PAGE = 1000;
  private static final String KEEP_SCROLL = "2m";

  private final ClusterClient client;

  Requests(ClusterClient client) {
    this.client = client;
  }

  ClusterClient client() {
    return client;
  }

  /// What a message names.
  String where() {
    return client.engine() + " at " + client.settings().where();
  }

  JsonNode get(String what, String path, Map<String, String> parameters) {
    return ok(what, "GET", path, parameters, null);
  }

  /// @return null when it answers 404
  @Nullable JsonNode getIfThere(String what, String path, Map<String, String> parameters) {
    ClusterReply reply = reply(what, "GET", path, parameters, null);
    if (reply.status() == 404) {
      return null;
    }
    return checked(what, reply);
  }

  JsonNode put(String what, String path, ObjectNode body) {
    return ok(what, "PUT", path, Map.of(), body);
  }

  JsonNode post(
      String what, String path, Map<String, String> parameters, @Nullable ObjectNode body) {
    return ok(what, "POST", path, parameters, body);
  }

  void delete(String what, String path) {
    ClusterReply reply = reply(what, "DELETE", path, Map.of(), null);
    if (reply.status() != 404) {
      checked(what, reply);
    }
  }

  /// One attempt, any status.
  ClusterReply reply(
      String what,
      String method,
      String path,
      Map<String, String> parameters,
      @Nullable ObjectNode body) {
    try {
      Payload payload = body == null ? null : Payload.json(Json.MAPPER.writeValueAsBytes(body));
      return client.send(method, path, parameters, payload);
    } catch (IOException e) {
      throw ClusterFailures.of(client, what, e);
    }
  }

  /// A search of which all shards answered.
  JsonNode search(String what, String index, Map<String, String> parameters, ObjectNode body) {
    return ok(what, "POST", "/" + index + "/_search", parameters, body);
  }

  /// Hands every hit of a search to `each`, page by page, as of now.
  ///
  /// @param body without size and sort
  void all(String what, String index, ObjectNode body, Consumer<JsonNode> each) {
    body.put("size", PAGE).putArray("sort").add("_doc");
    JsonNode page = search(what, index, Map.of("scroll", KEEP_SCROLL), body);
    String scroll = page.path("_scroll_id").asText();
    try {
      while (!page.path("hits").path("hits").isEmpty()) {
        page.path("hits").path("hits").forEach(each);
        ObjectNode next = Json.MAPPER.createObjectNode();
        next.put("scroll", KEEP_SCROLL).put("scroll_id", scroll);
        page = post(what, "/_search/scroll", Map.of(), next);
        if (page.path("_shards").path("failed").asInt() > 0) {
          throw new Failure.Unavailable(
              "cannot " + what + ": shards of " + index + " at " + where() + " do not answer");
        }
        scroll = page.path("_scroll_id").asText(scroll);
      }
    } finally {
      ObjectNode end = Json.MAPPER.createObjectNode();
      end.putArray("scroll_id").add(scroll);
      try {
        reply("end a scroll", "DELETE", "/_search/scroll", Map.of(), end);
      } catch (Failure e) {
        // it ends by itself
      }
    }
  }

  /// The body of a search for all documents, or for about `most` drawn at random of more.
  static ObjectNode drawn(int most, int size) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    if (size > most) {
      ObjectNode score = body.putObject("query").putObject("function_score");
      score.putObject("random_score").put("seed", 1).put("field", "_seq_no"); // from 0 to 1
      score.put("min_score", 1 - most / (double) size);
    }
    return body;
  }

  /// The names in an answer's object.
  static List<String> names(JsonNode object) {
    var names = new ArrayList<String>();
    for (Iterator<String> each = object.fieldNames(); each.hasNext(); ) {
      names.add(each.next());
    }
    return names;
  }

  private JsonNode ok(
      String what,
      String method,
      String path,
      Map<String, String> parameters,
      @Nullable ObjectNode body) {
    return checked(what, reply(what, method, path, parameters, body));
  }

  private JsonNode checked(String what, ClusterReply reply) {
    if (!reply.ok()) {
      throw ClusterFailures.of(client, what, reply);
    }
    return reply.json();
  }
}
