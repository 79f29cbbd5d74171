package dev.whetstone.index.lucene;

import dev.whetstone.core.EngineKind;
import dev.whetstone.index.EngineProvider;
import dev.whetstone.index.EngineSite;
import dev.whetstone.index.Indexes;

/// The embedded engine: each index is a folder of the workspace.
public final class LuceneProvider implements EngineProvider {
  @Override
  public EngineKind kind() {
    return EngineKind.LUCENE;
  }

  @Override
  public Indexes open(EngineSite site, String index) {
    return new LuceneIndexes(site.indexes().resolve(index));
  }
}
