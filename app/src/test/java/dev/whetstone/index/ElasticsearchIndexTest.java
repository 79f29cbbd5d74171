package dev.whetstone.index;

class ElasticsearchIndexTest extends ClusterIndexContract {
  ElasticsearchIndexTest() {
    super(Node.ELASTICSEARCH);
  }
}
