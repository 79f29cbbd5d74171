package dev.whetstone.index;

class ElasticsearchThreeNodesTest extends ThreeNodesContract {
  @Override
  protected Node node() {
    return Node.ELASTICSEARCH;
  }
}
