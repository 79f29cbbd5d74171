package dev.whetstone.workshop.index;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.GenerationWriter;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.util.List;

/// Loads a workspace's vectors into its index at one engine, with a [PromotionCheck] that asks the
/// questions of its log.
public final class IndexLoading {
  private final Workspace workspace;
  private final IndexPlace place;

  public IndexLoading(Workspace workspace, IndexPlace place) {
    this.workspace = workspace;
    this.place = place;
  }

  /// @param passages all that the index is to hold; their vectors of this space stand in the
  ///   workspace
  public Indexing.Loaded load(
      List<Passage> passages, SpaceId space, IndexOptions options, Progress progress) {
    try (Indexes indexes = Engines.open(workspace, place)) {
      var vectors = new VectorStore(workspace).read(space);
      var indexing =
          new Indexing(
              indexes,
              place.mapping(workspace.settings()),
              workspace.settings().index().keep(),
              check(passages));
      return indexing.load(passages, vectors, options, progress);
    }
  }

  /// Takes all passages out of the generation that serves; of others, nothing.
  ///
  /// @return how many there were
  public int clear() {
    try (Indexes indexes = Engines.open(workspace, place)) {
      if (indexes.current().isEmpty()) {
        return 0;
      }
      SpaceId space;
      List<String> ids;
      try (PassageIndex index = indexes.open()) {
        space = index.space();
        ids = index.passages().stream().map(Passage::id).toList();
      }
      try (GenerationWriter writer = indexes.update(space)) {
        writer.delete(ids);
        writer.commit(Indexing.provenance(place.mapping(workspace.settings()), 0));
      }
      return ids.size();
    }
  }

  private PromotionCheck check(List<Passage> passages) {
    List<String> logged = QuestionLog.texts(workspace);
    RetrievalPlan plan;
    try (var catalog = Catalog.open(workspace.catalog())) {
      plan =
          WorkspaceApp.own(workspace, catalog)
              .map(App::planOrUntuned)
              .orElseGet(RetrievalPlan::untuned);
    }
    return new PromotionCheck(
        new SharedEncoders(workspace),
        logged.isEmpty() ? PromotionCheck.headings(passages) : logged,
        logged.isEmpty() ? PromotionCheck.Origin.HEADINGS : PromotionCheck.Origin.LOG,
        plan.withTopK(workspace.settings().app().topK()),
        PromotionCheck.LEAST_RECALL);
  }
}
