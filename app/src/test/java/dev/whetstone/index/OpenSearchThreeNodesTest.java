package dev.whetstone.index;

class OpenSearchThreeNodesTest extends ThreeNodesContract {
  @Override
  Node node() {
    return Node.OPENSEARCH;
  }
}
