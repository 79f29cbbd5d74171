package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.index.cluster.ClusterSettings.Hybrid;
import dev.whetstone.store.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The searches that our own indices and adopted ones share. Safe for many threads.
final class Searches {
  static final int MOST_HITS = 10_000; // the engines' limit

  // As the embedded engine: more candidates are looked at than are wanted, for their recall.
  private static final int LEAST_CANDIDATES = 200;
  private static final int CANDIDATES_PER_HIT = 4;

  private static final int IDS_PER_REQUEST = 500;

  private final Requests requests;
  private final String index;
  private final @Nullable String idField;

  /// @param idField that holds the ids of passages; null where a document's id is its passage's
  Searches(Requests requests, String index, @Nullable String idField) {
    this.requests = requests;
    this.index = index;
    this.idField = idField;
  }

  /// The body of a search that wants nothing but ids.
  ObjectNode ids(int size) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("size", size).put("_source", false);
    if (idField != null) {
      body.put("stored_fields", "_none_").putArray("docvalue_fields").add(idField);
    }
    return body;
  }

  /// The passage's id of such a search's hit.
  String id(JsonNode hit) {
    return idField == null
        ? hit.path("_id").asText()
        : hit.path("fields").path(idField).path(0).asText();
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

  /// How many candidates a shard looks at for so many neighbours.
  static int candidates(int count) {
    return Math.min(MOST_HITS, Math.max(LEAST_CANDIDATES, CANDIDATES_PER_HIT * count));
  }

  /// Whether the cluster is to make one ranking of words and vectors.
  ///
  /// @throws Failure.Refused if it must, and cannot
  boolean clusterFuses() {
    ClusterClient client = requests.client();
    Hybrid hybrid = client.settings().hybrid();
    if (hybrid == Hybrid.OURS) {
      return false;
    }
    String lacks = client.lacksForHybrid();
    if (hybrid == Hybrid.NATIVE && !lacks.isEmpty()) {
      throw new Failure.Refused(
          requests.where()
              + " cannot fuse words and vectors itself: it lacks "
              + lacks
              + ". Set `hybrid` to ours or auto");
    }
    return lacks.isEmpty();
  }

  /// One ranking of both, made by the cluster.
  ///
  /// @param words a query
  /// @param nearest what [ClusterClient#nearest] put into a body
  /// @param pool at least `k`
  Ranking hybrid(
      ObjectNode words,
      ObjectNode nearest,
      double denseWeight,
      int k,
      int pool,
      boolean sharedStatistics) {
    ObjectNode body = ids(k);
    body.remove("stored_fields"); // no page says that its hits may be without
    requests.client().hybrid(body, words, nearest, denseWeight, pool);
    var hits = new ArrayList<Hit>();
    for (JsonNode hit : hits("search", body, sharedStatistics)) {
      hits.add(new Hit(id(hit), hit.path("_score").doubleValue()));
    }
    return Ranking.best(hits, k);
  }

  /// The cosines of these documents with `query`, by passage id, worked out by the engine; for
  /// fields whose neighbours' scores are of the whole vectors. It is a nearest-neighbour search
  /// with these ids as filter: where the filter passes no more documents than are requested, both
  /// engines score each of them (elastic.co/docs, "Filter approximate kNN results";
  /// docs.opensearch.org, "Efficient k-NN filtering").
  Map<String, Double> cosines(
      String field, float[] query, Collection<String> documents, boolean quantized) {
    var cosines = HashMap.<String, Double>newHashMap(documents.size());
    for (List<String> some : parts(documents.stream().distinct().toList())) {
      ObjectNode body = ids(some.size());
      ObjectNode these = ofIds(some);
      requests.client().nearest(body, field, query, some.size(), some.size(), these, quantized);
      for (JsonNode hit : hits("compare passages of", body, false)) {
        cosines.put(id(hit), cosine(hit));
      }
    }
    return cosines;
  }

  /// The vectors of these documents, those that have one: document id and vector.
  void vectors(String field, Collection<String> documents, BiConsumer<String, float[]> each) {
    for (List<String> some : parts(List.copyOf(documents))) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.set("query", ofIds(some));
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
      body.set("query", ofIds(some));
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

  /// What the filter lets through; null when that is everything.
  ///
  /// @param in the query for what has one of these values in this field
  static @Nullable ObjectNode query(Filter filter, BiFunction<String, Set<String>, ObjectNode> in) {
    if (filter.equals(Filter.ALL)) {
      return null;
    }
    ObjectNode query = Json.MAPPER.createObjectNode();
    ObjectNode bool = query.putObject("bool");
    ArrayNode let = bool.putArray("filter");
    filter.anyOf().forEach((field, values) -> let.add(in.apply(field, values)));
    ArrayNode exclusions = bool.putArray("must_not");
    filter.noneOf().forEach((field, values) -> exclusions.add(in.apply(field, values)));
    return query;
  }

  static float[] floats(JsonNode numbers) {
    var vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    return vector;
  }

  private static ObjectNode ofIds(List<String> documents) {
    ObjectNode query = Json.MAPPER.createObjectNode();
    documents.forEach(query.putObject("ids").putArray("values")::add);
    return query;
  }

  /// The cosine that a neighbour's score says.
  static double cosine(JsonNode hit) {
    return Math.clamp(2 * hit.path("_score").doubleValue() - 1, -1.0, 1.0);
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
