package dev.whetstone.serving;

import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.TermWeights;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.workspace.SharedEncoders;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The generation that serves, with what answers from it need: the encoder of its space and the
/// weights of its terms. A request pins all of that at once, and ends on what it began on, so that
/// no answer mixes two spaces while generations are swapped. What is to serve next is opened and
/// counted before it takes over; no request waits for it. Safe for many threads.
final class LiveGeneration implements AutoCloseable {
  /// Passages that come and go in one generation hardly change what its terms weigh.
  private static final Duration COUNT_AGAIN = Duration.ofSeconds(30);

  /// Counting takes no more of the time than one part in so many.
  private static final int COUNT_SELDOM = 50;

  /// The terms of a larger index are weighed by so many of its passages.
  private static final int MOST_COUNTED = 200_000;

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final Indexes indexes;
  private final SharedEncoders encoders;
  private final Object refreshing = new Object();
  private long failed = System.nanoTime() - PAUSE_AFTER_FAILURE.toNanos(); // guarded by refreshing
  private State state; // guarded by this
  private boolean closed; // guarded by this

  /// Opens what serves. Takes `indexes` over.
  ///
  /// @throws Failure.BadInput if no generation serves yet
  /// @throws Failure.Refused if no model here makes vectors of its space
  LiveGeneration(Indexes indexes, SharedEncoders encoders) {
    this.indexes = indexes;
    this.encoders = encoders;
    this.state = opened(null);
  }

  /// One generation, open, with the number of those who use it; this object counts as one.
  private static final class State {
    private final PassageIndex index;
    private final SharedEncoders.Lease encoder;
    private final TermWeights terms;
    private final long counted; // when, in nanoseconds
    private final long pause; // until they are worth being counted again
    private final boolean due; // the terms were counted on an earlier state of the generation
    private final Map<Abstention, Answerer> answerers = new ConcurrentHashMap<>();
    private int users = 1; // guarded by this

    /// Why nothing is answered from it any more.
    private volatile @Nullable Failure damage;

    State(
        PassageIndex index,
        SharedEncoders.Lease encoder,
        TermWeights terms,
        long counted,
        long pause,
        boolean due) {
      this.index = index;
      this.encoder = encoder;
      this.terms = terms;
      this.counted = counted;
      this.pause = pause;
      this.due = due;
    }

    synchronized void take() {
      users++;
    }

    void letGo() {
      synchronized (this) {
        users--;
        if (users > 0) {
          return;
        }
      }
      try (encoder) {
        index.close();
      }
    }
  }

  /// One request's hold; close it to let go.
  static final class Pin implements AutoCloseable {
    private final State state;

    private Pin(State state) {
      this.state = state;
    }

    PassageIndex index() {
      return state.index;
    }

    Encoder encoder() {
      return state.encoder.encoder();
    }

    TermWeights terms() {
      return state.terms;
    }

    /// Answerers made for this generation, by their abstention.
    Map<Abstention, Answerer> answerers() {
      return state.answerers;
    }

    @Override
    public void close() {
      state.letGo();
    }
  }

  /// @throws Failure.CorruptArtifact if its files were damaged while it served
  Pin pin() {
    Pin pin = hold();
    Failure damage = pin.state.damage;
    if (damage != null) {
      pin.close();
      throw new Failure.CorruptArtifact(
          String.valueOf(damage.getMessage()), damage, damage.remedies().toArray(Remedy[]::new));
    }
    return pin;
  }

  /// The generation, damaged or not.
  private synchronized Pin hold() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    state.take();
    return new Pin(state);
  }

  /// Checks the files of what serves. When they are damaged no further request is answered from
  /// them, until they are whole again or another generation serves.
  ///
  /// @throws Failure.CorruptArtifact naming what is damaged
  void verify() {
    try (Pin now = hold()) {
      try {
        now.index().verify();
        now.state.damage = null;
      } catch (Failure.CorruptArtifact e) {
        now.state.damage = e;
        throw e;
      }
    }
  }

  /// Looks whether the alias has moved or the generation was updated, and if so opens what serves
  /// now for the requests to come. When that fails the old one goes on serving.
  ///
  /// @return whether something changed
  boolean refresh() {
    synchronized (refreshing) {
      try (Pin now = hold()) {
        boolean same = indexes.current().filter(now.index().generation()::equals).isPresent();
        boolean due = now.state.due && age(now.state) > now.state.pause;
        if (same && !due && indexes.isCurrent(now.index())) {
          return false;
        }
        swap(opened(now.state));
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
      try (Pin now = hold()) {
        return !now.index().generation().equals(generation);
      }
    }
  }

  private static long age(State state) {
    return System.nanoTime() - state.counted;
  }

  private State opened(@Nullable State before) {
    PassageIndex index = indexes.open();
    try {
      SharedEncoders.Lease encoder = encoders.take(index.space());
      try {
        if (before != null
            && before.index.generation().equals(index.generation())
            && age(before) < before.pause) {
          return new State(index, encoder, before.terms, before.counted, before.pause, true);
        }
        long began = System.nanoTime();
        var terms =
            TermWeights.counted(
                each -> index.forEach(MOST_COUNTED, each), index.size() <= MOST_COUNTED);
        long now = System.nanoTime();
        return new State(index, encoder, terms, now, pause(now - began), false);
      } catch (RuntimeException e) {
        encoder.close();
        throw e;
      }
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /// How long the count of a generation that is updated counts, by how long it took.
  static long pause(long nanoseconds) {
    return Math.max(COUNT_AGAIN.toNanos(), COUNT_SELDOM * nanoseconds);
  }

  private void swap(State next) {
    State before;
    synchronized (this) {
      before = closed ? next : state;
      if (!closed) {
        state = next;
      }
    }
    before.letGo();
  }

  /// Requests under way end on what they began on.
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    state.letGo();
    indexes.close();
  }
}
