package dev.whetstone.index;

class OpenSearchIndexTest extends ClusterIndexContract {
  OpenSearchIndexTest() {
    super(Node.OPENSEARCH);
  }
}
