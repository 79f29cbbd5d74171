package dev.whetstone.answer;

import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.llm.ReplyListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A language model's reply, sentence by sentence while it is written. The model is asked on a
/// thread of its own, so that one that hangs cannot hold the answer; closing this ends the asking.
///
/// What has come and was not taken yet is bounded by the longest reply that the model's settings
/// allow. For one thread.
final class ReplyStream implements AutoCloseable {
  /// How often is looked whether the answer is wanted still.
  private static final Duration LOOK = Duration.ofMillis(100);

  /// What comes of a reply.
  sealed interface Part {
    /// Those that are over, in the order of the reply.
    List<CitedReply.Cited> sentences();

    /// As far as the model has counted them.
    Answer.Usage usage();

    /// Sentences that are over, at least one.
    record Some(List<CitedReply.Cited> sentences) implements Part {
      @Override
      public Answer.Usage usage() {
        return Answer.Usage.NONE;
      }
    }

    /// The last sentences of a reply that came to its end.
    record Last(List<CitedReply.Cited> sentences, Answer.Usage usage) implements Part {}

    /// The reply did not come, or not to its end: what had begun of a sentence is dropped.
    record BrokenOff(Failure cause) implements Part {
      @Override
      public List<CitedReply.Cited> sentences() {
        return List.of();
      }

      @Override
      public Answer.Usage usage() {
        return Answer.Usage.NONE;
      }
    }
  }

  private sealed interface Event {
    record Text(String piece) implements Event {}

    record Whole(Reply reply) implements Event {}

    record Failed(Throwable cause) implements Event {}
  }

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final int hits;
  private final ReplySentences reader;
  private final BooleanSupplier cancelled;
  private final Duration budget;
  private final long until;
  private final Thread asking;
  private volatile boolean unwanted;
  private boolean ended;

  /// @param budget for the whole reply
  /// @param hits that the reply may cite
  /// @param cancelled asked now and then, by the thread that waits
  ReplyStream(
      ChatModel model,
      List<Message> messages,
      ChatOptions options,
      Duration budget,
      int hits,
      BooleanSupplier cancelled) {
    this.hits = hits;
    this.reader = new ReplySentences(hits);
    this.cancelled = cancelled;
    this.budget = budget;
    this.until = System.nanoTime() + budget.toNanos();
    this.asking = Thread.ofVirtual().name("chat").unstarted(() -> ask(model, messages, options));
  }

  private void ask(ChatModel model, List<Message> messages, ChatOptions options) {
    var listener =
        new ReplyListener() {
          @Override
          public void text(String piece) {
            events.add(new Event.Text(piece));
          }

          @Override
          public boolean cancelled() {
            return unwanted;
          }
        };
    try {
      events.add(new Event.Whole(model.chat(messages, options, listener)));
    } catch (RuntimeException | Error e) {
      events.add(new Event.Failed(e));
    }
  }

  /// Asks the model, where it was not asked yet; what it writes is taken by [#next].
  void begin() {
    if (asking.getState() == Thread.State.NEW) {
      asking.start();
    }
  }

  /// How many hits the reply may cite.
  int hits() {
    return hits;
  }

  /// Waits for what comes next. The first call asks the model.
  ///
  /// @throws CancellationException once the answer is not wanted any more
  Part next() {
    begin();
    try {
      while (true) {
        if (cancelled.getAsBoolean()) {
          end();
          throw new CancellationException("the answer is not wanted any more");
        }
        long left = until - System.nanoTime();
        if (left <= 0) {
          return late();
        }
        Event event = events.poll(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
        Part part = event == null ? null : part(event);
        if (part != null) {
          return part;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp();
      return new Part.BrokenOff(
          new Failure.Unavailable("interrupted while waiting for the language model", e));
    }
  }

  private @Nullable Part part(Event event) {
    return switch (event) {
      case Event.Text(String piece) -> {
        List<CitedReply.Cited> over = reader.add(piece);
        if (reader.full()) {
          end();
          yield new Part.Last(over, Answer.Usage.NONE);
        }
        yield over.isEmpty() ? null : new Part.Some(over);
      }
      case Event.Whole(Reply reply) ->
          new Part.Last(reader.end(), new Answer.Usage(reply.inputTokens(), reply.outputTokens()));
      case Event.Failed(Failure failure) -> new Part.BrokenOff(failure);
      case Event.Failed(Throwable thrown) ->
          new Part.BrokenOff(
              new Failure.Unavailable("the language model failed: " + thrown, thrown));
    };
  }

  private Part late() {
    giveUp();
    return new Part.BrokenOff(
        new Failure.Unavailable("no whole reply within " + budget.toMillis() / 1000.0 + " s"));
  }

  /// Ends a reply that took too long.
  private void giveUp() {
    ended = true;
    asking.interrupt();
  }

  /// Ends a reply that is not wanted, or of which enough was read.
  private void end() {
    if (!ended) {
      ended = true;
      unwanted = true;
      asking.interrupt();
    }
  }

  @Override
  public void close() {
    end();
  }
}
