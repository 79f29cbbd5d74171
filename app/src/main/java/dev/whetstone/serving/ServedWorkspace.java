package dev.whetstone.serving;

import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.ConcurrencyLimiter;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The application of one workspace: the indexes that its apps search, at whichever engine, opened
/// when they are first asked for, and followed as steps beside it swap their generations. Safe for
/// many threads.
public final class ServedWorkspace implements Application, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServedWorkspace.class.getName());
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration OPENING = Duration.ofMinutes(1);

  /// Indexes that are checked at once: a cluster that is silent holds a thread until it times out.
  private static final int CHECKS = 32;

  private final Workspace workspace;
  private final Apps apps;
  private final Answers answers;
  private final SharedEncoders encoders;
  private final Rerankers rerankers;
  private final Duration silence;
  private final Leases<IndexPlace, Answering> open =
      new Leases<>(Integer.MAX_VALUE, OPENING, Answering::close);
  private final ConcurrentHashMap<IndexPlace, OpenIndex> indexes = new ConcurrentHashMap<>();
  private volatile String problem = ""; // of the last refresh, with the catalog or the rerankers
  private final ConcurrencyLimiter checks = new ConcurrencyLimiter(CHECKS, 1, Duration.ZERO);

  /// How answers are written.
  ///
  /// @param chat null: they are taken from the passages. Owned by the caller
  /// @param listener hears of each
  public record Answers(
      @Nullable ChatModel chat, AnswerSettings settings, AnsweredListener listener) {
    /// Of which nobody hears.
    public Answers(@Nullable ChatModel chat, AnswerSettings settings) {
      this(chat, settings, AnsweredListener.NONE);
    }
  }

  /// @param apps of the workspace
  /// @param encoders shared with what else uses the workspace's models
  /// @param rerankers of the workspace; owned by the caller: close them after this
  public ServedWorkspace(
      Workspace workspace,
      Apps apps,
      Answers answers,
      SharedEncoders encoders,
      Rerankers rerankers) {
    this(workspace, apps, answers, encoders, rerankers, SILENCE);
  }

  /// @param silence after which an index whose check has not ended is not ready
  ServedWorkspace(
      Workspace workspace,
      Apps apps,
      Answers answers,
      SharedEncoders encoders,
      Rerankers rerankers,
      Duration silence) {
    this.workspace = workspace;
    this.apps = apps;
    this.answers = answers;
    this.encoders = encoders;
    this.rerankers = rerankers;
    this.silence = silence;
  }

  private Answering opened(IndexPlace place) {
    try {
      return Answering.open(
          workspace, place, answers.chat(), answers.settings(), encoders, rerankers);
    } catch (InvalidPathException e) { // of a name that no file of this machine can have
      throw new Failure.BadInput("there is no index " + place + ": " + e.getReason(), e);
    }
  }

  @Override
  public List<EngineKind> engines() {
    return workspace.settings().engines().kinds();
  }

  @Override
  public Readiness readiness(Caller caller) {
    return index(IndexPlace.of(workspace.settings(), null)).readiness();
  }

  @Override
  public Readiness readiness(Caller caller, App app) {
    Retriever retriever = app.retriever();
    if (retriever.placeholder()) {
      return Readiness.placeholder(retriever);
    }
    try {
      return index(place(app)).readiness();
    } catch (Failure e) {
      return Readiness.notReady(e);
    }
  }

  @Override
  public List<AppState> apps(Caller caller) {
    return apps.list().stream().map(app -> new AppState(app, readiness(caller, app))).toList();
  }

  @Override
  public Optional<App> app(Caller caller, String idOrName) {
    return apps.find(idOrName);
  }

  @Override
  public Optional<App> ownApp(Caller caller) {
    return WorkspaceApp.own(workspace, apps.catalog());
  }

  @Override
  public AppCreation createApp(Caller caller, String name, Retriever retriever) {
    return apps.create(name, retriever);
  }

  @Override
  public boolean deleteApp(Caller caller, String id) {
    return apps.delete(id);
  }

  @Override
  public Retrieval retrieve(Caller caller, App app, Query query, int topK) {
    requireReady(caller, app);
    try (Lease<Answering> index = index(place(app)).take()) {
      return index.value().retrieve(settled(app), query, topK);
    }
  }

  @Override
  public Optional<DocumentPart> read(Caller caller, App app, String passageId, int characters) {
    requireReady(caller, app);
    try (Lease<Answering> index = index(place(app)).take()) {
      return index.value().read(passageId, characters);
    }
  }

  @Override
  public Explained explain(
      Caller caller, App app, Query query, int topK, @Nullable String expected) {
    requireReady(caller, app);
    try (Lease<Answering> index = index(place(app)).take()) {
      return index.value().explain(settled(app), query, topK, expected);
    }
  }

  @Override
  public Answered answer(
      Caller caller, App app, Query query, ModelWait wait, AnswerListener listener) {
    requireReady(caller, app);
    try (Lease<Answering> index = index(place(app)).take()) {
      Answered answered = index.value().answer(settled(app), query, wait, listener);
      answers.listener().answered(app, query, answered);
      return answered;
    }
  }

  @Override
  public Optional<ServedReranker> reranker(Caller caller) {
    return rerankers
        .serving()
        .map(
            serving ->
                new ServedReranker(
                    workspace.name() + "-reranker",
                    serving.version().toString(),
                    serving.created()));
  }

  @Override
  public List<String> openRerankers() {
    return rerankers.names();
  }

  @Override
  public List<Float> rerank(
      Caller caller, String question, List<String> texts, BooleanSupplier disconnected) {
    RerankerSource.Serving serving =
        rerankers
            .serving()
            .orElseThrow(() -> new Failure.BadInput("no reranker serves in this workspace"));
    return rerankers.scores(serving.version(), question, texts, disconnected);
  }

  /// Opens the reranker of an app and returns when it is open: for a caller who asks one question,
  /// and would rather wait than go without. One that cannot be opened is logged.
  public void prepare(App app) {
    rerankers.prepare(settled(app).planOrUntuned());
  }

  private void requireReady(Caller caller, App app) {
    Readiness readiness = readiness(caller, app);
    if (!readiness.ready()) {
      throw new NotReady(readiness);
    }
  }

  private App settled(App app) {
    return WorkspaceApp.settled(workspace, apps.catalog(), app);
  }

  /// Checks, on other threads, whether steps have swapped a generation, and which indexes answer;
  /// closes those that no app names any more, and the rerankers that no plan names; opens those
  /// that one does.
  public void refresh() {
    try {
      List<App> all = apps.list();
      forget(all);
      rerankers.keep(
          all.stream()
              .map(app -> Rerankers.version(app.planOrUntuned()))
              .flatMap(Optional::stream)
              .collect(Collectors.toSet()));
      problem = "";
    } catch (Failure e) {
      String now = String.valueOf(e.getMessage());
      if (!now.equals(problem)) {
        LOG.log(System.Logger.Level.WARNING, "what is open stays open: {0}", now);
      }
      problem = now;
    }
    indexes.values().forEach(index -> index.check(checks));
  }

  /// Checks the workspace's own index on this thread: what a step swapped in before the call is
  /// searched after it.
  ///
  /// @return whether the generation that was swapped in serves and answers
  public boolean followIndex() {
    OpenIndex own = indexes.get(IndexPlace.of(workspace.settings(), null));
    return own == null || own.checkNow();
  }

  private void forget(List<App> all) {
    if (indexes.size() < 2) {
      return; // the workspace's own index stays
    }
    var named = new HashSet<IndexPlace>();
    named.add(IndexPlace.of(workspace.settings(), null));
    for (App app : all) {
      try {
        named.add(place(app));
      } catch (Failure _) {
        // it names a host that the settings do not: nothing is open for it
      }
    }
    indexes.keySet().removeIf(place -> !named.contains(place));
    open.forget(place -> !named.contains(place));
  }

  /// Indexes that are open, or that could not be opened.
  int held() {
    return indexes.size();
  }

  private IndexPlace place(App app) {
    return IndexPlace.ofApp(workspace.settings(), app.retriever());
  }

  private OpenIndex index(IndexPlace place) {
    return indexes.computeIfAbsent(place, each -> new OpenIndex(each, open, this::opened, silence));
  }

  /// Requests under way end on what they began on.
  @Override
  public void close() {
    open.close();
    indexes.clear();
  }
}
