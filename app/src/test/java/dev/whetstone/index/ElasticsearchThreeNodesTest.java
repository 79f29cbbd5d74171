package dev.whetstone.index;

class ElasticsearchThreeNodesTest extends ThreeNodesContract {
  @Override
  Node node() {
    return Node.ELASTICSEARCH;
  }
}
