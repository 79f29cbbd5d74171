package dev.whetstone.index.opensearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.index.cluster.CheckedClient;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.index.cluster.Quantization;
import dev.whetstone.index.cluster.Reply;
import dev.whetstone.index.cluster.Trust;
import dev.whetstone.index.cluster.VectorMapping;
import dev.whetstone.store.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch.generic.Body;
import org.opensearch.client.opensearch.generic.OpenSearchGenericClient;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.opensearch.generic.Response;
import org.opensearch.client.transport.OpenSearchTransport;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;
import org.opensearch.client.transport.httpclient5.ResponseException;

/// A cluster of OpenSearch 3 with its k-NN plugin, through its official client.
public final class OpenSearch extends CheckedClient {
  private static final int MAJOR = 3;
  private static final int CONNECTIONS = 64; // to one host
  private static final String NEURAL_SEARCH = "opensearch-neural-search";
  private static final Pattern RETRY_AFTER = Pattern.compile(", Retry-After: ([^]]*)]");

  private final OpenSearchTransport transport;
  private final OpenSearchGenericClient client;

  private OpenSearch(ClusterSettings settings) {
    super("OpenSearch", settings);
    if (settings.layout().quantization() == Quantization.BBQ) {
      throw new Failure.BadInput(
          "OpenSearch at " + settings.where() + " has no bbq: set quantization to none or int8");
    }
    this.transport = transport(settings, headers());
    this.client = new OpenSearchClient(transport).generic();
  }

  /// Connects and looks at the cluster's version. Close it to end its connections.
  ///
  /// @throws Failure.Refused if it is not OpenSearch 3 or does not let us in
  /// @throws Failure.Unavailable if no host answers
  public static OpenSearch connect(ClusterSettings settings) {
    var cluster = new OpenSearch(settings);
    cluster.look(MAJOR);
    return cluster;
  }

  @Override
  public Reply send(
      String method, String path, Map<String, String> parameters, @Nullable Payload body)
      throws IOException {
    Body sent =
        body == null
            ? null
            : Body.from(
                new ByteArrayInputStream(body.bytes(), 0, body.length()), body.contentType());
    var request = Requests.create(method, path, List.of(), parameters, sent);
    try (Response response = client.execute(request)) {
      byte[] bytes = response.getBody().map(Body::bodyAsBytes).orElse(new byte[0]);
      return new Reply(settings().where(), response.getStatus(), retryAfter(response), bytes);
    } catch (IOException | RuntimeException e) {
      return answerIn(e);
    }
  }

  /// The transport throws an answer of 401 or 403, and what would be worth another host when there
  /// is none; its body stands in the message.
  private Reply answerIn(Exception thrown) throws IOException {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof ResponseException e) {
        String message = String.valueOf(e.getMessage());
        String body = message.substring(message.indexOf('\n') + 1);
        Matcher told = RETRY_AFTER.matcher(message.lines().findFirst().orElse(""));
        return new Reply(
            settings().where(),
            e.status(),
            told.find() ? told.group(1) : null,
            body.getBytes(StandardCharsets.UTF_8));
      }
    }
    if (thrown instanceof IOException io) {
      throw io;
    }
    throw thrown.getCause() instanceof IOException io ? io : new IOException(thrown);
  }

  /// Lets the header survive in an exception of the transport, which keeps the status line alone.
  private static void keepRetryAfter(HttpResponse response) {
    Header header = response.getFirstHeader("Retry-After");
    if (header != null) {
      response.setReasonPhrase(response.getReasonPhrase() + ", Retry-After: " + header.getValue());
    }
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

  /// The Lucene engine looks at `k` candidates: it is told those.
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
    try {
      transport.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String retryAfter(Response response) {
    return response.getHeaders().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static OpenSearchTransport transport(ClusterSettings settings, Header[] headers) {
    TlsStrategy tls = Trust.strategy(settings);
    var builder =
        ApacheHttpClient5TransportBuilder.builder(
                settings.hosts().stream().map(HttpHost::create).toArray(HttpHost[]::new))
            .setDefaultHeaders(headers)
            .setRequestConfigCallback(
                request -> request.setResponseTimeout(Timeout.of(settings.timeouts().request())))
            .setHttpClientConfigCallback(
                http ->
                    http.disableRedirectHandling() // nor the key sent on
                        .addResponseInterceptorLast((response, _, _) -> keepRetryAfter(response))
                        .setConnectionManager(
                            PoolingAsyncClientConnectionManagerBuilder.create()
                                .setDefaultConnectionConfig(
                                    ConnectionConfig.custom()
                                        .setConnectTimeout(
                                            Timeout.of(settings.timeouts().connect()))
                                        .setSocketTimeout(Timeout.of(settings.timeouts().request()))
                                        .build())
                                .setTlsStrategy(tls)
                                .setMaxConnPerRoute(CONNECTIONS)
                                .setMaxConnTotal(4 * CONNECTIONS)
                                .build()));
    if (!settings.path().isEmpty()) {
      builder.setPathPrefix(settings.path());
    }
    return builder.build();
  }
}
