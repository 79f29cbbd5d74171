package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Writes documents in requests of some megabytes, a few at a time: a caller that adds faster than
/// the cluster accepts is blocked. Items that the cluster rejects for now are sent again without
/// the others; so is a whole request that got no answer, which is safe even when it was applied,
/// because ids say what is replaced. The writes of one id keep their order. Safe for many threads.
final class Bulk implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bulk.class.getName());
  private static final int TARGET_BYTES = 5 << 20;
  private static final int IN_FLIGHT = 2;
  private static final Map<String, String> ANSWER =
      Map.of("filter_path", "errors,items.*.status,items.*.error");
  private static final int NAMED = 5; // ids that an error message lists

  private final Requests requests;
  private final String index;
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final Set<String> pending = ConcurrentHashMap.newKeySet(); // ids not yet acknowledged
  private final Map<String, String> refused = new TreeMap<>(); // guarded by this
  private Batch batch = new Batch(); // guarded by this
  private volatile @Nullable Failure failure;

  Bulk(Requests requests, String index) {
    this.requests = requests;
    this.index = index;
  }

  /// @throws Failure of an earlier write too: nothing after it is sent
  synchronized void index(Passage passage, float[] vector, String hash) {
    beforeAdding(passage.id());
    batch.index(passage, vector, hash, requests.client().vectorForm());
    afterAdding(passage.id());
  }

  synchronized void delete(String id) {
    beforeAdding(id);
    batch.delete(id);
    afterAdding(id);
  }

  /// Sends what is left and waits until all is acknowledged.
  ///
  /// @throws Failure.BadInput naming the passages that the cluster will never take
  /// @throws Failure.Unavailable if its patience is over
  synchronized void drain() {
    send();
    room.acquireUninterruptibly(IN_FLIGHT);
    room.release(IN_FLIGHT);
    check();
  }

  /// Ends without sending what is left.
  @Override
  public void close() {
    senders.shutdownNow();
    senders.close();
  }

  private void beforeAdding(String id) {
    check();
    if (pending.contains(id)) {
      drain(); // or the two could overtake each other
    }
  }

  private void afterAdding(String id) {
    pending.add(id);
    if (batch.length() >= TARGET_BYTES) {
      send();
    }
  }

  private void send() {
    if (batch.size() == 0) {
      return;
    }
    Batch full = batch;
    batch = new Batch();
    room.acquireUninterruptibly();
    senders.execute(
        () -> {
          try {
            deliver(full);
          } catch (Failure e) {
            failure = e;
          } catch (InterruptedException e) {
            failure = new Failure.Unavailable("the writing of " + index + " was broken off", e);
          } catch (RuntimeException e) {
            failure = new Failure.Unavailable("cannot write " + index + ": " + e, e);
          } finally {
            pending.removeAll(Set.copyOf(full.ids()));
            room.release();
          }
        });
  }

  private void check() {
    Failure earlier = failure;
    if (earlier != null) {
      throw earlier;
    }
  }

  /// What of a batch must be sent again, and why.
  private record Remainder(Batch batch, Failure why, @Nullable String retryAfter) {}

  /// Sends a batch until each of its items is taken or refused for good.
  private void deliver(Batch all) throws InterruptedException {
    Retry.Attempts attempts = requests.client().settings().retry().begin();
    Remainder remainder = attempt(all);
    while (remainder != null && failure == null) {
      Duration serverDelay = Retry.serverDelay(remainder.retryAfter(), Time.SYSTEM.instant());
      Duration pause = attempts.next(serverDelay).orElse(null);
      if (pause == null) {
        throw remainder.why();
      }
      LOG.log(
          System.Logger.Level.INFO,
          "{0} passages are sent to {1} again in {2} ms",
          remainder.batch().size(),
          index,
          pause.toMillis());
      Time.SYSTEM.sleep(pause);
      remainder = attempt(remainder.batch());
    }
    refuse();
  }

  /// @return null when nothing is left
  private @Nullable Remainder attempt(Batch batch) throws InterruptedException {
    String what = "write " + index;
    ClusterClient client = requests.client();
    ClusterReply reply;
    try {
      reply = client.send("POST", "/" + index + "/_bulk", ANSWER, batch.payload());
    } catch (IOException e) {
      return new Remainder(batch, ClusterFailures.of(client, what, e), null);
    }
    if (reply.ok()) {
      return failedItems(batch, reply);
    }
    if (reply.status() == 413 && batch.size() > 1) {
      int half = batch.size() / 2;
      deliver(batch.only(IntStream.range(0, half).boxed().toList()));
      deliver(batch.only(IntStream.range(half, batch.size()).boxed().toList()));
      return null;
    }
    Failure why = ClusterFailures.of(client, what, reply);
    if (!ClusterFailures.passes(reply.status())) {
      throw why;
    }
    return new Remainder(batch, why, reply.retryAfter());
  }

  /// What was not taken now; what was refused for good is noted.
  private @Nullable Remainder failedItems(Batch sent, ClusterReply reply) {
    JsonNode answer = reply.json();
    if (!answer.path("errors").asBoolean()) {
      return null;
    }
    var items = new ArrayList<Integer>();
    Failure why = null;
    for (int item = 0; item < sent.size(); item++) {
      JsonNode result = answer.path("items").path(item).path(0);
      for (JsonNode each : answer.path("items").path(item)) {
        result = each; // under the name of its action
      }
      int status = result.path("status").asInt();
      JsonNode error = result.path("error");
      if (status < 300 || (status == 404 && error.isMissingNode())) {
        continue; // a delete of what is not there answers 404
      }
      if (ClusterFailures.passes(status)
          || error.path("type").asText().equals("cluster_block_exception")) {
        items.add(item);
        if (why == null) {
          why =
              ClusterFailures.of(requests.client(), "write " + index, reply.ofItem(status, error));
        }
      } else {
        synchronized (refused) {
          refused.put(
              sent.ids().get(item),
              error.path("type").asText() + ": " + error.path("reason").asText());
        }
      }
    }
    return why == null ? null : new Remainder(sent.only(items), why, reply.retryAfter());
  }

  private void refuse() {
    synchronized (refused) {
      if (!refused.isEmpty()) {
        List<String> some =
            refused.entrySet().stream()
                .limit(NAMED)
                .map(each -> each.getKey() + " (" + each.getValue() + ")")
                .toList();
        throw new Failure.BadInput(
            requests.where()
                + " does not take "
                + refused.size()
                + " passages of "
                + index
                + ": "
                + String.join("; ", some)
                + (refused.size() > NAMED ? "; …" : ""));
      }
    }
  }
}
