package dev.whetstone.cli;

import dev.whetstone.answer.Answer;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.http.Engine;
import dev.whetstone.http.Hits;
import dev.whetstone.http.Readiness;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.pipeline.Answering;
import dev.whetstone.pipeline.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the server serves: the embedded indexes of one workspace, opened when they are first asked
/// for, and followed as steps beside the server swap their generations.
final class ServedWorkspace implements Engine, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServedWorkspace.class.getName());

  private final Workspace workspace;
  private final Catalog catalog;
  private final @Nullable ChatModel chat;
  private final Map<String, Answering> open = new HashMap<>();

  /// @param catalog of the workspace; owned by the caller
  /// @param chat owned by the caller
  ServedWorkspace(Workspace workspace, Catalog catalog, @Nullable ChatModel chat) {
    this.workspace = workspace;
    this.catalog = catalog;
    this.chat = chat;
  }

  @Override
  public Readiness readiness() {
    return readiness(workspace.name());
  }

  @Override
  public Readiness readiness(App app) {
    return readiness(app.retriever().index());
  }

  private Readiness readiness(String index) {
    try {
      answering(index);
      return Readiness.READY;
    } catch (Failure e) {
      return Readiness.notReady(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Hits retrieve(App app, String question, int topK, Filter filter) {
    var found = answering(app.retriever().index()).retrieve(settled(app), question, topK, filter);
    return new Hits(found.hits(), found.space(), found.generation());
  }

  @Override
  public Answer answer(App app, String question, Filter filter) {
    return answering(app.retriever().index()).answer(settled(app), question, filter);
  }

  private App settled(App app) {
    return Answering.settled(workspace, catalog, app);
  }

  /// Looks whether steps have swapped a generation since.
  void refresh() {
    List<Answering> all;
    synchronized (this) {
      all = List.copyOf(open.values());
    }
    for (Answering each : all) {
      try {
        each.refresh();
      } catch (RuntimeException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the generation before goes on serving: {0}",
            e.getMessage());
      }
    }
  }

  private synchronized Answering answering(String index) {
    Answering known = open.get(index);
    if (known == null) {
      known = Answering.open(workspace, index, chat);
      open.put(index, known);
    }
    return known;
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Answering::close);
    open.clear();
  }
}
