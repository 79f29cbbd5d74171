package dev.whetstone.deploy;

import dev.whetstone.core.Busy;
import dev.whetstone.core.ConcurrencyLimiter;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// Embeds texts by the name of a model: the model that serves in the workspace, under the
/// workspace's name and its own, and every deployment. Models are opened when they are first asked
/// for, and followed as others are promoted or deployed. Safe for many threads.
public final class Embeddings implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Embeddings.class.getName());
  private static final int IDLE_MODELS = 4;
  private static final long LOOK_MILLIS = 200;

  /// Texts of one request that are counted before another request's.
  private static final int COUNTED_TOGETHER = 32;

  private final String name;
  private final Supplier<Model> serving;
  private final Function<Model, Lease<Encoder>> encoders;
  private final Deployments deployments;
  private final EmbeddingLimits limits;
  private final EmbeddingQueue queue;

  /// By content: names of the very same model share it.
  private final Leases<String, OpenModel> open;

  /// The models of deployments, by what their files say.
  private final Leases<Deployment, Model> deployed;

  /// Models are opened by two threads, texts counted by one a core but one, which stays free for
  /// what else the server does.
  private final ConcurrencyLimiter opening = ConcurrencyLimiter.patient(2);

  private final ConcurrencyLimiter counting =
      ConcurrencyLimiter.patient(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));

  private volatile boolean closed;

  /// @param name under which what serves is asked for
  /// @param serving the model that serves now; quick when it is the same as before
  /// @param encoders opens a model; each lease is closed here
  public Embeddings(
      String name,
      Supplier<Model> serving,
      Function<Model, Lease<Encoder>> encoders,
      Deployments deployments,
      EmbeddingLimits limits) {
    this.name = name;
    this.serving = serving;
    this.encoders = encoders;
    this.deployments = deployments;
    this.limits = limits;
    this.queue = new EmbeddingQueue(limits);
    this.open = new Leases<>(IDLE_MODELS, limits.patience(), OpenModel::close);
    this.deployed = new Leases<>(Integer.MAX_VALUE, limits.patience(), _ -> {});
  }

  public EmbeddingLimits limits() {
    return limits;
  }

  public Deployments deployments() {
    return deployments;
  }

  /// What can be asked for; what cannot be opened is left out, and logged.
  public List<ServedModel> models() {
    var models = new ArrayList<ServedModel>();
    var ids = new ArrayList<String>();
    for (Deployment each : deployments.list()) {
      ids.add(each.id());
    }
    if (!ids.contains(name)) {
      ids.addFirst(name);
    }
    for (String id : ids) {
      try {
        model(id).ifPresent(models::add);
      } catch (Failure e) {
        LOG.log(System.Logger.Level.WARNING, "the model {0} is left out: {1}", id, e.getMessage());
      }
    }
    return models;
  }

  /// What a name stands for; empty when nothing has that name.
  ///
  /// @throws Failure if it cannot be opened
  public Optional<ServedModel> model(String id) {
    return find(id)
        .map(
            model ->
                new ServedModel(
                    id,
                    model.name(),
                    model.space(),
                    model.dimension(),
                    model.maxTokens(),
                    created(model)));
  }

  private Optional<Model> find(String id) {
    Optional<Deployment> deployment = deployments.find(id);
    deployed.forget(known -> known.id().equals(id) && !Optional.of(known).equals(deployment));
    if (deployment.isPresent()) {
      Deployment now = deployment.get();
      try (Lease<Model> model =
          deployed.take(now, () -> opening.call(() -> opened(id, () -> deployments.open(now))))) {
        return Optional.of(model.value());
      }
    }
    if (id.equals(name)) {
      return Optional.of(opened(id, serving));
    }
    try {
      return Optional.of(serving.get()).filter(model -> model.name().equals(id));
    } catch (Failure _) {
      return Optional.empty();
    }
  }

  /// What stands where the server keeps its models is no caller's fault.
  private static <T> T opened(String id, Supplier<T> open) {
    try {
      return open.get();
    } catch (Failure.BadInput e) {
      throw new Failure.Unavailable(
          "the model "
              + id
              + " cannot be opened: "
              + e.getMessage()
              + ". Put it back, or deploy another under this name",
          e);
    }
  }

  private static Instant created(Model model) {
    try {
      return Files.getLastModifiedTime(model.tokenizer())
          .toInstant()
          .truncatedTo(ChronoUnit.SECONDS);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + model.tokenizer() + ": " + e.getMessage(), e);
    }
  }

  /// Embeds texts, together with those of others.
  ///
  /// @param id of [#models()]
  /// @param cut whether texts that are too long are cut; else they are refused
  /// @param disconnected asked now and then: once it is true the rest is dropped
  /// @throws Busy if too many texts are in work
  /// @throws Failure.BadInput if there is no such model, or a text is too long
  /// @throws Failure.Unavailable if it took too long
  /// @throws CancellationException once the caller has disconnected
  public EmbeddingResult embed(
      String id, Role role, List<String> texts, boolean cut, BooleanSupplier disconnected) {
    queue.enter(texts.size());
    try {
      try (Lease<OpenModel> model = take(id)) {
        List<Integer> lengths = lengths(model.value(), role, texts, cut, disconnected);
        return await(queue.add(new EmbeddingJob(model, role, texts, lengths)), disconnected);
      }
    } finally {
      queue.leave(texts.size());
    }
  }

  /// Texts of all callers, waiting or computed.
  int inWork() {
    return queue.inWork();
  }

  private List<Integer> lengths(
      OpenModel model, Role role, List<String> texts, boolean cut, BooleanSupplier disconnected) {
    int most = model.model().maxTokens();
    var lengths = new ArrayList<Integer>(texts.size());
    for (int from = 0; from < texts.size(); from += COUNTED_TOGETHER) {
      if (disconnected.getAsBoolean()) {
        throw new CancellationException("the caller has disconnected");
      }
      List<String> some = texts.subList(from, Math.min(from + COUNTED_TOGETHER, texts.size()));
      lengths.addAll(counting.call(() -> model.lengths(role, some)));
    }
    for (int i = 0; i < lengths.size() && !cut; i++) {
      if (lengths.get(i) > most) {
        throw new Failure.BadInput(
            "input "
                + i
                + " has "
                + lengths.get(i)
                + " tokens, and the model reads "
                + most
                + ": shorten it, or leave out \"truncate\": false");
      }
    }
    return lengths.stream().map(length -> Math.min(length, most)).toList();
  }

  private EmbeddingResult await(
      CompletableFuture<EmbeddingResult> done, BooleanSupplier disconnected) {
    long until = System.nanoTime() + limits.patience().toNanos();
    try {
      while (System.nanoTime() < until && !disconnected.getAsBoolean()) {
        try {
          return done.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
          // looks again whether anyone still waits
        }
      }
      if (System.nanoTime() < until) {
        throw new CancellationException("the caller has disconnected");
      }
      throw new Failure.Unavailable("embedding took longer than " + limits.patience());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException("embedding failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("stopped while embedding", e);
    } finally {
      done.cancel(false);
    }
  }

  private Lease<OpenModel> take(String id) {
    requireOpen();
    Model model = find(id).orElseThrow(() -> new Failure.BadInput("there is no model named " + id));
    return open.take(
        model.content(),
        () -> opening.call(() -> opened(id, () -> new OpenModel(model, encoders.apply(model)))));
  }

  private void requireOpen() {
    if (closed) {
      throw new Failure.Unavailable("the server stops: embeddings are no longer computed");
    }
  }

  /// Requests under way are cancelled.
  @Override
  public void close() {
    closed = true;
    queue.close();
    open.close();
    deployed.close();
  }
}
