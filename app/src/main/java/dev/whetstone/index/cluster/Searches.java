package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.store.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// The searches that our own indices and adopted ones share. Safe for many threads.
final class Searches {
  private static final int IDS_PER_REQUEST = 500;

  private final Requests requests;
  private final String index;

  Searches(Requests requests, String index) {
    this.requests = requests;
    this.index = index;
  }

  /// The hits of a search of which every shard must answer.
  JsonNode hits(String what, ObjectNode body, boolean sharedStatistics) {
    body.put("track_total_hits", false);
    var parameters = new HashMap<String, String>();
    parameters.put("allow_partial_search_results", "false");
    if (sharedStatistics) {
      parameters.put("search_type", "dfs_query_then_fetch");
    }
    return requests.search(what + " " + index, index, parameters, body).path("hits").path("hits");
  }

  /// The vectors of these documents, those that have one: document id and vector.
  void vectors(String field, Collection<String> documents, BiConsumer<String, float[]> each) {
    for (List<String> some : parts(List.copyOf(documents))) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode values = body.putObject("query").putObject("ids").putArray("values");
      some.forEach(values::add);
      body.put("size", some.size()).put("_source", false).putArray("fields").add(field);
      for (JsonNode hit : hits("read vectors of", body, false)) {
        JsonNode numbers = hit.path("fields").path(field);
        if (numbers.isArray() && !numbers.isEmpty()) {
          each.accept(hit.path("_id").asText(), floats(numbers));
        }
      }
    }
  }

  /// The sources of these documents, by document id; those that are not there are left out. They
  /// are searched for, not got: `_mget` of OpenSearch's k-NN 3.5 puts the vectors back into the
  /// source through a file that it has closed after the first time, and then answers none.
  Map<String, JsonNode> sources(List<String> documents, String excluded) {
    var sources = new HashMap<String, JsonNode>();
    for (List<String> some : parts(documents)) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      ArrayNode values = body.putObject("query").putObject("ids").putArray("values");
      some.forEach(values::add);
      body.put("size", some.size());
      ArrayNode excludes = body.putObject("_source").putArray("excludes");
      for (String field : excluded.split(",", -1)) {
        excludes.add(field);
      }
      for (JsonNode hit : hits("read passages of", body, false)) {
        sources.put(hit.path("_id").asText(), hit.path("_source"));
      }
    }
    return sources;
  }

  static float[] floats(JsonNode numbers) {
    var vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    return vector;
  }

  /// The dot product, of unit vectors their cosine.
  static double cosine(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return Math.clamp(sum, -1.0, 1.0);
  }

  static void checkK(int k) {
    if (k < 1 || k > 1000) {
      throw new IllegalArgumentException("k not from 1 to 1000: " + k);
    }
  }

  private static List<List<String>> parts(List<String> all) {
    var parts = new ArrayList<List<String>>();
    for (int from = 0; from < all.size(); from += IDS_PER_REQUEST) {
      parts.add(all.subList(from, Math.min(all.size(), from + IDS_PER_REQUEST)));
    }
    return parts;
  }
}
