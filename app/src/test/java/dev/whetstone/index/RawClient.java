package dev.whetstone.index;

import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import dev.whetstone.index.cluster.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.opensearch.client.opensearch.OpenSearchClient;
import org.opensearch.client.opensearch.generic.Body;
import org.opensearch.client.opensearch.generic.Requests;
import org.opensearch.client.transport.httpclient5.ApacheHttpClient5TransportBuilder;

/// An engine's official client with nothing of ours around it, to measure what we add.
interface RawClient extends AutoCloseable {
  /// Sends the bytes and reads the answer's.
  void send(Tampered.Asked asked) throws IOException;

  @Override
  void close() throws IOException;

  static RawClient of(Node node) {
    return switch (node) {
      case ELASTICSEARCH -> elasticsearch(URI.create(node.host()));
      case OPENSEARCH -> openSearch(URI.create(node.host()));
    };
  }

  private static RawClient elasticsearch(URI host) {
    Rest5Client client = Rest5Client.builder(host).build();
    return new RawClient() {
      @Override
      public void send(Tampered.Asked asked) throws IOException {
        var request = new Request(asked.method(), asked.path());
        request.addParameters(asked.parameters());
        Payload body = asked.body();
        if (body != null) {
          request.setEntity(
              new ByteArrayEntity(
                  body.bytes(), 0, body.length(), ContentType.parse(body.contentType())));
        }
        client.performRequest(request).getEntity().getContent().readAllBytes();
      }

      @Override
      public void close() throws IOException {
        client.close();
      }
    };
  }

  private static RawClient openSearch(URI host) {
    var transport = ApacheHttpClient5TransportBuilder.builder(HttpHost.create(host)).build();
    var client = new OpenSearchClient(transport).generic();
    return new RawClient() {
      @Override
      public void send(Tampered.Asked asked) throws IOException {
        Payload body = asked.body();
        Body sent =
            body == null
                ? null
                : Body.from(
                    new ByteArrayInputStream(body.bytes(), 0, body.length()), body.contentType());
        try (var response =
            client.execute(
                Requests.create(
                    asked.method(), asked.path(), List.of(), asked.parameters(), sent))) {
          response.getBody().orElseThrow().bodyAsBytes();
        }
      }

      @Override
      public void close() throws IOException {
        transport.close();
      }
    };
  }
}
