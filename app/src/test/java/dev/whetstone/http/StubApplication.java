package dev.whetstone.http;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.Refusal;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.WordScorer;
import dev.whetstone.index.TermScore;
import dev.whetstone.index.providers.EngineProviders;
import dev.whetstone.search.Explanation;
import dev.whetstone.search.RerankOutcome;
import dev.whetstone.search.SearchResult;
import dev.whetstone.search.TimedScorer;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.AppCreation;
import dev.whetstone.serving.AppState;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.DocumentPart;
import dev.whetstone.serving.Explained;
import dev.whetstone.serving.NotReady;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Readiness;
import dev.whetstone.serving.Retrieval;
import dev.whetstone.serving.ServedReranker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An application of two passages; "long 7" finds one of 7 MiB. The index `docs` is ready, no
/// other.
class StubApplication implements Application {
  static final List<Passage> PASSAGES =
      List.of(
          passage("p1", "guide/pumps.pdf", "The pump stops when the tank is empty.", 3)
              .with(Map.of("format", "pdf", "url", "https://docs.example.com/pumps.pdf")),
          passage("p2", "guide/valves.md", "The valve opens at four bar.", 0)
              .with(Map.of("format", "markdown", "source", "s3://papers/guide/valves.md")));

  /// Questions that hold "slow" wait for this after counting `started` down.
  final CountDownLatch go = new CountDownLatch(1);

  final CountDownLatch started = new CountDownLatch(1);

  /// Questions that wait for the language model.
  final AtomicInteger asked = new AtomicInteger();

  volatile @Nullable RuntimeException failure;
  volatile boolean ready = true;

  /// Why nothing is ready.
  volatile @Nullable Failure missing;

  /// The last question, as it was asked.
  volatile @Nullable Query query;

  /// Counted down when a caller of rerank, or of an answer that waits, has disconnected.
  final CountDownLatch dropped = new CountDownLatch(1);

  /// The reranker that serves.
  volatile @Nullable ServedReranker reranker;

  final WordScorer scorer = new WordScorer();

  private final Apps apps;

  /// @param most apps that may be made
  StubApplication(Catalog catalog, int most) {
    this.apps = new Apps(catalog, most);
  }

  StubApplication(Catalog catalog) {
    this(catalog, 500);
  }

  @Override
  public List<EngineKind> engines() {
    return EngineProviders.STANDARD.kinds();
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
    return apps.find("own");
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
  public Readiness readiness(Caller caller) {
    Failure why = missing;
    if (why != null) {
      return Readiness.notReady(why);
    }
    return ready ? Readiness.READY : Readiness.notReady("No index is served yet: run whet index.");
  }

  @Override
  public Readiness readiness(Caller caller, App app) {
    if (missing != null) {
      return readiness(caller);
    }
    if (app.retriever().placeholder()) {
      return Readiness.placeholder(app.retriever());
    }
    return app.retriever().index().equals("docs")
        ? Readiness.READY
        : Readiness.notReady("There is no index named \"" + app.retriever().index() + "\".");
  }

  private void requireReady(Caller caller, App app) {
    Readiness readiness = readiness(caller, app);
    if (!readiness.ready()) {
      throw new NotReady(readiness);
    }
  }

  @Override
  public Retrieval retrieve(Caller caller, App app, Query query, int topK) {
    requireReady(caller, app);
    String question = query.question();
    pause(question);
    List<Passage> passages =
        question.startsWith("long ")
            ? List.of(
                passage(
                    "p3",
                    "guide/long.md",
                    "x".repeat(Integer.parseInt(question.substring(5)) << 20),
                    0))
            : PASSAGES;
    List<Retrieved> hits =
        passages.stream()
            .filter(query.filter()::matches)
            .limit(topK)
            .map(p -> hit(p, question, query.rerank()))
            .toList();
    return new Retrieval(hits, "0123456789abcdef", "docs-1", rerank(question, query.rerank()));
  }

  /// Questions that hold "rerank" are reranked; "rerank late" in vain.
  private static Retrieved hit(Passage passage, String question, boolean rerank) {
    return rerank(question, rerank) instanceof RerankOutcome.Reranked
        ? new Retrieved(
            passage, .9, .5, OptionalDouble.empty(), OptionalDouble.of(.7), OptionalDouble.of(2.25))
        : new Retrieved(passage, .5, OptionalDouble.empty(), OptionalDouble.of(.7));
  }

  private static RerankOutcome rerank(String question, boolean wanted) {
    var model = new Reranker.Model("docs", "3", 20, 1);
    return !wanted || !question.contains("rerank")
        ? new RerankOutcome.NotAsked()
        : question.contains("late")
            ? new RerankOutcome.Skipped(model, RerankOutcome.Reason.NO_TIME)
            : new RerankOutcome.Reranked(model, 2);
  }

  @Override
  public Optional<ServedReranker> reranker(Caller caller) {
    return Optional.ofNullable(reranker);
  }

  @Override
  public List<String> openRerankers() {
    ServedReranker serving = reranker;
    return serving == null ? List.of() : List.of(serving.name());
  }

  /// A text scores as many as it has words of the question, less one. A question that holds "hang"
  /// is worked on until its caller disconnects.
  @Override
  public List<Float> rerank(
      Caller caller, String question, List<String> texts, BooleanSupplier disconnected) {
    pause(question);
    if (question.contains("hang")) {
      while (!disconnected.getAsBoolean()) {
        LockSupport.parkNanos(10_000_000);
      }
      dropped.countDown();
      throw new CancellationException("the caller has disconnected");
    }
    return TimedScorer.list(scorer.score(question, texts));
  }

  /// Each passage stands first in both arms; what is expected is not there.
  @Override
  public Explained explain(
      Caller caller, App app, Query query, int topK, @Nullable String expected) {
    Retrieval found = retrieve(caller, app, query, topK);
    List<Explanation.Standing> standings =
        found.hits().stream().map(StubApplication::standing).toList();
    var nothing = new Vectors(new SpaceId(found.space()), List.of("question"), 1, new float[] {1});
    return new Explained(
        found,
        new Explanation(
            RetrievalPlan.hybrid(.75),
            new SearchResult(Ranking.EMPTY, Map.of(), List.of(), nothing, found.rerank()),
            standings,
            expected == null
                ? null
                : new Explanation.Expectation.NotInIndex(expected, List.of("guide/pumps.pdf"))));
  }

  private static Explanation.Standing standing(Retrieved hit) {
    return new Explanation.Standing(
        hit.passage(),
        1,
        new Explanation.Place(null, 1.5, 0),
        new Explanation.Place(1, .7, .75),
        1,
        .75,
        null,
        new Explanation.MatchedTerms(List.of(new TermScore("pump", 1.5)), true, List.of("tank")));
  }

  @Override
  public Optional<DocumentPart> read(Caller caller, App app, String passageId, int characters) {
    requireReady(caller, app);
    pause(passageId);
    return PASSAGES.stream()
        .filter(passage -> passage.id().equals(passageId))
        .findFirst()
        .map(passage -> new DocumentPart(passage, List.of(passage), true));
  }

  @Override
  public Answered answer(
      Caller caller, App app, Query query, ModelWait wait, AnswerListener listener) {
    requireReady(caller, app);
    this.query = query;
    String question = query.question();
    pause(question);
    if (question.contains("model")) { // it is at work until the test lets go
      var _ =
          wait.during(
              () -> {
                asked.incrementAndGet();
                try {
                  return go.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  throw new IllegalStateException("interrupted", e);
                }
              });
    }
    List<Retrieved> hits =
        PASSAGES.stream()
            .filter(query.filter()::matches)
            .limit(1)
            .map(p -> hit(p, question, query.rerank()))
            .toList();
    Answer answer = answer(hits, question);
    listener.found(hits);
    answer.sentences().forEach(sentence -> listener.sentence(sentence, answer.citations()));
    if (question.contains("breaks")) {
      throw new Failure.CorruptArtifact("/srv/secret/model is damaged");
    }
    if (question.contains("waits")) { // until its caller has gone, or the test lets go
      try {
        while (!go.await(10, TimeUnit.MILLISECONDS)) {
          if (listener.cancelled()) {
            dropped.countDown();
            throw new CancellationException("nobody wants it");
          }
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
    return new Answered(answer, hits, rerank(question, query.rerank()));
  }

  private static Answer answer(List<Retrieved> hits, String question) {
    if (hits.isEmpty()) {
      return new Answer(
          List.of(),
          Answer.Outcome.DECLINED,
          new Refusal.UnknownNames(List.of("Kafka"), .1, .5),
          Answer.EXTRACTIVE,
          "The documents do not answer this question.",
          List.of(),
          .1,
          Answer.Usage.NONE,
          new Answer.Timings(0, 0));
    }
    Passage p = hits.getFirst().passage();
    return new Answer(
        List.of(
            new Sentence(
                question.startsWith("long ")
                    ? "x".repeat(Integer.parseInt(question.substring(5)) << 20)
                    : p.text(),
                List.of(1))),
        Answer.Outcome.ANSWERED,
        Answer.EXTRACTIVE,
        "Extractive.",
        List.of(Citation.of(1, p)),
        .9,
        Answer.Usage.NONE,
        new Answer.Timings(1, 0));
  }

  /// Questions that hold "deep" overflow the stack.
  @SuppressWarnings("InfiniteRecursion")
  private void pause(String question) {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
    if (question.contains("deep")) {
      pause(question);
    }
    if (question.contains("slow")) {
      started.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private static Passage passage(String id, String document, String text, int page) {
    return new Passage(
        id, document, List.of("Guide", "Parts"), text, 5, 5 + text.length(), page, 9, Map.of());
  }
}
