package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.LuceneIndexes;

/// Opens the indexes of a workspace at whichever engine they stand.
final class Engines {
  private Engines() {}

  /// The generations of an index. Nothing is asked of a cluster yet.
  ///
  /// @throws Failure.BadInput if a secret is not in the environment
  static Indexes open(Workspace workspace, IndexPlace place) {
    return switch (place.engine()) {
      case LUCENE -> new LuceneIndexes(workspace.indexes().resolve(place.name()));
      case ELASTICSEARCH, OPENSEARCH ->
          throw new Failure.BadInput("this version does not speak to " + place.engine().text());
    };
  }
}
