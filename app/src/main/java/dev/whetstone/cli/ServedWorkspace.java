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
import dev.whetstone.pipeline.IndexPlace;
import dev.whetstone.pipeline.SharedEncoders;
import dev.whetstone.pipeline.Workspace;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the server serves: the indexes that the apps of one workspace search, at whichever engine,
/// opened when they are first asked for, and followed as steps beside the server swap their
/// generations.
final class ServedWorkspace implements Engine, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServedWorkspace.class.getName());

  /// An index that could not be opened is not tried again at once: its engine may be slow to
  /// refuse.
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Workspace workspace;
  private final Catalog catalog;
  private final @Nullable ChatModel chat;
  private final SharedEncoders encoders;
  private final ConcurrentHashMap<IndexPlace, Door> doors = new ConcurrentHashMap<>();

  /// @param catalog of the workspace; owned by the caller
  /// @param chat owned by the caller
  ServedWorkspace(Workspace workspace, Catalog catalog, @Nullable ChatModel chat) {
    this.workspace = workspace;
    this.catalog = catalog;
    this.chat = chat;
    this.encoders = new SharedEncoders(workspace);
  }

  /// One index: open, or closed with the reason it could not be opened. One that is slow to open
  /// holds up nobody who asks another.
  private final class Door {
    private final IndexPlace place;
    private @Nullable Answering open; // guarded by this
    private @Nullable Failure reason; // guarded by this
    private long tried; // guarded by this
    private boolean shut; // guarded by this

    Door(IndexPlace place) {
      this.place = place;
    }

    synchronized Answering answering() {
      if (open != null) {
        return open;
      }
      if (shut) {
        throw new IllegalStateException("closed");
      }
      if (reason != null && System.nanoTime() - tried < PAUSE.toNanos()) {
        throw reason;
      }
      try {
        open = Answering.open(workspace, place, chat, encoders);
        reason = null;
        return open;
      } catch (Failure e) {
        reason = e;
        tried = System.nanoTime();
        throw e;
      }
    }

    synchronized @Nullable Answering opened() {
      return open;
    }

    synchronized void shut() {
      shut = true;
      if (open != null) {
        open.close();
        open = null;
      }
    }
  }

  @Override
  public Readiness readiness() {
    try {
      answering(IndexPlace.of(workspace.settings(), null));
      return Readiness.READY;
    } catch (Failure e) {
      return Readiness.notReady(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Readiness readiness(App app) {
    try {
      answering(app);
      return Readiness.READY;
    } catch (Failure e) {
      return Readiness.notReady(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Hits retrieve(App app, String question, int topK, Filter filter) {
    var found = answering(app).retrieve(settled(app), question, topK, filter);
    return new Hits(found.hits(), found.space(), found.generation());
  }

  @Override
  public Answer answer(App app, String question, Filter filter) {
    return answering(app).answer(settled(app), question, filter);
  }

  private App settled(App app) {
    return Answering.settled(workspace, catalog, app);
  }

  /// Looks whether steps have swapped a generation since.
  void refresh() {
    for (Door door : doors.values()) {
      Answering open = door.opened();
      if (open == null) {
        continue;
      }
      try {
        open.refresh();
      } catch (RuntimeException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the generation before goes on serving: {0}",
            e.getMessage());
      }
    }
  }

  private Answering answering(App app) {
    return answering(IndexPlace.ofApp(workspace.settings(), app.retriever()));
  }

  private Answering answering(IndexPlace place) {
    return doors.computeIfAbsent(place, Door::new).answering();
  }

  @Override
  public void close() {
    doors.values().forEach(Door::shut);
    doors.clear();
  }
}
