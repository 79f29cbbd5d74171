package dev.whetstone.workshop;

import dev.whetstone.core.EngineKind;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.elasticsearch.Elasticsearch;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.index.opensearch.OpenSearch;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import dev.whetstone.servers.RealServer;
import dev.whetstone.servers.Servers;
import java.util.UUID;
import java.util.stream.Stream;

/// The real node of an engine that the tests of this JVM share, and names on it that are ours.
public record RealNode(EngineKind engine, String prefix) implements AutoCloseable {
  public static RealNode of(EngineKind engine) {
    return new RealNode(engine, "swap-" + UUID.randomUUID().toString().substring(0, 8));
  }

  public static Stream<EngineKind> engines() {
    return Stream.of(ElasticsearchProvider.KIND, OpenSearchProvider.KIND);
  }

  RealServer server() {
    return engine.equals(ElasticsearchProvider.KIND)
        ? Servers.elasticsearch()
        : Servers.opensearch();
  }

  public String host() {
    return server().uri().toString().replaceAll("/+$", "");
  }

  public Indexes open(String name) {
    var settings = ClusterSettings.of(host());
    return new ClusterIndexes(
        engine.equals(ElasticsearchProvider.KIND)
            ? Elasticsearch.connect(settings)
            : OpenSearch.connect(settings),
        name);
  }

  /// Removes all that was made under the prefix.
  @Override
  public void close() {
    String indices =
        server()
            .call("GET", "/_cat/indices/" + prefix + "*?h=index", "")
            .body()
            .strip()
            .replaceAll("\\s+", ",");
    if (!indices.isEmpty()) {
      server().call("DELETE", "/" + indices, "");
    }
  }
}
