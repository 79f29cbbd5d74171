package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.TestLeases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Readiness;
import dev.whetstone.serving.Retrieval;
import dev.whetstone.serving.WorkLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What computes must not hold up what does not.
@Timeout(60)
class BusyServerTest {
  @TempDir private Path folder;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final Native work = new Native();
  private Catalog catalog;
  private Embeddings embeddings;
  private Server server;

  /// Stands for native code: it holds the thread that it runs on until the test lets go. On a
  /// virtual thread it loops, which holds the carrier as native code does; a platform thread
  /// sleeps, to leave the test a processor.
  private static final class Native {
    private volatile boolean released;
    private volatile boolean onVirtual;
    private final AtomicInteger held = new AtomicInteger();

    void hold() {
      onVirtual |= Thread.currentThread().isVirtual();
      held.incrementAndGet();
      while (!released) {
        if (Thread.currentThread().isVirtual()) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(1_000_000);
        }
      }
    }
  }

  private final class NativeEncoder implements Encoder {
    private final Model model;

    NativeEncoder(Model model) {
      this.model = model;
    }

    @Override
    public SpaceId space() {
      return model.space();
    }

    @Override
    public int dimension() {
      return model.dimension();
    }

    @Override
    public TokenCounter tokens() {
      return text -> {
        work.hold();
        return text.length();
      };
    }

    @Override
    public List<float[]> queries(List<String> questions) {
      work.hold();
      throw new IllegalStateException("not asked for here");
    }

    @Override
    public Vectors texts(List<String> ids, List<String> texts, Progress progress) {
      work.hold();
      var rows = new float[ids.size() * dimension()];
      for (int i = 0; i < ids.size(); i++) {
        rows[i * dimension()] = 1;
      }
      return new Vectors(space(), ids, dimension(), rows);
    }

    @Override
    public void close() {}
  }

  /// Opens and searches in native code.
  private final class NativeApplication extends StubApplication {
    NativeApplication(Catalog catalog) {
      super(catalog);
    }

    @Override
    public Optional<App> app(Caller caller, String idOrName) {
      if (idOrName.equals("latched")) {
        work.hold();
      }
      return super.app(caller, idOrName);
    }

    @Override
    public Readiness readiness(Caller caller) {
      work.hold();
      return Readiness.READY;
    }

    @Override
    public Readiness readiness(Caller caller, App app) {
      work.hold();
      return Readiness.READY;
    }

    @Override
    public Retrieval retrieve(Caller caller, App app, Query query, int topK) {
      work.hold();
      return super.retrieve(caller, app, query, topK);
    }

    @Override
    public Answered answer(
        Caller caller, App app, Query query, ModelWait wait, AnswerListener listener) {
      work.hold();
      return super.answer(caller, app, query, wait, listener);
    }
  }

  @BeforeEach
  void start() {
    Model model = TinyBert.write(folder.resolve("tiny"), 1);
    catalog = Catalog.open(folder.resolve("catalog.db"));
    catalog.create("demo", new Retriever(EngineKind.LUCENE, null, "docs", 5));
    catalog.create(
        "there", new Retriever(ElasticsearchProvider.KIND, "http://127.0.0.1:9200", "docs", 5));
    embeddings =
        new Embeddings(
            "docs",
            () -> model,
            TestLeases.of(
                of -> {
                  work.hold();
                  return new NativeEncoder(of);
                }),
            new Deployments(folder, folder.resolve("deployments")),
            EmbeddingLimits.DEFAULT);
    server =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0),
            new NativeApplication(catalog),
            embeddings,
            null);
  }

  @AfterEach
  void stop() {
    work.released = true;
    server.close();
    embeddings.close();
    catalog.close();
    clients.shutdownNow();
  }

  private RawHttp.Reply send(String method, String path, String body) throws Exception {
    return RawHttp.send(server.port(), method, path, "Host: localhost\r\n", body);
  }

  /// Every permit of every kind of work is taken, and none of the work goes on.
  @Test
  void healthAnswersWhileAllNativeWorkStands() throws Exception {
    WorkLimits limits = WorkLimits.DEFAULT;
    String embed = "{\"model\":\"docs\",\"input\":[\"a\",\"b\"]}";
    String ask = "{\"input\":{\"prompt\":\"why?\"}}";
    String find = "{\"query\":\"why?\"}";
    var replies = new ArrayList<Future<RawHttp.Reply>>();
    replies.add(clients.submit(() -> send("POST", "/v1/embeddings", embed)));
    int opening = 1;
    int states = 4;
    int ready = 2;
    int started =
        opening + limits.concurrent() + limits.answers() + limits.clusters() + states + ready;
    while (work.held.get() < started) { // a request that waits too long for a permit is refused
      replies.add(clients.submit(() -> send("POST", "/v1/apps/demo/retrieve", find)));
      replies.add(clients.submit(() -> send("POST", "/api/v1/apps/demo/completion", ask)));
      replies.add(clients.submit(() -> send("POST", "/v1/apps/there/retrieve", find)));
      replies.add(clients.submit(() -> send("GET", "/v1/apps", "")));
      replies.add(clients.submit(() -> send("GET", "/ready", "")));
      Thread.sleep(20);
    }
    int lookups = 4;
    while (work.held.get() < started + lookups) {
      replies.add(clients.submit(() -> send("GET", "/v1/apps/latched", "")));
      Thread.sleep(20);
    }

    assertThat(send("GET", "/health", "").status()).isEqualTo(200);

    assertThat(replies).as("it stands").anyMatch(reply -> !reply.isDone());
    work.released = true;
    for (Future<RawHttp.Reply> reply : replies) {
      assertThat(reply.get().status()).isIn(200, 404, 429);
    }
    assertThat(replies.getFirst().get().status()).as("embeddings").isEqualTo(200);
    assertThat(work.onVirtual).as("native work on a virtual thread").isFalse();
  }

  @Test
  void answersThatComputeHoldUpNoRetrieval() throws Exception {
    work.released = true;
    var engine = new StubApplication(catalog);
    var narrow = new WorkLimits(1, Duration.ofMillis(100), 1, 1, 1000);
    try (Server small =
        Server.start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).with(narrow), engine)) {
      var answer =
          clients.submit(
              () ->
                  RawHttp.send(
                      small.port(),
                      "POST",
                      "/api/v1/apps/demo/completion",
                      "Host: localhost\r\n",
                      "{\"input\":{\"prompt\":\"a slow one\"}}"));
      assertThat(engine.started.await(20, TimeUnit.SECONDS)).isTrue();

      var found =
          RawHttp.send(
              small.port(),
              "POST",
              "/v1/apps/demo/retrieve",
              "Host: localhost\r\n",
              "{\"query\":\"why?\"}");

      assertThat(found.status()).isEqualTo(200);
      assertThat(answer.isDone()).isFalse();
      engine.go.countDown();
      assertThat(answer.get().status()).isEqualTo(200);
    }
  }

  @Test
  void whatWaitsForALanguageModelHoldsUpNoRetrieval() throws Exception {
    work.released = true;
    var engine = new StubApplication(catalog);
    var narrow = new WorkLimits(1, Duration.ofMillis(100), 1, 1, 1000);
    try (Server small =
        Server.start(ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).with(narrow), engine)) {
      String ask = "{\"input\":{\"prompt\":\"the model is at work\"}}";
      var answers = new ArrayList<Future<RawHttp.Reply>>();
      for (int i = 0; i < 4; i++) {
        answers.add(
            clients.submit(
                () ->
                    RawHttp.send(
                        small.port(),
                        "POST",
                        "/api/v1/apps/demo/completion",
                        "Host: localhost\r\n",
                        ask)));
        int asked = i + 1;
        while (engine.asked.get() < asked) {
          Thread.sleep(5);
        }
      }

      var found =
          RawHttp.send(
              small.port(),
              "POST",
              "/v1/apps/demo/retrieve",
              "Host: localhost\r\n",
              "{\"query\":\"why?\"}");

      assertThat(found.status()).isEqualTo(200);
      assertThat(answers).noneMatch(Future::isDone);
      engine.go.countDown();
      for (Future<RawHttp.Reply> answer : answers) {
        assertThat(answer.get().status()).isEqualTo(200);
      }
    }
  }
}
