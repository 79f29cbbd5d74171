package dev.whetstone.index;

class OpenSearchThreeNodesTest extends ThreeNodesContract {
  @Override
  protected Node node() {
    return Node.OPENSEARCH;
  }
}
