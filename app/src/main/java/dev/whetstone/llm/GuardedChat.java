package dev.whetstone.llm;

import dev.whetstone.core.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// A language model behind a concurrency limit and a circuit breaker, for servers: a caller learns
/// at once that the model does not answer, and can answer without it.
///
/// - At most so many replies are asked for at once; a further question is refused.
/// - After [#FAILURES] time-outs or refusals in a row the model is left alone for [#PAUSE]. Then
///   one question tries it: a reply closes the breaker, another failure opens it for as long again.
///
/// A caller that gives up because it has waited too long counts as a failure of the model; one
/// whose reply nobody wants any more ([ReplyListener#cancelled]) does not.
///
/// Each reply is asked for on a platform thread of its own, because a model in this process writes
/// in native code, which would hold the carrier of a virtual one. The thread is interrupted when
/// its caller is.
public final class GuardedChat implements ChatModel {
  static final int FAILURES = 3;
  static final Duration PAUSE = Duration.ofSeconds(30);

  private final ChatModel model;
  private final Semaphore turns;
  private final int concurrent;
  private final LongSupplier clock; // in ns
  private int failures; // in a row; guarded by this
  private long closedUntil; // by the clock, where failures reach the limit; guarded by this

  /// @param model closed with this
  /// @param concurrent replies at once
  public GuardedChat(ChatModel model, int concurrent) {
    this(model, concurrent, System::nanoTime);
  }

  GuardedChat(ChatModel model, int concurrent, LongSupplier clock) {
    this.model = model;
    this.concurrent = concurrent;
    this.turns = new Semaphore(concurrent);
    this.clock = clock;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options) {
    return guarded(() -> model.chat(messages, options), ReplyListener.NONE);
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options, ReplyListener listener) {
    return guarded(() -> model.chat(messages, options, listener), listener);
  }

  private Reply guarded(Supplier<Reply> call, ReplyListener listener) {
    if (!turns.tryAcquire()) {
      throw new Failure.Unavailable(
          "%s writes %d replies already, as many as llm.concurrent allows"
              .formatted(name(), concurrent));
    }
    try {
      requireTry();
    } catch (Failure e) {
      turns.release();
      throw e;
    }
    var reply = new CompletableFuture<Reply>();
    Thread asking =
        Thread.ofPlatform().daemon().name("chat-" + name()).start(() -> write(call, reply));
    return await(reply, asking, listener);
  }

  /// Frees the turn before the caller gets the reply, so that its next question finds the turn
  /// free.
  private void write(Supplier<Reply> call, CompletableFuture<Reply> reply) {
    Reply written;
    try {
      try {
        written = call.get();
      } finally {
        turns.release(); // also long after its caller was interrupted
      }
    } catch (RuntimeException | Error e) {
      reply.completeExceptionally(e);
      return;
    }
    reply.complete(written);
  }

  private Reply await(CompletableFuture<Reply> reply, Thread asking, ReplyListener listener) {
    try {
      Reply written = reply.get();
      succeeded();
      return written;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Failure.Unavailable failure -> {
          failed();
          throw failure;
        }
        case RuntimeException known -> throw known;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      if (listener.cancelled()) {
        untried();
      } else {
        failed(); // its caller has waited as long as it may
      }
      asking.interrupt();
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("interrupted while waiting for " + name(), e);
    }
  }

  private synchronized void requireTry() {
    if (failures < FAILURES) {
      return;
    }
    long now = clock.getAsLong();
    if (now - closedUntil < 0) {
      throw new Failure.Unavailable(
          "%s did not answer %d times in a row and is left alone for %d s"
              .formatted(name(), failures, PAUSE.toSeconds()));
    }
    closedUntil = now + PAUSE.toNanos(); // this one tries; the others go on without
  }

  private synchronized void succeeded() {
    failures = 0;
  }

  /// The try, if this was one, said nothing: the next question may be it.
  private synchronized void untried() {
    closedUntil = clock.getAsLong();
  }

  private synchronized void failed() {
    failures = Math.min(failures + 1, FAILURES);
    closedUntil = clock.getAsLong() + PAUSE.toNanos();
  }

  /// Replies that could be asked for now.
  int free() {
    return turns.availablePermits();
  }

  @Override
  public void close() {
    model.close();
  }
}
