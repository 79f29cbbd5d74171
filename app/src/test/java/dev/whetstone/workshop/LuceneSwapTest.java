package dev.whetstone.workshop;

import dev.whetstone.index.Indexes;
import dev.whetstone.index.lucene.LuceneIndexes;
import java.nio.file.Path;

class LuceneSwapTest extends SwapContract {
  @Override
  protected Indexes open(Path folder) {
    return new LuceneIndexes(folder.resolve("indexes/manual"));
  }

  @Override
  int swaps() {
    return 6;
  }

  @Override
  int keep() {
    return 1;
  }
}
