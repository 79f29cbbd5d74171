package dev.whetstone.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Reply;
import dev.whetstone.questions.ReplyCache.CachedReply;
import dev.whetstone.questions.WriterResult.End;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One run of [QuestionWriter]: keeps the model busy with prompts, and takes the replies in the
/// order of their passages, whichever came first, so that the result depends on the replies alone.
/// For one thread.
final class WriterRun {
  /// Questions that are searched for together.
  private static final int BATCH = 32;

  /// Share of the written questions that is kept, until a run shows its own: small models keep 41
  /// to 63 %.
  static final double USUALLY_KEPT = .4;

  /// Passages after which a run has shown it.
  private static final int TELLING = 24;

  /// More are asked for than are wanted, so that the end does not wait for a few.
  private static final double MARGIN = 1.1;

  /// Replies in a row that a model refuses to give, or that hold no question, before the run ends.
  /// A cached reply ends such a row, too: what a model refuses is asked again by every run.
  private static final int REFUSALS = 5;

  /// Characters of such a reply that an error shows.
  private static final int SHOWN = 80;

  private static final FormCheck FORM = new FormCheck();

  /// What writes, as [QuestionWriter] was given it.
  record Tools(ChatModel model, ReplyCache cache, WriterSettings settings, Time time) {}

  /// A server that is busy says so at once. One that took longer may have read the prompt and
  /// written a reply, although none came.
  private static final Duration PAID = Duration.ofSeconds(2);

  /// A prompt under way, or a reply that was kept.
  private record Pending(
      PassageTask task,
      @Nullable CachedReply kept,
      @Nullable Future<Reply> asked,
      Attempts attempts) {}

  /// The attempts at a prompt.
  private static final class Attempts {
    /// When the last one began: it may cost something from then on; null before the first.
    private volatile @Nullable Instant began;

    /// Those before it that may have cost something.
    private final AtomicInteger lost = new AtomicInteger();

    /// Whether the last one failed so late that it may have cost something.
    private volatile boolean paid;
  }

  private final ChatModel model;
  private final ReplyCache cache;
  private final WriterSettings settings;
  private final WriterLimits limits;
  private final Time time;
  private final Retry retry;
  private final PassageChoice choice;
  private final CandidateChecks checks;
  private final WriterBudget budget;
  private final List<String> examples;
  private final Map<String, QuestionPrompt> prompts = new HashMap<>();

  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private final List<Candidate> batch = new ArrayList<>();
  private final List<WrittenQuestion> questions = new ArrayList<>();
  private int kept;
  private int passages;
  private int checked; // passages whose questions were searched for
  private int refusals; // in a row
  private int lost; // in a row, for the server did not answer
  private int barren; // replies in a row without a question
  private int received;
  private volatile @Nullable Failure lastFailure;
  private volatile boolean ending; // nothing is tried again
  private Instant lastReply;

  /// @param choice of the passages to ask about, in their order
  WriterRun(
      Tools tools,
      List<String> examples,
      WriterLimits limits,
      PassageChoice choice,
      CandidateChecks checks) {
    this.model = tools.model();
    this.cache = tools.cache();
    this.settings = tools.settings();
    this.time = tools.time();
    this.limits = limits;
    this.choice = choice;
    this.checks = checks;
    this.budget = new WriterBudget(limits, settings.price(), cache.tokens(model.name()), time);
    this.examples = examples;
    this.retry =
        new Retry(
            new Retry.Limits(
                6, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(3)),
            time);
    this.lastReply = time.instant();
  }

  WriterResult run(Progress progress) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            settings.parallel(), Thread.ofPlatform().daemon().name("write-", 0).factory());
    try (Progress.Task task = progress.start("write questions", limits.count(), "questions")) {
      End end = write(threads, task);
      finish();
      requireReplies();
      return new WriterResult(
          questions, passages, budget.spent(received), end, choice.passedOver());
    } finally {
      ending = true; // also where the run failed, before the interrupts that `cancel` sends
      pending.forEach(WriterRun::cancel);
      threads.shutdownNow();
      threads.close();
    }
  }

  private End write(ExecutorService threads, Progress.Task task) {
    Optional<End> end = Optional.empty();
    task.note("waiting for replies");
    while (true) {
      Progress.stopWhenInterrupted();
      while (end.isEmpty() && pending.size() < 2 * settings.parallel() && asksMore()) {
        end = askNext(threads);
      }
      if (pending.isEmpty()) {
        check(task);
        if (kept >= limits.count() || end.isPresent()) {
          return kept >= limits.count() ? End.COUNT : end.get();
        }
        continue; // fewer were kept than was to be expected
      }
      Pending next = pending.remove();
      try {
        take(next);
      } catch (TimeoutException _) {
        pending.addFirst(next);
        takeKept();
        check(task);
        return kept >= limits.count() ? End.COUNT : End.TIME;
      }
      if (checked == 0) { // on two cores the first check comes after half a minute
        task.note("%d replies, unchecked".formatted(passages));
      }
      if (batch.size() >= Math.clamp(2L * (limits.count() - kept), 4, BATCH)) {
        check(task);
      }
      if (kept >= limits.count()) {
        return End.COUNT;
      }
    }
  }

  /// Cached replies behind one that did not come in time.
  private void takeKept() {
    var kept = pending.stream().filter(each -> each.kept() != null).toList();
    pending.removeAll(kept);
    for (Pending each : kept) {
      take(each, each.kept());
    }
  }

  /// Whether what is asked already will hardly be enough: replies that are not needed cost as much.
  private boolean asksMore() {
    double each =
        checked < TELLING ? USUALLY_KEPT * settings.perPassage() : (double) kept / checked;
    int unchecked = passages - checked + pending.size();
    return kept + unchecked * each < MARGIN * limits.count();
  }

  /// Sends the next passage's prompt, or takes its reply from the cache.
  ///
  /// @return why there is no next one
  private Optional<End> askNext(ExecutorService threads) {
    if (!choice.hasNext()) {
      return Optional.of(End.PASSAGES);
    }
    Passage passage = choice.next();
    String language = PassageWorth.language(passage);
    QuestionPrompt prompt =
        prompts.computeIfAbsent(language, code -> new QuestionPrompt(code, examples));
    PassageTask task = PassageTask.of(passage, language, prompt, model.name(), settings);
    Optional<CachedReply> cached =
        cache.get(task.key()).filter(reply -> asks(candidates(task, reply)));
    if (cached.isPresent()) {
      pending.add(new Pending(task, cached.get(), null, new Attempts()));
      return Optional.empty();
    }
    Optional<End> end = budget.reserve(task.mayRead(), task.mayWrite());
    if (end.isEmpty()) {
      var attempts = new Attempts();
      pending.add(new Pending(task, null, threads.submit(() -> ask(task, attempts)), attempts));
    }
    return end;
  }

  private Reply ask(PassageTask task, Attempts attempts) throws InterruptedException {
    var options =
        new ChatOptions(
            QuestionPrompt.replyTokens(task.kinds().size()),
            settings.temperature(),
            List.of("\n\n"),
            ((int) settings.seed() ^ task.key().hashCode()) & Integer.MAX_VALUE);
    return retry.call(
        () -> {
          Instant began = time.instant();
          attempts.began = began;
          attempts.paid = false;
          try {
            return model.chat(task.messages(), options);
          } catch (Failure failure) {
            attempts.paid = Duration.between(began, time.instant()).compareTo(PAID) > 0;
            throw failure;
          }
        },
        failure ->
            failure instanceof Failure.Unavailable unavailable
                && !Thread.currentThread().isInterrupted()
                && !ending
                && mayTryAgain(task, attempts, unavailable));
  }

  /// Whether the run goes on, and the limits have room for another attempt.
  private boolean mayTryAgain(PassageTask task, Attempts attempts, Failure failure) {
    lastFailure = failure;
    if (!attempts.paid) {
      return true;
    }
    if (budget.reserve(task.mayRead(), task.mayWrite()).isPresent()) {
      return false;
    }
    attempts.lost.incrementAndGet();
    return true;
  }

  private static boolean faulty(QuestionChecks checks) {
    return checks.faults().contains(QuestionFault.FORM);
  }

  private void take(Pending next) throws TimeoutException {
    take(next, next.kept() == null ? received(next) : next.kept());
  }

  /// @param reply null where the model refuses the passage
  private void take(Pending next, @Nullable CachedReply reply) {
    passages++;
    if (reply == null) {
      return;
    }
    refusals = 0;
    PassageTask task = next.task();
    List<Candidate> candidates = candidates(task, reply);
    barren = asks(candidates) ? 0 : barren + 1;
    if (barren >= REFUSALS) {
      throw barren(reply.text());
    }
    batch.addAll(candidates);
  }

  private static List<Candidate> candidates(PassageTask task, CachedReply reply) {
    return ReplyParser.parse(reply.text(), task.kinds(), reply.cut()).stream()
        .map(
            parsed ->
                new Candidate(parsed.question(), parsed.kind(), task.passage(), task.language()))
        .toList();
  }

  /// Whether one of them has the form of a question.
  private static boolean asks(List<Candidate> candidates) {
    return candidates.stream().anyMatch(candidate -> !FORM.refuses(candidate));
  }

  private Failure barren(String reply) {
    String begins = reply.strip().replaceAll("\\s+", " ");
    String shown = begins.length() <= SHOWN ? begins : begins.substring(0, SHOWN) + "…";
    return new Failure.BadInput(
        ("%d replies of the language model %s hold no question, the last begins \"%s\": it must be"
                + " a model that follows instructions, and does not think aloud first")
            .formatted(barren, model.name(), shown));
  }

  /// Nothing was written because the model does not do as it should: that is no result.
  private void requireReplies() {
    Failure failure = lastFailure;
    if (received == 0 && questions.isEmpty() && failure != null) {
      throw failure;
    }
    if (barren > 0 && questions.stream().allMatch(q -> faulty(q.checks()))) {
      throw barren("");
    }
  }

  /// Waits for a reply and keeps it; null where the model refuses this passage.
  private @Nullable CachedReply received(Pending next) throws TimeoutException {
    PassageTask task = next.task();
    Future<Reply> asked = Objects.requireNonNull(next.asked());
    try {
      Reply reply = asked.get(Math.max(1, budget.timeLeft().toMillis()), TimeUnit.MILLISECONDS);
      boolean told =
          reply.inputTokens() > 0 && (reply.outputTokens() > 0 || reply.text().isEmpty());
      int read = told ? reply.inputTokens() : (int) task.mayRead();
      int written = told ? reply.outputTokens() : (int) task.mayWrite();
      settle(next, read, written);
      received++;
      Instant now = time.instant();
      long millis = Duration.between(lastReply, now).toMillis();
      lastReply = now;
      lost = 0;
      boolean cut = reply.finish() != Reply.Finish.STOP;
      var kept =
          new CachedReply(task.key(), model.name(), reply.text(), cut, read, written, millis);
      if (asks(candidates(task, kept))) { // a model that is put right is asked again
        cache.add(kept);
      }
      return kept;
    } catch (ExecutionException e) {
      settle(next, task.mayRead(), next.attempts().paid ? task.mayWrite() : 0);
      return refused(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private void settle(Pending ended, long read, long written) {
    long mayRead = ended.task().mayRead();
    long mayWrite = ended.task().mayWrite();
    budget.settle(mayRead, mayWrite, read, written);
    budget.lose(ended.attempts().lost.getAndSet(0), mayRead, mayWrite);
  }

  private @Nullable CachedReply refused(ExecutionException thrown) {
    switch (thrown.getCause()) {
      case Failure.BadInput failure -> { // this passage does not fit, or its content is refused
        refusals++;
        if (refusals >= REFUSALS) {
          throw failure;
        }
      }
      case Failure.Unavailable failure -> { // the others that were asked at once may fare better
        lost++;
        if (lost >= settings.parallel()) {
          throw failure;
        }
      }
      case RuntimeException failure -> throw failure;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(thrown);
    }
    return null;
  }

  private void check(Progress.Task task) {
    checked = passages;
    if (batch.isEmpty()) {
      return;
    }
    int before = kept;
    for (CandidateChecks.Checked each : checks.check(batch)) {
      questions.add(written(each));
      kept += each.checks().kept() ? 1 : 0;
    }
    batch.clear();
    task.advance(kept - before);
    task.note("%d %% pass the checks".formatted(Math.round(100.0 * kept / questions.size())));
  }

  private WrittenQuestion written(CandidateChecks.Checked each) {
    Candidate candidate = each.candidate();
    Passage passage = candidate.passage();
    QuestionPrompt prompt = Objects.requireNonNull(prompts.get(candidate.language()));
    return new WrittenQuestion(
        WrittenQuestion.id(candidate.question(), passage.id()),
        candidate.question(),
        candidate.kind(),
        candidate.language(),
        new WrittenQuestion.Source(passage.id(), passage.document()),
        new WrittenQuestion.Writer(model.name(), prompt.id()),
        each.checks());
  }

  /// Prompts that the model has before it when the run ends are paid for, and their replies are
  /// kept for the next run while there is time; of others the most that they may cost is counted.
  private void finish() {
    ending = true;
    while (!pending.isEmpty()) {
      Pending next = pending.remove();
      PassageTask task = next.task();
      if (next.asked() == null) {
        continue;
      }
      if (next.attempts().began == null) {
        cancel(next);
        continue;
      }
      try {
        received(next);
      } catch (Failure _) {
        cancel(next); // the run has what it wanted
      } catch (TimeoutException _) {
        cancel(next);
        settle(next, task.mayRead(), task.mayWrite());
      }
    }
  }

  private static void cancel(Pending each) {
    if (each.asked() != null) {
      each.asked().cancel(true);
    }
  }
}
