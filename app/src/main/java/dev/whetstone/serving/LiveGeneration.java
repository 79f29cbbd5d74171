package dev.whetstone.serving;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.core.Remedy;
import dev.whetstone.index.Indexes;
import java.time.Duration;

/// The generation of an index that serves, and requests that hold it while it is replaced. Safe for
/// many threads.
///
/// **Problem.** Steps replace what an index serves while requests read it: the alias moves to
/// another generation, perhaps of another vector space, or passages of the same generation come and
/// go, and old generations are deleted. A request asks the index several times. It must find the
/// same generation each time, with the encoder of its space: two spaces in one answer would rank
/// noise. And no request may wait for a model to load.
///
/// **Method.**
/// - *Pin.* A request takes a [Lease] of the [ServingGeneration] that serves now, which holds the
///   open index, the encoder of its space, the weights of its terms and the vectors of its
///   sentences. It uses these alone, from beginning to end.
/// - *Swap.* [#refresh], called every few seconds on a thread of its own, looks at the alias. If it
///   moved, or the generation was written to, the next state is opened beside the one that serves;
///   its terms are counted and its files checked before any request sees it. Then one assignment
///   under a lock makes it the one that serves, and this object's own lease of the old one is
///   closed.
/// - *Close.* The last lease of a state closes its index and lets go of its encoder: with a request
///   under way that is the request, else the swap.
///
/// **Invariants.** 1. A pinned state stays open until it is let go of. 2. When opening the next
/// state fails, the old one continues to serve. 3. One refresh at a time.
///
/// **Example.** Request A pins generation 7. The alias moves to 8, whose space is new. `refresh`
/// opens 8 and its encoder, swaps, and lets go of 7; A still holds it. Request B pins 8. A ends: 7
/// and its encoder are closed. Had the files of 7 been deleted under A at a cluster, A's failure
/// would lead to [#movedFrom], and A would begin again on 8.
///
/// **Damage.** [#verify] checks the files of what serves. When they are damaged no further request
/// is answered from them, until they are whole again or another generation serves.
final class LiveGeneration implements AutoCloseable {
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final Indexes indexes;
  private final ServingGeneration.Opening opener;
  private final Leases<Long, ServingGeneration> states =
      new Leases<>(0, Duration.ofMinutes(5), ServingGeneration::close);
  private final Object refreshing = new Object();
  private long failed = System.nanoTime() - PAUSE_AFTER_FAILURE.toNanos(); // guarded by refreshing
  private long opened; // how many states; guarded by refreshing
  private Lease<ServingGeneration> serving; // guarded by this
  private boolean closed; // guarded by this

  /// Opens what serves. Takes `indexes` over.
  ///
  /// @throws Failure.BadInput if no generation serves yet
  /// @throws Failure.Refused if no model here makes vectors of its space
  LiveGeneration(Indexes indexes, ServingGeneration.Opening opener) {
    this.indexes = indexes;
    this.opener = opener;
    this.serving = states.take(opened++, () -> opener.open(indexes.open()));
  }

  /// Holds the generation that serves; close it to let go.
  ///
  /// @throws Failure.CorruptArtifact if its files were damaged while it served
  Lease<ServingGeneration> pin() {
    Lease<ServingGeneration> pin = hold();
    Failure damage = pin.value().damage();
    if (damage != null) {
      pin.close();
      throw new Failure.CorruptArtifact(
          String.valueOf(damage.getMessage()), damage, damage.remedies().toArray(Remedy[]::new));
    }
    return pin;
  }

  /// The generation, damaged or not.
  private synchronized Lease<ServingGeneration> hold() {
    return serving.share().orElseThrow(() -> new IllegalStateException("closed"));
  }

  /// Checks the files of what serves.
  ///
  /// @throws Failure.CorruptArtifact naming what is damaged
  void verify() {
    try (Lease<ServingGeneration> now = hold()) {
      now.value().verify();
    }
  }

  /// Looks whether the alias has moved or the generation was updated, and if so opens what serves
  /// now for the requests to come. When that fails the old one continues to serve.
  ///
  /// @return whether something changed
  boolean refresh() {
    synchronized (refreshing) {
      try (Lease<ServingGeneration> now = hold()) {
        ServingGeneration before = now.value();
        boolean same = indexes.current().filter(before.index().generation()::equals).isPresent();
        if (same && !before.isDue() && indexes.isCurrent(before.index())) {
          return false;
        }
        swap(states.take(opened++, () -> opener.reopen(indexes.open(), before)));
        return true;
      } catch (Failure e) {
        failed = System.nanoTime();
        throw e;
      }
    }
  }

  /// Whether another generation than this serves now, which a request that failed can be asked of
  /// again: what it was pinned to may have been removed.
  boolean movedFrom(String generation) {
    synchronized (refreshing) {
      if (System.nanoTime() - failed < PAUSE_AFTER_FAILURE.toNanos()) {
        return false; // the engine is down: not every request has to find out
      }
      try {
        refresh();
      } catch (Failure _) {
        return false; // the request's own failure says more
      }
      try (Lease<ServingGeneration> now = hold()) {
        return !now.value().index().generation().equals(generation);
      }
    }
  }

  /// The next state serves; when this was closed meanwhile, nothing does.
  private void swap(Lease<ServingGeneration> next) {
    Lease<ServingGeneration> unused = next;
    synchronized (this) {
      if (!closed) {
        unused = serving;
        serving = next;
      }
    }
    unused.close();
  }

  /// Requests under way end on what they began on.
  @Override
  public void close() {
    Lease<ServingGeneration> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = serving;
    }
    last.close();
    states.close();
    indexes.close();
  }
}
