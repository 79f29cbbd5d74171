package dev.whetstone.serving;

import dev.whetstone.core.ConcurrencyLimiter;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.workspace.IndexPlace;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An index that apps search: opened by the first request, followed while it serves, and its
/// readiness. An index that is slow to open or to answer holds up no other. Safe for many threads.
final class OpenIndex {
  private static final System.Logger LOG = System.getLogger(OpenIndex.class.getName());

  /// An index that could not be opened is not tried again at once: its engine may be slow to
  /// refuse.
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final IndexPlace place;
  private final Leases<IndexPlace, Answering> indexes;
  private final Function<IndexPlace, Answering> opener;
  private final Duration silence;

  private @Nullable Failure reason; // why it could not be opened; guarded by this
  private long tried; // guarded by this

  /// How it answered at its last check.
  private volatile Readiness last = Readiness.READY;

  private String logged = ""; // the last warning; used by the check under way alone

  private final Semaphore turn = new Semaphore(1); // held by the check under way

  /// When the check under way began, in nanoseconds; 0 when there is none.
  private final AtomicLong checking = new AtomicLong();

  /// @param indexes the open ones of all places
  /// @param opener opens the index at a place
  /// @param silence after which a check that has not ended makes it not ready
  OpenIndex(
      IndexPlace place,
      Leases<IndexPlace, Answering> indexes,
      Function<IndexPlace, Answering> opener,
      Duration silence) {
    this.place = place;
    this.indexes = indexes;
    this.opener = opener;
    this.silence = silence;
  }

  /// Holds the index open until the lease is closed.
  ///
  /// @throws Failure if it cannot be opened, or could not a moment ago
  Lease<Answering> take() {
    Optional<Lease<Answering>> open = indexes.ifOpen(place);
    if (open.isPresent()) {
      return open.get();
    }
    synchronized (this) {
      if (reason != null && System.nanoTime() - tried < PAUSE.toNanos()) {
        throw reason;
      }
    }
    try {
      Lease<Answering> opened = indexes.take(place, () -> opener.apply(place));
      synchronized (this) {
        reason = null;
      }
      return opened;
    } catch (Failure e) {
      failed(e);
      throw e;
    }
  }

  private synchronized void failed(Failure e) {
    if (reason == null || !Objects.equals(reason.getMessage(), e.getMessage())) {
      LOG.log(System.Logger.Level.WARNING, "{0} is not served: {1}", place, e.getMessage());
    }
    reason = e;
    tried = System.nanoTime();
  }

  Readiness readiness() {
    try (Lease<Answering> open = take()) {
      long since = checking.get();
      if (since != 0 && System.nanoTime() - since > silence.toNanos()) {
        return Readiness.notReady(place + " has not answered for " + silence.toSeconds() + " s");
      }
      Readiness now = last;
      return now.ready() ? Readiness.readyWith(open.value().note()) : now;
    } catch (Failure e) {
      return Readiness.notReady(e);
    }
  }

  /// Checks, on another thread, whether steps have swapped the generation and whether it answers;
  /// one check at a time.
  void check(ConcurrencyLimiter checks) {
    Optional<Lease<Answering>> open = indexes.ifOpen(place);
    if (open.isEmpty()) {
      return;
    }
    Lease<Answering> lease = open.get();
    if (!turn.tryAcquire()) {
      lease.close();
    } else if (!checks.tryStart(() -> check(lease))) {
      turn.release();
      lease.close();
    }
  }

  /// Checks on this thread, once a check under way has ended: what steps swapped in before the call
  /// is searched after it.
  ///
  /// @return whether the generation that was swapped in serves and answers
  boolean checkNow() {
    Optional<Lease<Answering>> open = indexes.ifOpen(place);
    if (open.isEmpty()) {
      return true; // the next request opens what was swapped in
    }
    Lease<Answering> lease = open.get();
    boolean mine = false;
    try {
      mine = turn.tryAcquire(silence.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (mine) {
      return check(lease);
    }
    lease.close();
    return false;
  }

  /// Of a caller that has the turn.
  ///
  /// @return whether what was swapped in serves and answers
  private boolean check(Lease<Answering> lease) {
    checking.set(Math.max(1, System.nanoTime()));
    try (lease) {
      return check(lease.value());
    } catch (RuntimeException e) {
      last = Readiness.notReady("The index fails: the server's log says how.");
      LOG.log(System.Logger.Level.ERROR, place.toString(), e);
      return false;
    } finally {
      checking.set(0);
      turn.release();
    }
  }

  private boolean check(Answering index) {
    String warning = "";
    boolean serves = true;
    try {
      index.refresh();
    } catch (Failure e) {
      warning = "the generation before goes on serving: " + e.getMessage();
      serves = false;
    }
    try {
      index.probe();
      last = Readiness.READY;
      warning = warning.isEmpty() ? index.note() : warning;
    } catch (Failure e) {
      last = Readiness.notReady(e);
      warning = "it does not answer: " + e.getMessage();
      serves = false;
    }
    if (!warning.isEmpty() && !warning.equals(logged)) {
      LOG.log(System.Logger.Level.WARNING, "{0}: {1}", place, warning);
    }
    logged = warning;
    return serves;
  }
}
