package dev.whetstone.index.elasticsearch;

import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Response;
import co.elastic.clients.transport.rest5_client.low_level.ResponseException;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.BoundedReply;
import dev.whetstone.core.Failure;
import dev.whetstone.index.cluster.CheckedClient;
import dev.whetstone.index.cluster.ClusterReply;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.index.cluster.Quantization;
import dev.whetstone.index.cluster.Trust;
import dev.whetstone.index.cluster.VectorMapping;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// A cluster of Elasticsearch 9, through the transport of its official client.
public final class Elasticsearch extends CheckedClient {
  private static final int MAJOR = 9;
  private static final int CONNECTIONS = 64; // to one host
  private static final long MOST_REPLY_BYTES = 100 << 20; // unpacked; the client bounds the packed
  private static final double LEGACY_BM25 = 1.9; // it multiplies by k1 + 1, as Lucene 7 did

  private final Rest5Client client;

  private Elasticsearch(ClusterSettings settings) {
    super("Elasticsearch", settings);
    this.client = client(settings, Trust.headers(settings));
  }

  /// Connects and looks at the cluster's version. Close it to end its connections.
  ///
  /// @throws Failure.Refused if it is not Elasticsearch 9 or refuses the credentials
  /// @throws Failure.Unavailable if no host answers
  public static Elasticsearch connect(ClusterSettings settings) {
    var cluster = new Elasticsearch(settings);
    cluster.connect(MAJOR);
    return cluster;
  }

  @Override
  public ClusterReply send(
      String method, String path, Map<String, String> parameters, @Nullable Payload body)
      throws IOException {
    var request = new Request(method, path);
    request.addParameters(parameters);
    if (body != null) {
      request.setEntity(
          new ByteArrayEntity(
              body.bytes(), 0, body.length(), ContentType.parse(body.contentType())));
    }
    try {
      return reply(client.performRequest(request));
    } catch (ResponseException e) {
      return reply(e.getResponse());
    } catch (RuntimeException e) { // the transport wraps what it did not expect
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      throw e.getCause() instanceof IOException io ? io : new IOException(e);
    }
  }

  @Override
  public void vectorSettings(ObjectNode index) {
    // nothing
  }

  /// HNSW after Malkov & Yashunin, IEEE TPAMI 2020, with the embedded engine's figures.
  @Override
  public ObjectNode vectorField(int dimension) {
    ObjectNode field = Json.MAPPER.createObjectNode();
    field.put("type", "dense_vector").put("dims", dimension);
    field.put("index", true).put("similarity", "cosine");
    ObjectNode options = field.putObject("index_options");
    options.put(
        "type",
        switch (settings().layout().quantization()) {
          case NONE -> "hnsw";
          case INT8 -> "int8_hnsw";
          case BBQ -> "bbq_hnsw";
        });
    options.put("m", 16).put("ef_construction", 128);
    if (settings().layout().quantization() != Quantization.NONE) {
      options.putObject("rescore_vector").put("oversample", settings().layout().oversample());
    }
    return field;
  }

  @Override
  public VectorForm vectorForm() {
    return minor() >= 5 ? VectorForm.BASE64 : VectorForm.NUMBERS;
  }

  @Override
  public void nearest(
      ObjectNode body,
      String field,
      float[] query,
      int k,
      int candidates,
      @Nullable ObjectNode filter,
      boolean quantized) {
    ObjectNode knn = body.putObject("knn");
    knn.put("field", field).put("k", k).put("num_candidates", candidates);
    var vector = knn.putArray("query_vector");
    for (float number : query) {
      vector.add(number);
    }
    if (filter != null) {
      knn.set("filter", filter);
    }
    if (quantized) {
      knn.putObject("rescore_vector").put("oversample", settings().layout().oversample());
    }
  }

  /// The retriever `linear` is of the Enterprise subscription (and of its trial).
  @Override
  protected String askForHybrid() {
    JsonNode answer = ask("look at the licence", "/_license", Map.of());
    if (answer == null) {
      return "the modules of a licence";
    }
    String type = answer.path("license").path("type").asText();
    String status = answer.path("license").path("status").asText();
    boolean entitled = type.equals("enterprise") || type.equals("trial");
    return entitled && status.equals("active")
        ? ""
        : "an Enterprise licence (its own is " + type + ", " + status + ")";
  }

  @Override
  public void hybrid(
      ObjectNode body, ObjectNode words, ObjectNode nearest, double denseWeight, int pool) {
    ObjectNode linear = body.putObject("retriever").putObject("linear");
    linear.put("rank_window_size", pool);
    ArrayNode arms = linear.putArray("retrievers");
    ObjectNode byWords =
        arms.addObject().put("weight", 1 - denseWeight).put("normalizer", "minmax");
    byWords.putObject("retriever").putObject("standard").set("query", words);
    ObjectNode byVectors = arms.addObject().put("weight", denseWeight).put("normalizer", "minmax");
    byVectors.putObject("retriever").set("knn", nearest.path("knn"));
  }

  @Override
  public boolean rescores() {
    return true;
  }

  @Override
  public double wordsScale() {
    return LEGACY_BM25;
  }

  @Override
  public @Nullable VectorMapping vectorMapping(ObjectNode field) {
    if (!field.path("type").asText().equals("dense_vector")) {
      return null;
    }
    String similarity = field.path("similarity").asText("cosine").toLowerCase(Locale.ROOT);
    String indexType = field.path("index_options").path("type").asText("unknown");
    return new VectorMapping(
        field.path("dims").asInt(0),
        similarity,
        similarity.equals("cosine") && (indexType.equals("hnsw") || indexType.equals("flat")));
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClusterReply reply(Response response) throws IOException {
    byte[] body = {};
    if (response.getEntity() != null) {
      try (InputStream in = new BoundedReply(response.getEntity().getContent(), MOST_REPLY_BYTES)) {
        body = in.readAllBytes();
      }
    }
    return new ClusterReply(
        response.getHost().toURI(),
        response.getStatusCode(),
        response.getHeader("Retry-After"),
        body);
  }

  private static Rest5Client client(ClusterSettings settings, Header[] headers) {
    TlsStrategy tls = Trust.strategy(settings);
    var builder =
        Rest5Client.builder(
                settings.hosts().stream()
                    .map(org.apache.hc.core5.http.HttpHost::create)
                    .toArray(org.apache.hc.core5.http.HttpHost[]::new))
            .setDefaultHeaders(headers)
            .setConnectionConfigCallback(
                connection ->
                    connection
                        .setConnectTimeout(Timeout.of(settings.timeouts().connect()))
                        .setSocketTimeout(Timeout.of(settings.timeouts().request())))
            .setHttpClientConfigCallback(
                http -> http.disableRedirectHandling()) // nor the key sent on
            .setRequestConfigCallback(
                request -> request.setResponseTimeout(Timeout.of(settings.timeouts().request())))
            .setConnectionManagerCallback(
                manager ->
                    manager
                        .setTlsStrategy(tls)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setMaxConnTotal(4 * CONNECTIONS));
    if (!settings.path().isEmpty()) {
      builder.setPathPrefix(settings.path());
    }
    return builder.build();
  }
}
