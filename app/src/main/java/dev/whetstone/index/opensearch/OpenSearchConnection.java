package dev.whetstone.index.opensearch;

import dev.whetstone.core.ReplyTooLong;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.index.cluster.ClusterReply;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.index.cluster.Trust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentTooLongException;
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

/// Requests to a cluster of OpenSearch through the transport of its official client, for searches
/// and for its plugins alike.
final class OpenSearchConnection implements ClusterConnection {
  private static final int CONNECTIONS = 64; // to one host
  private static final long MOST_REPLY_BYTES = 100 << 20; // the transport's own limit
  private static final Pattern RETRY_AFTER = Pattern.compile(", Retry-After: ([^]]*)]");

  private final ClusterSettings settings;
  private final OpenSearchTransport transport;
  private final OpenSearchGenericClient client;

  OpenSearchConnection(ClusterSettings settings) {
    this.settings = settings;
    this.transport = transport(settings);
    this.client = new OpenSearchClient(transport).generic();
  }

  @Override
  public String where() {
    return settings.where();
  }

  /// The whole exchange ends in time, however slowly a reply trickles: each host has the time of
  /// one connection and one request.
  @Override
  public ClusterReply send(
      String method, String path, Map<String, String> parameters, @Nullable Payload body)
      throws IOException {
    Body sent =
        body == null
            ? null
            : Body.from(
                new ByteArrayInputStream(body.bytes(), 0, body.length()), body.contentType());
    var request = Requests.create(method, path, List.of(), parameters, sent);
    Duration longest =
        settings
            .timeouts()
            .connect()
            .plus(settings.timeouts().request())
            .multipliedBy(settings.hosts().size());
    CompletableFuture<Response> exchange = client.executeAsync(request);
    try (Response response = exchange.get(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      byte[] bytes = response.getBody().map(Body::bodyAsBytes).orElse(new byte[0]);
      return new ClusterReply(where(), response.getStatus(), retryAfter(response), bytes);
    } catch (ExecutionException e) {
      return answerIn(e);
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no whole reply within " + longest.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      exchange.cancel(true);
    }
  }

  /// The transport throws an answer of 401 or 403, and what would be worth another host when there
  /// is none; its body stands in the message.
  private ClusterReply answerIn(ExecutionException thrown) throws IOException {
    IOException found = null;
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof ResponseException e) {
        String message = String.valueOf(e.getMessage());
        String body = message.substring(message.indexOf('\n') + 1);
        Matcher retryAfter = RETRY_AFTER.matcher(message.lines().findFirst().orElse(""));
        return new ClusterReply(
            where(),
            e.status(),
            retryAfter.find() ? retryAfter.group(1) : null,
            body.getBytes(StandardCharsets.UTF_8));
      }
      if (each instanceof ContentTooLongException) {
        throw new ReplyTooLong(MOST_REPLY_BYTES);
      }
      if (found == null && each instanceof IOException io) {
        found = io;
      }
    }
    throw found == null ? new IOException(thrown.getCause()) : found;
  }

  /// Lets the header survive in an exception of the transport, which keeps the status line alone.
  private static void keepRetryAfter(HttpResponse response) {
    Header header = response.getFirstHeader("Retry-After");
    if (header != null) {
      response.setReasonPhrase(response.getReasonPhrase() + ", Retry-After: " + header.getValue());
    }
  }

  private static @Nullable String retryAfter(Response response) {
    return response.getHeaders().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static OpenSearchTransport transport(ClusterSettings settings) {
    TlsStrategy tls = Trust.strategy(settings);
    var builder =
        ApacheHttpClient5TransportBuilder.builder(
                settings.hosts().stream().map(HttpHost::create).toArray(HttpHost[]::new))
            .setDefaultHeaders(Trust.headers(settings))
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

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
