package dev.whetstone.deploy;

import dev.whetstone.core.Busy;
import dev.whetstone.core.Lease;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.ModelCheck;
import dev.whetstone.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Models registered over HTTP, one at a time: each is brought, checked, tried on some texts, and
/// only then becomes a deployment in place of the one before. What became of the last ones is
/// remembered while the server runs. Safe for many threads.
public final class Registrations implements AutoCloseable {
  private static final int REMEMBERED = 1000;
  private static final int WAITING = 16;
  private static final long ANSWER_SECONDS = 20;

  private final Deployments deployments;
  private final ModelPlaces places;
  private final Function<Model, Lease<Encoder>> encoders;

  /// Not a virtual thread: opening a model is native work, which would hold one of the few threads
  /// that carry all virtual ones.
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("register-", 0).factory());

  private int underWay; // guarded by this

  /// Guarded by this.
  private final Map<String, MlTask> tasks =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MlTask> eldest) {
          return size() > REMEMBERED;
        }
      };

  /// @param encoders opens a model to try it; each lease is closed here
  public Registrations(
      Deployments deployments, ModelPlaces places, Function<Model, Lease<Encoder>> encoders) {
    this.deployments = deployments;
    this.places = places;
    this.encoders = encoders;
  }

  public Deployments deployments() {
    return deployments;
  }

  /// Registers the model at a place under a name. Returns when that has ended, or goes on meanwhile
  /// when it takes long.
  ///
  /// @throws dev.whetstone.core.Failure if it failed at once
  /// @throws Busy if too many wait
  public MlTask register(String id, String place) {
    synchronized (this) {
      if (underWay >= WAITING) {
        throw new Busy(WAITING + " models are being registered: try again later", 30);
      }
      underWay++;
    }
    MlTask task = remember(created(id, "REGISTER_MODEL"));
    Future<?> work = worker.submit(() -> work(task, place));
    try {
      work.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      return task;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return task;
    } catch (ExecutionException e) {
      throw new IllegalStateException("registering " + id + " broke off", e);
    }
    MlTask ended = find(task.id()).orElse(task);
    if (ended.failure() != null) {
      throw ended.failure();
    }
    return ended;
  }

  private void work(MlTask task, String place) {
    RuntimeException failure = null;
    try {
      Model model = places.open(place);
      try (Lease<Encoder> encoder = encoders.apply(model)) {
        ModelCheck.requireEmbeds(model, encoder.value());
      }
      deployments.put(task.model(), place, model);
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      remember(task.ended(failure));
      synchronized (this) {
        underWay--;
      }
    }
  }

  /// A deployment is ready as soon as it is registered: this only says so.
  public MlTask deploy(String id) {
    return remember(created(id, "DEPLOY_MODEL").ended(null));
  }

  public synchronized Optional<MlTask> find(String task) {
    return Optional.ofNullable(tasks.get(task));
  }

  private static MlTask created(String id, String type) {
    long now = System.currentTimeMillis();
    @Nullable RuntimeException none = null;
    return new MlTask(UUID.randomUUID().toString(), id, type, MlTask.State.CREATED, now, now, none);
  }

  private synchronized MlTask remember(MlTask task) {
    tasks.put(task.id(), task);
    return task;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
