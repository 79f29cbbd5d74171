package dev.whetstone.serving;

import dev.whetstone.core.ConcurrencyLimiter;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.PairScorer;
import dev.whetstone.search.RerankOutcome.Reason;
import dev.whetstone.search.Scoring;
import dev.whetstone.search.TimedScorer;
import dev.whetstone.serving.RerankerSource.Version;
import dev.whetstone.workspace.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// The rerankers of a workspace: each is open once, however many apps, indexes and callers use it,
/// and scores for a bounded number of them at once. Safe for many threads.
///
/// **Problem.** A reranker costs as much as everything else that a question does together, runs in
/// native code that cannot be interrupted, and is the one part that a question can do without. It
/// must never cost an answer: not while it is opened, not when it is damaged, not when many ask at
/// once.
///
/// **Method.**
/// - *A plan names a version*, so a request keeps its reranker from beginning to end, as it keeps
///   its generation. When a step gives the app another plan, the next request finds that one's
///   version; a rollback is another plan, too. The version is held by a [Lease] while it scores,
///   and stays open after that as long as an app's plan names it ([#keep]).
/// - *Time.* Scoring runs on the pool of [ConcurrencyLimiter], and the question waits for it no
///   longer than its plan's limit. Late work goes on by itself, holds its permit and its lease, and
///   its scores are dropped. So late work never piles up: who finds no permit in time keeps the
///   fused order.
/// - *Opening* happens inside that work, and so within the same limit: the first question after a
///   swap may keep the fused order, and [#keep] opens what plans name before most ask.
/// - *Failures.* What could not be opened is not tried again for [#PAUSE]. A failure is logged when
///   it differs from the version's last one; questions are answered in fused order.
///
/// **Example.** Plans name `manual/1`. A step promotes `manual/2` and makes the app again. Question
/// A began with the old plan and scores with version 1. `keep` opens version 2 and drops version 1,
/// which closes when A has its scores. Question B scores with version 2.
public final class Rerankers implements TimedScorer, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Rerankers.class.getName());

  /// Open at once while no question uses them; more than plans name, in any workspace that was
  /// seen.
  private static final int IDLE = 4;

  private static final Duration OPENING = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /// How long a caller of [#scores] waits for its turn, and for everything.
  private static final Duration TURN = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// Passages of a caller that are scored before another's turn.
  private static final int TOGETHER = 32;

  private final RerankerSource source;
  private final Leases<Version, PairScorer> open = new Leases<>(IDLE, OPENING, PairScorer::close);
  private final Map<Version, Unopened> unopened = new ConcurrentHashMap<>();
  private final Map<Version, Logged> logged = new ConcurrentHashMap<>();

  /// Scoring uses all cores by itself.
  private final ConcurrencyLimiter scoring =
      new ConcurrencyLimiter(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Integer.MAX_VALUE, TURN);

  /// @param at when it could not be opened, in nanoseconds
  private record Unopened(Failure why, long at) {}

  /// @param at when it was logged, in nanoseconds
  private record Logged(String message, long at) {}

  public Rerankers(RerankerSource source) {
    this.source = source;
  }

  /// Those of a workspace.
  public static Rerankers of(Workspace workspace) {
    return new Rerankers(new ShelfRerankers(workspace));
  }

  @Override
  public Scoring score(
      Reranker.Model model, String question, List<String> passages, Duration left) {
    var version = new Version(model.name(), model.version());
    Optional<Scoring> scored =
        scoring.callWithin(left, () -> scoredOrLogged(version, question, passages));
    if (scored.isEmpty()) {
      log(
          version,
          "questions keep the fused order: its limit of %s is over".formatted(model.limit()));
    }
    return scored.orElse(new Scoring.None(Reason.NO_TIME));
  }

  private Scoring scoredOrLogged(Version version, String question, List<String> passages) {
    try (Lease<PairScorer> scorer = take(version)) {
      return new Scoring.Scored(TimedScorer.list(scorer.value().score(question, passages)));
    } catch (RuntimeException | LinkageError e) {
      log(version, "questions keep the fused order: " + e);
      return new Scoring.None(Reason.FAILED);
    }
  }

  /// Scores passages for a caller who wants nothing else.
  ///
  /// @param passages in portions, between which others have their turn
  /// @param disconnected asked now and then: once it is true the rest is dropped
  /// @return one a passage, in their order; raw, higher is better
  /// @throws Failure if the version cannot be opened, or gives scores that are no numbers
  /// @throws Failure.Unavailable if it takes too long
  /// @throws dev.whetstone.core.Busy if others have all turns
  /// @throws CancellationException once the caller has disconnected
  List<Float> scores(
      Version version, String question, List<String> passages, BooleanSupplier disconnected) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    var scores = new ArrayList<Float>(passages.size());
    try (Lease<PairScorer> scorer = scoring.call(() -> taken(version))) {
      for (int from = 0; from < passages.size(); from += TOGETHER) {
        if (disconnected.getAsBoolean()) {
          throw new CancellationException("the caller has disconnected");
        }
        if (System.nanoTime() > until) {
          throw new Failure.Unavailable("reranking took longer than " + PATIENCE);
        }
        List<String> some = passages.subList(from, Math.min(from + TOGETHER, passages.size()));
        scores.addAll(scoring.call(() -> TimedScorer.list(scorer.value().score(question, some))));
      }
    }
    if (scores.size() != passages.size() || !scores.stream().allMatch(Float::isFinite)) {
      throw new Failure.CorruptArtifact(
          "the reranker " + version + " gives scores that are no numbers: train or fetch it anew");
    }
    return scores;
  }

  /// What stands where the server keeps its models is no caller's fault.
  private Lease<PairScorer> taken(Version version) {
    try {
      return take(version);
    } catch (Failure.BadInput e) {
      throw new Failure.Unavailable(
          "the reranker " + version + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private Lease<PairScorer> take(Version version) {
    Unopened last = unopened.get(version);
    if (last != null && rests(version)) {
      throw last.why();
    }
    return open.take(
        version,
        () -> {
          try {
            PairScorer scorer = source.open(version);
            unopened.remove(version);
            LOG.log(System.Logger.Level.INFO, "the reranker {0} is open", version);
            return scorer;
          } catch (Failure e) {
            unopened.put(version, new Unopened(e, System.nanoTime()));
            throw e;
          }
        });
  }

  /// Whether it could not be opened a moment ago.
  private boolean rests(Version version) {
    Unopened last = unopened.get(version);
    return last != null && System.nanoTime() - last.at() < PAUSE.toNanos();
  }

  /// The same message of a version is logged again after a while only.
  private void log(Version version, String message) {
    var now = new Logged(message, System.nanoTime());
    Logged last = logged.get(version);
    if (last == null || !last.message().equals(message) || now.at() - last.at() > PAUSE.toNanos()) {
      logged.put(version, now);
      LOG.log(System.Logger.Level.WARNING, "the reranker {0}: {1}", version, message);
    }
  }

  /// The version that serves in the workspace.
  Optional<RerankerSource.Serving> serving() {
    return source.serving();
  }

  /// Those that are open, or being opened.
  List<String> names() {
    return open.keys().stream().map(Version::toString).sorted().toList();
  }

  /// The version that a plan names.
  static Optional<Version> version(RetrievalPlan plan) {
    return switch (plan.reranker()) {
      case Reranker.None _ -> Optional.empty();
      case Reranker.Model model -> Optional.of(new Version(model.name(), model.version()));
    };
  }

  /// Closes what is not named any more, and opens what is and was not yet, on another thread. The
  /// version that serves in the workspace stays open where a caller of [#scores] had it opened.
  ///
  /// @param named by the plans of apps
  void keep(Set<Version> named) {
    var wanted = new HashSet<>(named);
    if (open.size() > 0) {
      serving().ifPresent(serving -> wanted.add(serving.version()));
    }
    open.forget(version -> !wanted.contains(version));
    unopened.keySet().retainAll(wanted);
    logged.keySet().retainAll(wanted);
    for (Version version : named) {
      if (!isOpen(version) && !rests(version)) {
        var _ = scoring.tryStart(() -> open(version));
      }
    }
  }

  /// Opens what a plan names, and returns when it is open or cannot be opened.
  void prepare(RetrievalPlan plan) {
    version(plan).ifPresent(this::open);
  }

  private void open(Version version) {
    try (Lease<PairScorer> _ = take(version)) {
      LOG.log(System.Logger.Level.DEBUG, "the reranker {0} is kept open", version);
    } catch (RuntimeException | LinkageError e) {
      log(version, "it cannot be opened: " + e);
    }
  }

  private boolean isOpen(Version version) {
    Optional<Lease<PairScorer>> lease = open.ifOpen(version);
    lease.ifPresent(Lease::close);
    return lease.isPresent();
  }

  /// Work under way ends on what it began on.
  @Override
  public void close() {
    open.close();
  }
}
