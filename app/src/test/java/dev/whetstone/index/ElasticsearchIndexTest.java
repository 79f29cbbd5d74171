package dev.whetstone.index;

import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.elasticsearch.Elasticsearch;
import org.junit.jupiter.api.Assumptions;

class ElasticsearchIndexTest extends ClusterIndexContract {
  @Override
  ClusterClient connect(ClusterSettings settings) {
    return Elasticsearch.connect(settings);
  }

  @Override
  String host() {
    String host = System.getenv("WHETSTONE_ELASTICSEARCH");
    Assumptions.assumeTrue(host != null, "WHETSTONE_ELASTICSEARCH names no node");
    return host;
  }
}
