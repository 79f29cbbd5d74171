package dev.whetstone.cli;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.http.Engine;
import dev.whetstone.http.Hits;
import dev.whetstone.http.Readiness;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.serving.Answering;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What the server serves: the indexes that the apps of one workspace search, at whichever engine,
/// opened when they are first asked for, and followed as steps beside the server swap their
/// generations.
final class ServedWorkspace implements Engine, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServedWorkspace.class.getName());

  /// An index that could not be opened is not tried again at once: its engine may be slow to
  /// refuse.
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final Workspace workspace;
  private final Catalog catalog;
  private final @Nullable ChatModel chat;
  private final SharedEncoders encoders;
  private final Duration silence;
  private final ConcurrentHashMap<IndexPlace, Door> doors = new ConcurrentHashMap<>();

  /// Platform threads: to follow a generation may open a model, in native code. As many as indexes
  /// are open, at most.
  private final ExecutorService looking =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("look-", 0).factory());

  /// @param catalog of the workspace; owned by the caller
  /// @param chat owned by the caller
  ServedWorkspace(Workspace workspace, Catalog catalog, @Nullable ChatModel chat) {
    this(workspace, catalog, chat, SILENCE);
  }

  /// @param silence after which an index that was looked at and says nothing is not ready
  ServedWorkspace(
      Workspace workspace, Catalog catalog, @Nullable ChatModel chat, Duration silence) {
    this.workspace = workspace;
    this.catalog = catalog;
    this.chat = chat;
    this.encoders = new SharedEncoders(workspace);
    this.silence = silence;
  }

  /// One index: open, or closed with the reason it could not be opened. One that is slow to open
  /// holds up nobody who asks another.
  private final class Door {
    private final IndexPlace place;
    private @Nullable Answering open; // guarded by this
    private @Nullable Failure reason; // guarded by this
    private long tried; // guarded by this
    private boolean shut; // guarded by this

    /// How it answered when it was last looked at.
    private volatile Readiness last = Readiness.READY;

    private String said = ""; // of whoever looks

    /// When it was asked something it has not answered yet, in nanoseconds; 0 when it was not.
    private final AtomicLong asked = new AtomicLong();

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
        open = opening();
        reason = null;
        return open;
      } catch (Failure e) {
        if (reason == null || !Objects.equals(reason.getMessage(), e.getMessage())) {
          LOG.log(System.Logger.Level.WARNING, "{0} is not served: {1}", place, e.getMessage());
        }
        reason = e;
        tried = System.nanoTime();
        throw e;
      }
    }

    private Answering opening() {
      try {
        return Answering.open(workspace, place, chat, encoders);
      } catch (InvalidPathException e) { // of a name that no file of this machine can have
        throw new Failure.BadInput("there is no index " + place + ": " + e.getReason(), e);
      }
    }

    synchronized @Nullable Answering opened() {
      return open;
    }

    Readiness readiness() {
      try {
        answering();
      } catch (Failure e) {
        return Readiness.notReady(e);
      }
      long since = asked.get();
      return since != 0 && System.nanoTime() - since > silence.toNanos()
          ? Readiness.notReady(place + " has not answered for " + silence.toSeconds() + " s")
          : last;
    }

    /// Looks, beside others, whether steps have swapped the generation, and whether it answers.
    void look() {
      Answering now = opened();
      if (now == null || !asked.compareAndSet(0, Math.max(1, System.nanoTime()))) {
        return;
      }
      looking.execute(
          () -> {
            try {
              look(now);
            } catch (RuntimeException e) {
              if (opened() == now) { // else it was closed meanwhile
                last = Readiness.notReady("The index fails: the server's log says how.");
                LOG.log(System.Logger.Level.ERROR, place.toString(), e);
              }
            } finally {
              asked.set(0);
            }
          });
    }

    private void look(Answering now) {
      String wrong = "";
      try {
        now.refresh();
      } catch (Failure e) {
        wrong = "the generation before goes on serving: " + e.getMessage();
      }
      try {
        now.probe();
        last = Readiness.READY;
      } catch (Failure e) {
        last = Readiness.notReady(e);
        wrong = "it does not answer: " + e.getMessage();
      }
      if (!wrong.isEmpty() && !wrong.equals(said)) {
        LOG.log(System.Logger.Level.WARNING, "{0}: {1}", place, wrong);
      }
      said = wrong;
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
    return door(IndexPlace.of(workspace.settings(), null)).readiness();
  }

  @Override
  public Readiness readiness(App app) {
    try {
      return door(place(app)).readiness();
    } catch (Failure e) {
      return Readiness.notReady(e);
    }
  }

  @Override
  public List<EngineKind> kinds() {
    return workspace.settings().engines().kinds();
  }

  @Override
  public Hits retrieve(App app, String question, int topK, Filter filter) {
    var found = answering(app).retrieve(settled(app), question, topK, filter);
    return new Hits(found.hits(), found.space(), found.generation());
  }

  @Override
  public Answer answer(App app, String question, Filter filter, ModelWait wait) {
    return answering(app).answer(settled(app), question, filter, wait);
  }

  private App settled(App app) {
    return WorkspaceApp.settled(workspace, catalog, app);
  }

  /// Looks whether steps have swapped a generation since, and which indexes answer; closes those
  /// that no app names any more. Does not wait.
  void refresh() {
    forget();
    doors.values().forEach(Door::look);
  }

  private void forget() {
    if (doors.size() < 2) {
      return; // the workspace's own index stays
    }
    var named = new HashSet<IndexPlace>();
    named.add(IndexPlace.of(workspace.settings(), null));
    for (App app : catalog.apps()) {
      try {
        named.add(place(app));
      } catch (Failure _) {
        // it names a host that the settings do not: nothing is open for it
      }
    }
    doors.forEach(
        (place, door) -> {
          if (!named.contains(place) && doors.remove(place, door)) {
            door.shut();
          }
        });
  }

  /// Indexes that are open, or that could not be opened.
  int held() {
    return doors.size();
  }

  private Answering answering(App app) {
    return door(place(app)).answering();
  }

  private IndexPlace place(App app) {
    return IndexPlace.ofApp(workspace.settings(), app.retriever());
  }

  private Door door(IndexPlace place) {
    return doors.computeIfAbsent(place, Door::new);
  }

  @Override
  public void close() {
    looking.shutdown();
    doors.values().forEach(Door::shut);
    doors.clear();
  }
}
