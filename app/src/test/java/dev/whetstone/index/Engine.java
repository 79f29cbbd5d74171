package dev.whetstone.index;

import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.elasticsearch.Elasticsearch;
import dev.whetstone.index.opensearch.OpenSearch;
import dev.whetstone.servers.RealServer;
import dev.whetstone.servers.ServerKind;
import dev.whetstone.servers.Servers;

/// The engines that run as servers.
enum Engine {
  ELASTICSEARCH(ServerKind.ELASTICSEARCH),
  OPENSEARCH(ServerKind.OPENSEARCH);

  final ServerKind kind;

  Engine(ServerKind kind) {
    this.kind = kind;
  }

  ClusterClient connect(ClusterSettings settings) {
    return switch (this) {
      case ELASTICSEARCH -> Elasticsearch.connect(settings);
      case OPENSEARCH -> OpenSearch.connect(settings);
    };
  }

  /// The node that the tests of this JVM share.
  RealServer shared() {
    return switch (this) {
      case ELASTICSEARCH -> Servers.elasticsearch();
      case OPENSEARCH -> Servers.opensearch();
    };
  }
}
