package dev.whetstone.serving;

import dev.whetstone.answer.Answer.Outcome;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Failure;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.ServeSettings.KeepQuestions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Keeps what a server is asked as candidates for a review. An answer costs it a place in a bounded
/// queue; one thread writes what has come, once a second, and what comes while the queue is full is
/// not kept. A server that is killed loses the questions of the last second and no others.
///
/// A question that follows others is not kept: by itself it asks nothing.
public final class QuestionKeeping implements AnsweredListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(QuestionKeeping.class.getName());

  /// An answer with less support is worth a person's look.
  static final double LITTLE_SUPPORT = .5;

  private static final int MOST_WAITING = 1000;
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// What is too old goes although nobody asks anything.
  private static final Duration TIDY = Duration.ofHours(1);

  private final AskedQuestions kept;
  private final KeepQuestions limits;
  private final InstantSource clock;
  private final ArrayBlockingQueue<AskedQuestion> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private Instant tidied = Instant.EPOCH;
  private String problem = ""; // of the last write

  public QuestionKeeping(AskedQuestions kept, KeepQuestions limits, InstantSource clock) {
    this.kept = kept;
    this.limits = limits;
    this.clock = clock;
    var _ = writer.scheduleWithFixedDelay(this::write, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void answered(App app, Query query, Answered answered) {
    if (!query.earlier().isEmpty()) {
      return;
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    AskedQuestion.of(
            query.question(),
            new AskedQuestion.Asking(app.name(), outcome(answered), answered.answer().support()),
            answered.hits().stream().map(hit -> hit.passage().id()).toList(),
            AskedQuestion.Days.of(today, limits.days()))
        .ifPresent(waiting::offer);
  }

  private static AskedQuestion.Outcome outcome(Answered answered) {
    Outcome outcome = answered.answer().outcome();
    if (outcome == Outcome.DECLINED) {
      return AskedQuestion.Outcome.DECLINED;
    }
    return outcome == Outcome.UNSUPPORTED || answered.answer().support() < LITTLE_SUPPORT
        ? AskedQuestion.Outcome.BADLY_SUPPORTED
        : AskedQuestion.Outcome.ANSWERED;
  }

  /// Where it fails the log says so once, without the questions, and these are not kept.
  private synchronized void write() {
    var taken = new ArrayList<AskedQuestion>();
    waiting.drainTo(taken);
    Instant now = clock.instant();
    if (taken.isEmpty() && now.isBefore(tidied.plus(TIDY))) {
      return;
    }
    tidied = now;
    try {
      kept.add(taken, limits.most());
      problem = "";
    } catch (RuntimeException e) {
      String words = e instanceof Failure ? String.valueOf(e.getMessage()) : e.getClass().getName();
      if (!words.equals(problem)) {
        LOG.log(System.Logger.Level.WARNING, "questions are not kept: {0}", words);
      }
      problem = words;
    }
  }

  /// Writes what waits.
  @Override
  public void close() {
    writer.close(); // a write under way ends
    write();
  }
}
