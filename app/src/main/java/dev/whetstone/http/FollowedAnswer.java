package dev.whetstone.http;

import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.catalog.App;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Query;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Has an answer made for a request, and follows it.
///
/// The answer is made on a thread of its own; the request's thread takes what comes of it, writes
/// it to the caller, and notices when the caller disconnects. So a caller that reads slowly holds
/// up no computation, and a language model's work ends within a fraction of a second after the
/// caller has gone, whether it asked for a stream or not. What was made and not written yet is at
/// most one answer.
final class FollowedAnswer implements AnswerListener {
  /// How often is looked whether the caller is still there, while nothing comes.
  private static final Duration LOOK = Duration.ofMillis(100);

  /// What the request's thread does with what comes.
  interface Reader {
    /// Does nothing: the whole answer is enough.
    Reader NONE = new Reader() {};

    /// As [AnswerListener#found].
    default void found(List<Retrieved> hits) {}

    /// As [AnswerListener#sentence].
    default void sentence(Sentence sentence, List<Citation> added) {}

    /// Nothing has come for a moment.
    default void quiet() {}
  }

  private sealed interface Event {
    record Found(List<Retrieved> hits) implements Event {}

    record Said(Sentence sentence, List<Citation> added) implements Event {}

    record Done(Answered answered) implements Event {}

    record Failed(Throwable cause) implements Event {}
  }

  /// A question of a request.
  record Asked(Caller caller, App app, Query query) {}

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile boolean cancelled;

  private FollowedAnswer() {}

  /// Returns the answer when it is whole. Throws what making it or the reader throws, and a
  /// [RequestException] when the caller has disconnected; then nothing of it goes on.
  static Answered follow(Context context, Application application, Asked asked, Reader reader) {
    return new FollowedAnswer().run(context, application, asked, reader);
  }

  private Answered run(Context context, Application application, Asked asked, Reader reader) {
    var disconnect = new ClientDisconnect(context);
    Thread making =
        Thread.ofVirtual()
            .name("answer-" + Server.requestId(context))
            .start(() -> make(application, asked));
    try {
      while (true) {
        Event event = events.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        switch (event) {
          case null -> {
            if (disconnect.getAsBoolean()) {
              throw RequestException.disconnected();
            }
            reader.quiet();
          }
          case Event.Found(var hits) -> reader.found(hits);
          case Event.Said(var sentence, var added) -> reader.sentence(sentence, added);
          case Event.Done(Answered answered) -> {
            return answered;
          }
          case Event.Failed(CancellationException _) -> throw RequestException.disconnected();
          case Event.Failed(RuntimeException thrown) -> throw thrown;
          case Event.Failed(Error thrown) -> throw thrown;
          case Event.Failed(Throwable thrown) -> throw new IllegalStateException(thrown);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw RequestException.disconnected();
    } finally {
      cancelled = true;
      join(making);
    }
  }

  private void make(Application application, Asked asked) {
    try {
      events.add(
          new Event.Done(
              application.answer(
                  asked.caller(), asked.app(), asked.query(), ModelWait.INSIDE, this)));
    } catch (RuntimeException | Error e) {
      events.add(new Event.Failed(e));
    }
  }

  /// The application is not left at work when the request is over: it may be closed after it.
  private static void join(Thread making) {
    boolean interrupted = false;
    while (true) {
      try {
        making.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void found(List<Retrieved> hits) {
    events.add(new Event.Found(hits));
  }

  @Override
  public void sentence(Sentence sentence, List<Citation> added) {
    events.add(new Event.Said(sentence, added));
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }
}
