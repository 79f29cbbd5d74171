package dev.whetstone.serving;

import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.ConcurrencyLimiter;
import dev.whetstone.core.EngineKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An application whose work is bounded and runs on platform threads, with a limit for each kind of
/// work that must not hold up another: searching here, which computes; answering, which computes
/// longer; searching at clusters, which mostly waits for them; reranking texts of the caller's;
/// looking an app up, which every request does; the apps and their states; and whether anything is
/// ready. Callers may be virtual threads. Safe for many threads.
public final class BoundedApplication implements Application {
  /// About what one answer takes at most: a few people who ask at one moment are all answered, and
  /// an accepted question takes at most about twice as long as on an idle server.
  private static final Duration ANSWER_PATIENCE = Duration.ofMillis(120);

  /// Questions that wait for each that is answered.
  private static final int WAITING_FOR_AN_ANSWER = 4;

  private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(2);
  private static final Duration RERANK_PATIENCE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Requests that rerank texts at once. They take turns with each other and with questions.
  private static final int RERANKS = 4;

  private final Application application;
  private final ConcurrencyLimiter search;
  private final ConcurrencyLimiter answers;
  private final ConcurrencyLimiter clusters;
  private final ConcurrencyLimiter reranks;
  private final ConcurrencyLimiter lookups;
  private final ConcurrencyLimiter states;
  private final ConcurrencyLimiter ready;

  /// @param application owned by the caller
  public BoundedApplication(Application application, WorkLimits limits) {
    this.application = application;
    this.search =
        new ConcurrencyLimiter(limits.concurrent(), limits.concurrent(), limits.patience());
    this.answers =
        new ConcurrencyLimiter(
            limits.answers(), WAITING_FOR_AN_ANSWER * limits.answers(), ANSWER_PATIENCE);
    this.clusters = new ConcurrencyLimiter(limits.clusters(), limits.clusters(), CLUSTER_PATIENCE);
    this.reranks = new ConcurrencyLimiter(RERANKS, RERANKS, RERANK_PATIENCE);
    this.lookups = new ConcurrencyLimiter(4, limits.callers(), PATIENCE);
    this.states = new ConcurrencyLimiter(4, 4, PATIENCE);
    this.ready = new ConcurrencyLimiter(2, 2, PATIENCE);
  }

  @Override
  public List<EngineKind> engines() {
    return application.engines();
  }

  @Override
  public Readiness readiness(Caller caller) {
    return ready.call(() -> application.readiness(caller));
  }

  @Override
  public Readiness readiness(Caller caller, App app) {
    return states.call(() -> application.readiness(caller, app));
  }

  @Override
  public List<AppState> apps(Caller caller) {
    return states.call(() -> application.apps(caller));
  }

  @Override
  public Optional<App> app(Caller caller, String idOrName) {
    return lookups.call(() -> application.app(caller, idOrName));
  }

  @Override
  public Optional<App> ownApp(Caller caller) {
    return lookups.call(() -> application.ownApp(caller));
  }

  @Override
  public AppCreation createApp(Caller caller, String name, Retriever retriever) {
    return states.call(() -> application.createApp(caller, name, retriever));
  }

  @Override
  public boolean deleteApp(Caller caller, String id) {
    return states.call(() -> application.deleteApp(caller, id));
  }

  @Override
  public Retrieval retrieve(Caller caller, App app, Query query, int topK) {
    return (local(app) ? search : clusters)
        .call(() -> application.retrieve(caller, app, query, topK));
  }

  /// Takes the place of an answer: it computes longer than a search.
  @Override
  public Explained explain(
      Caller caller, App app, Query query, int topK, @Nullable String expected) {
    return (local(app) ? answers : clusters)
        .call(() -> application.explain(caller, app, query, topK, expected));
  }

  @Override
  public Optional<DocumentPart> read(Caller caller, App app, String passageId, int characters) {
    return (local(app) ? search : clusters)
        .call(() -> application.read(caller, app, passageId, characters));
  }

  @Override
  public Answered answer(
      Caller caller, App app, Query query, ModelWait wait, AnswerListener listener) {
    return (local(app) ? answers : clusters)
        .callYielding(
            yielding -> application.answer(caller, app, query, outside(yielding, wait), listener));
  }

  @Override
  public Optional<ServedReranker> reranker(Caller caller) {
    return lookups.call(() -> application.reranker(caller));
  }

  @Override
  public List<String> openRerankers() {
    return application.openRerankers();
  }

  @Override
  public List<Float> rerank(
      Caller caller, String question, List<String> texts, BooleanSupplier disconnected) {
    return reranks.call(() -> application.rerank(caller, question, texts, disconnected));
  }

  /// Waits as the caller wants to, without a permit.
  private static ModelWait outside(ConcurrencyLimiter.Yield yielding, ModelWait wait) {
    return new ModelWait() {
      @Override
      public <T> T during(Supplier<T> work) {
        return yielding.during(() -> wait.during(work));
      }
    };
  }

  private static boolean local(App app) {
    return app.retriever().engine().embedded();
  }
}
