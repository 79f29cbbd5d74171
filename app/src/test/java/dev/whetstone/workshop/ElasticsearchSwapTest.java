package dev.whetstone.workshop;

import dev.whetstone.index.Indexes;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

class ElasticsearchSwapTest extends SwapContract {
  private final RealNode node = RealNode.of(ElasticsearchProvider.KIND);

  @AfterEach
  void clean() {
    node.close();
  }

  @Override
  protected Indexes open(Path folder) {
    return node.open(node.prefix());
  }

  @Override
  int swaps() {
    return 4;
  }

  @Override
  int keep() {
    return 1;
  }
}
