package dev.whetstone.deploy;

import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A bounded queue of texts and the one thread that embeds them, several requests' texts in one
/// batch. Requests take turns of [#TURN] texts, so that a short one does not wait for a long one to
/// end. What is cancelled is dropped at its next turn. Safe for many threads.
final class EmbeddingQueue implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EmbeddingQueue.class.getName());
  private static final int TURN = 16;
  private static final int LONGEST_PAUSE = 60;

  private final EmbeddingLimits limits;
  private final ArrayDeque<EmbeddingJob> waiting = new ArrayDeque<>(); // guarded by this
  private int inWork; // texts; guarded by this
  private double textsPerSecond = 50; // measured as it goes; guarded by this
  private boolean closed; // guarded by this
  private final Thread thread;

  /// Texts of one request in a batch.
  private record Portion(EmbeddingJob job, List<Integer> rows) {}

  /// What can be computed in one call.
  private record Kind(OpenModel model, Role role) {}

  EmbeddingQueue(EmbeddingLimits limits) {
    this.limits = limits;
    this.thread = Thread.ofPlatform().name("embeddings").daemon().start(this::work);
  }

  /// Holds a place for so many texts; given back by [#leave].
  ///
  /// @throws Busy if too many are in work
  synchronized void enter(int texts) {
    if (closed) {
      throw new Failure.Unavailable("the server stops: embeddings are no longer computed");
    }
    if (inWork + texts > limits.textsInWork()) {
      int seconds = (int) Math.clamp(Math.ceil(inWork / textsPerSecond), 1, LONGEST_PAUSE);
      throw new Busy(
          "%d texts are in work, and at most %d are taken on: try again in %d s"
              .formatted(inWork, limits.textsInWork(), seconds),
          seconds);
    }
    inWork += texts;
  }

  synchronized void leave(int texts) {
    inWork -= texts;
  }

  /// Lets a job's texts be embedded; its place was taken by [#enter].
  synchronized CompletableFuture<EmbeddingResult> add(EmbeddingJob job) {
    if (closed) {
      throw new Failure.Unavailable("the server stops: embeddings are no longer computed");
    }
    waiting.addLast(job);
    notifyAll();
    return job.done();
  }

  synchronized int inWork() {
    return inWork;
  }

  private void work() {
    try {
      while (true) {
        List<Portion> batch = next();
        if (batch.isEmpty()) {
          return;
        }
        long began = System.nanoTime();
        int texts = compute(batch);
        measured(texts, (System.nanoTime() - began) / 1e9);
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "the embedding thread was interrupted", e);
    } finally {
      close();
    }
  }

  /// Waits for texts; none when the queue was closed.
  private synchronized List<Portion> next() throws InterruptedException {
    var batch = new ArrayList<Portion>();
    while (!closed) {
      int room = limits.textsPerBatch();
      while (room > 0 && !waiting.isEmpty()) {
        EmbeddingJob job = waiting.removeFirst();
        if (job.done().isDone()) {
          continue; // cancelled, or failed in an earlier batch
        }
        List<Integer> rows = job.take(Math.min(room, TURN));
        batch.add(new Portion(job, rows));
        room -= rows.size();
        if (!job.exhausted()) {
          waiting.addLast(job);
        }
      }
      if (!batch.isEmpty()) {
        return batch;
      }
      wait();
    }
    return List.of();
  }

  private static int compute(List<Portion> batch) {
    Map<Kind, List<Portion>> kinds = new LinkedHashMap<>();
    for (Portion portion : batch) {
      kinds
          .computeIfAbsent(
              new Kind(portion.job().model().value(), portion.job().role()), _ -> new ArrayList<>())
          .add(portion);
    }
    kinds.forEach(EmbeddingQueue::compute);
    return batch.stream().mapToInt(portion -> portion.rows().size()).sum();
  }

  /// Each portion's model is held while it computes: a request that no longer waits lets go of its
  /// own lease, and its job is dropped.
  private static void compute(Kind kind, List<Portion> portions) {
    var held = new ArrayList<Lease<OpenModel>>();
    var texts = new ArrayList<String>();
    var wanted = new ArrayList<Portion>();
    for (Portion portion : portions) {
      Optional<Lease<OpenModel>> lease = portion.job().model().share();
      if (lease.isEmpty()) {
        portion.job().done().cancel(false);
        continue;
      }
      held.add(lease.get());
      wanted.add(portion);
      portion.rows().forEach(row -> texts.add(portion.job().text(row)));
    }
    if (wanted.isEmpty()) {
      return;
    }
    try {
      float[] rows = kind.model().embed(kind.role(), texts);
      int at = 0;
      for (Portion portion : wanted) {
        for (int row : portion.rows()) {
          portion.job().put(row, rows, at);
          at += kind.model().dimension();
        }
      }
    } catch (RuntimeException | Error e) {
      wanted.forEach(p -> p.job().done().completeExceptionally(e));
    } finally {
      held.forEach(Lease::close);
    }
  }

  private synchronized void measured(int texts, double seconds) {
    textsPerSecond = .8 * textsPerSecond + .2 * texts / Math.max(seconds, 1e-4);
  }

  /// Ends the thread after the batch under way; what waits is cancelled.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.forEach(job -> job.done().cancel(false));
      waiting.clear();
      notifyAll();
    }
    if (!Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
