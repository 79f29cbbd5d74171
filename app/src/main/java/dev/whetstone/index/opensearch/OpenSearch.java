package dev.whetstone.index.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.index.cluster.CheckedClient;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.index.cluster.ClusterReply;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.index.cluster.Quantization;
import dev.whetstone.index.cluster.VectorMapping;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cluster of OpenSearch 3 with its k-NN plugin, through its official client.
public final class OpenSearch extends CheckedClient {
  private static final int MAJOR = 3;
  static final String DERIVED_SOURCE = "index.knn.derived_source.enabled";
  private static final String NEURAL_SEARCH = "opensearch-neural-search";

  private final OpenSearchConnection connection;

  private OpenSearch(ClusterSettings settings) {
    super("OpenSearch", settings);
    if (settings.layout().quantization() == Quantization.BBQ) {
      throw new Failure.BadInput(
          "OpenSearch at " + settings.where() + " has no bbq: set quantization to none or int8");
    }
    this.connection = new OpenSearchConnection(settings);
  }

  /// Connects to a cluster without asking its version: for calls of its plugins.
  public static ClusterConnection connection(ClusterSettings settings) {
    return new OpenSearchConnection(settings);
  }

  /// Connects and looks at the cluster's version. Close it to end its connections.
  ///
  /// @throws Failure.Refused if it is not OpenSearch 3 or refuses the credentials
  /// @throws Failure.Unavailable if no host answers
  public static OpenSearch connect(ClusterSettings settings) {
    var cluster = new OpenSearch(settings);
    cluster.connect(MAJOR);
    return cluster;
  }

  @Override
  public ClusterReply send(
      String method, String path, Map<String, String> parameters, @Nullable Payload body)
      throws IOException {
    return connection.send(method, path, parameters, body);
  }

  @Override
  public void vectorSettings(ObjectNode index) {
    indexSettings(index);
  }

  /// Puts what any index with vectors needs into its settings.
  public static void indexSettings(ObjectNode index) {
    index.put("knn", true);
    // Vectors stay in the documents' source: put together from the vector files (the default from
    // 3.0 on) they are lost to readers of files that a merge has closed, and the search fails.
    index.put("knn.derived_source.enabled", false);
  }

  /// HNSW after Malkov & Yashunin, IEEE TPAMI 2020, with the embedded engine's figures.
  @Override
  public ObjectNode vectorField(int dimension) {
    ObjectNode field = Json.MAPPER.createObjectNode();
    field.put("type", "knn_vector").put("dimension", dimension);
    ObjectNode method = field.putObject("method");
    method.put("name", "hnsw").put("engine", "lucene").put("space_type", "cosinesimil");
    ObjectNode parameters = method.putObject("parameters");
    parameters.put("m", 16).put("ef_construction", 128);
    if (settings().layout().quantization() != Quantization.NONE) {
      ObjectNode encoder = parameters.putObject("encoder").put("name", "sq");
      encoder.putObject("parameters").put("bits", 7);
    }
    return field;
  }

  @Override
  public VectorForm vectorForm() {
    return VectorForm.NUMBERS;
  }

  /// The Lucene engine examines `k` candidates, so `k` is set to their number.
  @Override
  public void nearest(
      ObjectNode body,
      String field,
      float[] query,
      int k,
      int candidates,
      @Nullable ObjectNode filter,
      boolean quantized) {
    ObjectNode knn = body.putObject("query").putObject("knn").putObject(field);
    knn.put("k", candidates);
    var vector = knn.putArray("vector");
    for (float number : query) {
      vector.add(number);
    }
    if (filter != null) {
      knn.set("filter", filter);
    }
  }

  @Override
  protected String askForHybrid() {
    JsonNode answer =
        ask(
            "look at the plugins",
            "/_nodes/plugins",
            Map.of("filter_path", "nodes.*.plugins.name"));
    boolean everywhere = answer != null && !answer.path("nodes").isEmpty();
    for (JsonNode node : answer == null ? List.<JsonNode>of() : answer.path("nodes")) {
      everywhere &= node.path("plugins").findValuesAsText("name").contains(NEURAL_SEARCH);
    }
    return everywhere ? "" : "the plugin " + NEURAL_SEARCH + " on every node";
  }

  /// By a search pipeline that lives as long as the request.
  @Override
  public void hybrid(
      ObjectNode body, ObjectNode words, ObjectNode nearest, double denseWeight, int pool) {
    ObjectNode hybrid = body.putObject("query").putObject("hybrid").put("pagination_depth", pool);
    hybrid.putArray("queries").add(words).add(nearest.path("query"));
    ObjectNode processor =
        body.putObject("search_pipeline")
            .putArray("phase_results_processors")
            .addObject()
            .putObject("normalization-processor");
    processor.putObject("normalization").put("technique", "min_max");
    processor
        .putObject("combination")
        .put("technique", "arithmetic_mean")
        .putObject("parameters")
        .putArray("weights")
        .add(1 - denseWeight)
        .add(denseWeight);
  }

  @Override
  public boolean rescores() {
    return false;
  }

  @Override
  public double wordsScale() {
    return 1;
  }

  @Override
  public @Nullable VectorMapping vectorMapping(ObjectNode field) {
    if (!field.path("type").asText().equals("knn_vector")) {
      return null;
    }
    JsonNode method = field.path("method");
    String space = method.path("space_type").asText(field.path("space_type").asText("l2"));
    boolean whole =
        !method.path("parameters").has("encoder")
            && !field.path("mode").asText().equals("on_disk")
            && field.path("data_type").asText("float").equals("float");
    return new VectorMapping(
        field.path("dimension").asInt(0),
        space.toLowerCase(Locale.ROOT),
        whole && space.equals("cosinesimil") && method.path("engine").asText().equals("lucene"));
  }

  @Override
  public void close() {
    connection.close();
  }
}
