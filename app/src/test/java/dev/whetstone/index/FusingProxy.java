package dev.whetstone.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Stands before a real node and adds what such a node lacks, the search that fuses two, as its
/// documentation says: the arms are searched by the real node, fused here. All else goes through.
///
/// Elasticsearch:
/// - `GET /_license`: elastic.co/docs/api/doc/elasticsearch/operation/operation-license-get
/// - the retriever `linear`, normalizer `minmax`:
///   elastic.co/docs/reference/elasticsearch/rest-apis/retrievers/linear-retriever, its arms
///   `standard` and `knn` beside it
///
/// OpenSearch:
/// - `GET /_nodes/plugins`: docs.opensearch.org/latest/api-reference/nodes-apis/nodes-info
/// - the query `hybrid`: docs.opensearch.org/latest/query-dsl/compound/hybrid, its
///   `pagination_depth`:
///   docs.opensearch.org/latest/vector-search/ai-search/hybrid-search/pagination
/// - `normalization-processor`:
///   docs.opensearch.org/latest/search-plugins/search-pipelines/normalization-processor
/// - a pipeline within a request:
///   docs.opensearch.org/latest/search-plugins/search-pipelines/using-search-pipeline
final class FusingProxy implements AutoCloseable {
  private final Node node;
  private final HttpServer server;
  private final String offer;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  /// @param offer the answer to the question whether the cluster fuses
  FusingProxy(Node node, String offer) throws IOException {
    this.node = node;
    this.offer = offer;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String host() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The paths asked for, and `fuse` for each search that fuses.
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(path);
    JsonNode body = path.endsWith("/_search") ? Json.MAPPER.readTree(sent) : null;
    String answer;
    if (path.equals("/_license") || path.equals("/_nodes/plugins")) {
      answer = offer;
    } else if (body != null && (body.has("retriever") || body.path("query").has("hybrid"))) {
      asked.add("fuse");
      answer = fused(path, body).toString();
    } else {
      answer =
          node.call(exchange.getRequestMethod(), exchange.getRequestURI().toString(), sent)
              .toString();
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().putAll(Map.of("Content-Type", List.of("application/json")));
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /// One arm of the fusion: a search, how many of its hits count, and its share.
  private record Arm(ObjectNode search, int pool, double weight) {}

  private ObjectNode fused(String path, JsonNode body) {
    var found = new HashMap<String, ObjectNode>();
    for (Arm arm : node == Node.ELASTICSEARCH ? retrievers(body) : queries(body)) {
      arm.search().put("size", arm.pool()).set("docvalue_fields", body.path("docvalue_fields"));
      JsonNode hits = node.call("POST", path, arm.search().toString()).path("hits").path("hits");
      double min = hits.path(hits.size() - 1).path("_score").asDouble();
      double max = hits.path(0).path("_score").asDouble();
      for (JsonNode hit : hits) {
        var kept = found.computeIfAbsent(hit.path("_id").asText(), _ -> hit.deepCopy());
        double score = (hit.path("_score").asDouble() - min) / (max - min);
        kept.put("fused", kept.path("fused").asDouble() + arm.weight() * score);
      }
    }
    var all = new ArrayList<>(found.values());
    all.forEach(hit -> hit.set("_score", hit.remove("fused")));
    all.sort(Comparator.comparingDouble(hit -> -hit.path("_score").asDouble()));
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.putObject("_shards").put("total", 1).put("successful", 1).put("failed", 0);
    ArrayNode hits = answer.putObject("hits").putArray("hits");
    all.stream().limit(only(body, "size").asInt()).forEach(hits::add);
    return answer;
  }

  private static List<Arm> retrievers(JsonNode body) {
    JsonNode linear = only(only(body, "retriever"), "linear");
    int pool = only(linear, "rank_window_size").asInt();
    if (pool < body.path("size").asInt()) {
      throw new IllegalStateException("the window is smaller than the size: " + body);
    }
    var arms = new ArrayList<Arm>();
    for (JsonNode each : only(linear, "retrievers")) {
      if (!only(each, "normalizer").asText().equals("minmax")) {
        throw new IllegalStateException("another normalizer: " + body);
      }
      JsonNode retriever = only(each, "retriever");
      ObjectNode search = Json.MAPPER.createObjectNode();
      if (retriever.has("knn")) {
        search.set("knn", retriever.path("knn"));
      } else {
        search.set("query", only(only(retriever, "standard"), "query"));
      }
      arms.add(new Arm(search, pool, only(each, "weight").asDouble()));
    }
    return arms;
  }

  private static List<Arm> queries(JsonNode body) {
    JsonNode hybrid = only(only(body, "query"), "hybrid");
    JsonNode processors = only(only(body, "search_pipeline"), "phase_results_processors");
    JsonNode processor = only(processors.path(0), "normalization-processor");
    JsonNode combination = only(processor, "combination");
    if (!only(only(processor, "normalization"), "technique").asText().equals("min_max")
        || !only(combination, "technique").asText().equals("arithmetic_mean")) {
      throw new IllegalStateException("other techniques: " + body);
    }
    JsonNode weights = only(only(combination, "parameters"), "weights");
    int pool = only(hybrid, "pagination_depth").asInt();
    var arms = new ArrayList<Arm>();
    double sum = weights.path(0).asDouble() + weights.path(1).asDouble(); // must be 1
    for (JsonNode query : only(hybrid, "queries")) {
      ObjectNode search = Json.MAPPER.createObjectNode();
      search.set("query", query);
      arms.add(new Arm(search, pool, weights.path(arms.size()).asDouble() / sum));
    }
    return arms;
  }

  private static JsonNode only(JsonNode object, String field) {
    if (!object.has(field)) {
      throw new IllegalStateException("no " + field + " in " + object);
    }
    return object.path(field);
  }
}
