package dev.whetstone.index;

import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.opensearch.OpenSearch;
import org.junit.jupiter.api.Assumptions;

class OpenSearchIndexTest extends ClusterIndexContract {
  @Override
  ClusterClient connect(ClusterSettings settings) {
    return OpenSearch.connect(settings);
  }

  @Override
  String host() {
    String host = System.getenv("WHETSTONE_OPENSEARCH");
    Assumptions.assumeTrue(host != null, "WHETSTONE_OPENSEARCH names no node");
    return host;
  }
}
